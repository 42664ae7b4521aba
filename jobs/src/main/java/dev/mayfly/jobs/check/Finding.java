package dev.mayfly.jobs.check;

import java.util.Locale;

/** The result of one check: a value, what was expected, and how bad it is if that does not hold. Immutable. */
final class Finding {

    /** How bad it is. */
    enum Level {
        OK,
        WARN,
        STOP
    }

    private final String what;
    private final double value;
    private final String expected;
    private final Level level;

    private Finding(String what, double value, String expected, Level level) {
        this.what = what;
        this.value = value;
        this.expected = expected;
        this.level = level;
    }

    /** Checks a value: above one bound it is a warning; above the other, and if it is NaN, it is a stop. */
    static Finding atMost(String what, double value, Bounds bounds) {
        Level level = value <= bounds.warn ? Level.OK : value <= bounds.stop ? Level.WARN : Level.STOP;
        return new Finding(
                what, value, "at most " + number(bounds.warn) + "; stops above " + number(bounds.stop), level);
    }

    /** Bounds above which it warns, and above which it stops. */
    static final class Bounds {

        final double warn;
        final double stop;

        Bounds(double warn, double stop) {
            this.warn = warn;
            this.stop = Math.max(warn, stop);
        }
    }

    String what() {
        return what;
    }

    double value() {
        return value;
    }

    String expected() {
        return expected;
    }

    Level level() {
        return level;
    }

    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e12
                ? String.format(Locale.ROOT, "%,d", (long) value)
                : String.format(Locale.ROOT, "%.4f", value);
    }

    @Override
    public String toString() {
        return what + " " + number(value) + " (expected: " + expected + ")";
    }
}
