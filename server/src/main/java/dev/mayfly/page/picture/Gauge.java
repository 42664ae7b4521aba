package dev.mayfly.page.picture;

/**
 * How much of something is taken, and how much more is asked for. The units go from 0 to {@link #UNITS}. Immutable.
 *
 * @param limit where the limit stands
 */
public record Gauge(int taken, int asked, int limit) {

    public static final int UNITS = 300;

    /** Draws amounts on the scale of the largest of the limit and all that is wanted. */
    public static Gauge of(long taken, long asked, long limit) {
        long whole = Math.max(1, Math.max(limit, taken + asked));
        return new Gauge((int) (UNITS * taken / whole), (int) (UNITS * asked / whole), (int)
                (UNITS * Math.min(limit, whole) / whole));
    }
}
