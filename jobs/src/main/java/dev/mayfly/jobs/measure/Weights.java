package dev.mayfly.jobs.measure;

import java.util.Arrays;
import java.util.SplittableRandom;

/** How often each customer counts: once, or as often as a draw with replacement took them. */
final class Weights {

    private final int[] times;

    private Weights(int[] times) {
        this.times = times;
    }

    static Weights once(int customers) {
        int[] times = new int[customers];
        Arrays.fill(times, 1);
        return new Weights(times);
    }

    static Weights drawn(int customers, SplittableRandom random) {
        int[] times = new int[customers];
        for (int n = 0; n < customers; n++) {
            times[random.nextInt(customers)]++;
        }
        return new Weights(times);
    }

    int of(int customer) {
        return times[customer];
    }
}
