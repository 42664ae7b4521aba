package dev.mayfly.page.picture;

/**
 * A gain with its interval, beside nothing gained: a dot, a bar, and a line at 0. The units go from 0 to {@link #UNITS}.
 * Immutable.
 */
public record Interval(String name, double value, double lower, double upper, int dot, int from, int to, int zero) {

    public static final int UNITS = 300;
    private static final int MARGIN = 10;

    /** Draws an interval so that it and 0 fill the width. Values that are no numbers draw nothing, see {@link #isDrawn}. */
    public static Interval of(String name, double value, double lower, double upper) {
        double least = Math.min(0, Math.min(lower, value));
        double most = Math.max(0, Math.max(upper, value));
        double width = most - least;
        return new Interval(
                name,
                value,
                lower,
                upper,
                place(value, least, width),
                place(lower, least, width),
                place(upper, least, width),
                place(0, least, width));
    }

    /** Whether there is anything to be seen. */
    public static boolean isDrawn(double value, double lower, double upper) {
        return Double.isFinite(value) && Double.isFinite(lower) && Double.isFinite(upper);
    }

    private static int place(double value, double least, double width) {
        return width == 0 ? UNITS / 2 : MARGIN + (int) Math.round((UNITS - 2 * MARGIN) * (value - least) / width);
    }
}
