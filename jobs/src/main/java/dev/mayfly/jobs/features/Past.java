package dev.mayfly.jobs.features;

import java.util.Arrays;

/**
 * The rows of one customer or terminal so far, in order of time, and windows over them that all end at the same moment,
 * which only moves forward. Running sums are of whole numbers (cents, frauds), so that the sum of a window, the
 * difference of two of them, is exact. Forgets what is older than the longest window. Not thread-safe.
 */
final class Past {

    private final long[] lengths;
    /** The index of the first row in each window; the longest window comes last. */
    private final int[] starts;

    private int end;
    private long[] time = new long[64];
    /** By index, the sum of all values before it. */
    private long[] before = new long[65];

    private int size;

    /**
     * Windows over no rows yet.
     *
     * @param lengths in seconds, ascending; a window is open at its beginning and closed at its end
     */
    Past(long[] lengths) {
        this.lengths = lengths;
        this.starts = new int[lengths.length];
    }

    /** Begins another customer or terminal. */
    void clear() {
        Arrays.fill(starts, 0);
        end = 0;
        size = 0;
    }

    void add(long seconds, long value) {
        if (size == time.length) {
            time = Arrays.copyOf(time, 2 * size);
            before = Arrays.copyOf(before, 2 * size + 1);
        }
        time[size] = seconds;
        before[size + 1] = before[size] + value;
        size++;
    }

    /** All windows end here now. */
    void moveTo(long seconds) {
        end = after(end, seconds);
        for (int window = 0; window < starts.length; window++) {
            starts[window] = after(starts[window], seconds - lengths[window]);
        }
        forget(starts[starts.length - 1]);
    }

    /** Returns the first index, at or after {@code from}, of a row that is later. */
    private int after(int from, long seconds) {
        int place = from;
        while (place < size && time[place] <= seconds) {
            place++;
        }
        return place;
    }

    /** Forgets old rows once they are more than half, so that each row is moved only a few times. */
    private void forget(int places) {
        if (places <= size / 2) {
            return;
        }
        System.arraycopy(time, places, time, 0, size - places);
        System.arraycopy(before, places, before, 0, size - places + 1);
        size -= places;
        end -= places;
        for (int window = 0; window < starts.length; window++) {
            starts[window] -= places;
        }
    }

    /** Returns the number of rows in a window. */
    int number(int window) {
        return end - starts[window];
    }

    /** Returns the sum of the values in a window. */
    long sum(int window) {
        return before[end] - before[starts[window]];
    }
}
