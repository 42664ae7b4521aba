package dev.mayfly.jobs.features;

import java.util.Arrays;

/**
 * The rows of one customer or terminal so far, in the order of time, with running sums: a window is the difference of two of them. Sums
 * are of whole numbers (cents, frauds), so that differences are exact. Forgets what is older than any window asks for.
 */
final class Past {

    private long[] time = new long[64];
    /** The sum of all before, by place. */
    private long[] before = new long[65];

    private int size;

    void clear() {
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

    int size() {
        return size;
    }

    /** From a place on, the first whose time is later; places only grow while time does. */
    int after(int from, long seconds) {
        int place = from;
        while (place < size && time[place] <= seconds) {
            place++;
        }
        return place;
    }

    long sum(int from, int end) {
        return before[end] - before[from];
    }

    /** Forgets the rows before a place; all later places are smaller by it. */
    void forget(int places) {
        System.arraycopy(time, places, time, 0, size - places);
        System.arraycopy(before, places, before, 0, size - places + 1);
        size -= places;
    }
}
