package dev.mayfly.jobs.measure;

import java.util.Arrays;
import java.util.Locale;

/** A figure and the interval in which it would be for other customers like these. NaN where there was nothing to measure. */
public final class Estimate {

    private final double value;
    private final double lower;
    private final double upper;

    Estimate(double value, double lower, double upper) {
        this.value = value;
        this.lower = lower;
        this.upper = upper;
    }

    /**
     * The percentile interval of figures of redrawn customers (Efron, 1979).
     *
     * @param level the share of figures that are outside the interval at either end
     */
    static Estimate of(double value, double[] redrawn, double level) {
        double[] sorted = Arrays.stream(redrawn)
                .filter(one -> !Double.isNaN(one))
                .sorted()
                .toArray();
        return sorted.length == 0
                ? new Estimate(value, Double.NaN, Double.NaN)
                : new Estimate(value, quantile(sorted, level), quantile(sorted, 1 - level));
    }

    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    public double value() {
        return value;
    }

    public double lower() {
        return lower;
    }

    public double upper() {
        return upper;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4f (%.4f to %.4f)", value, lower, upper);
    }
}
