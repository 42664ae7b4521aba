package dev.mayfly.page.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Several rows of numbers on one scale, as lines. In pixels. Immutable.
 *
 * @param least the smallest number that is drawn; 0 if none is
 * @param most the largest
 */
public record Curves(int width, int height, List<Line> lines, double least, double most) {

    private static final int MARGIN = 6;

    public Curves {
        lines = List.copyOf(lines);
    }

    /** A row of numbers, each at its place. */
    public record Row(String name, List<Curve.Item> items) {}

    /** A line: whose it is, which look it has, and the points of an SVG polyline. */
    public record Line(String name, int look, String points) {}

    /**
     * Draws rows. What is no number is left out; on a logarithmic scale, also what is not above 0.
     *
     * @param isLogarithmic whether equal heights are equal ratios
     */
    public static Curves of(List<Row> rows, int width, int height, boolean isLogarithmic) {
        List<Row> drawn = rows.stream()
                .map(row -> new Row(
                        row.name(),
                        row.items().stream()
                                .filter(item -> Double.isFinite(item.value())
                                        && Double.isFinite(item.at())
                                        && (!isLogarithmic || item.value() > 0))
                                .toList()))
                .toList();
        double[] at = ends(drawn, Curve.Item::at);
        double[] value = ends(drawn, Curve.Item::value);
        List<Line> lines = new ArrayList<>();
        for (int n = 0; n < drawn.size(); n++) {
            StringBuilder points = new StringBuilder();
            for (Curve.Item item : drawn.get(n).items()) {
                double x = MARGIN + (width - 2 * MARGIN) * share(item.at(), at, false);
                double y = height - MARGIN - (height - 2 * MARGIN) * share(item.value(), value, isLogarithmic);
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
            }
            lines.add(new Line(drawn.get(n).name(), n, points.toString().trim()));
        }
        return new Curves(width, height, lines, value[0], value[1]);
    }

    private static double[] ends(List<Row> rows, ToDoubleFunction<Curve.Item> number) {
        double least = rows.stream()
                .flatMap(row -> row.items().stream())
                .mapToDouble(number)
                .min()
                .orElse(0);
        double most = rows.stream()
                .flatMap(row -> row.items().stream())
                .mapToDouble(number)
                .max()
                .orElse(0);
        return new double[] {least, most};
    }

    private static double share(double value, double[] ends, boolean isLogarithmic) {
        double least = isLogarithmic ? Math.log(ends[0]) : ends[0];
        double most = isLogarithmic ? Math.log(ends[1]) : ends[1];
        return most == least ? 0.5 : ((isLogarithmic ? Math.log(value) : value) - least) / (most - least);
    }
}
