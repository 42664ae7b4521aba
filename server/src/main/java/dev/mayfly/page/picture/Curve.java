package dev.mayfly.page.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Numbers in a row as a line with points. In pixels. Immutable.
 *
 * @param line the points of an SVG polyline
 */
public record Curve(int width, int height, String line, List<Point> points, double least, double most) {

    private static final int MARGIN = 6;

    public Curve {
        points = List.copyOf(points);
    }

    /** A number, what is said of it, and where it is. */
    public record Item(double at, double value, String words) {}

    /** A point. */
    public record Point(Item item, double x, double y) {}

    /** Draws numbers by their place and value; those that are no numbers are left out. */
    public static Curve of(List<Item> items, int width, int height) {
        List<Item> finite = items.stream()
                .filter(item -> Double.isFinite(item.value()) && Double.isFinite(item.at()))
                .toList();
        double first = finite.stream().mapToDouble(Item::at).min().orElse(0);
        double last = finite.stream().mapToDouble(Item::at).max().orElse(0);
        double least = finite.stream().mapToDouble(Item::value).min().orElse(0);
        double most = finite.stream().mapToDouble(Item::value).max().orElse(0);
        List<Point> points = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (Item item : finite) {
            double x = between(item.at(), first, last, MARGIN, width - MARGIN);
            double y = between(item.value(), least, most, height - MARGIN, MARGIN);
            points.add(new Point(item, x, y));
            line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
        }
        return new Curve(width, height, line.toString().trim(), points, least, most);
    }

    private static double between(double value, double least, double most, int from, int to) {
        double share = most == least ? 0.5 : (value - least) / (most - least);
        return Math.round(10 * (from + share * (to - from))) / 10.0;
    }
}
