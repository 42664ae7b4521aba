package dev.mayfly.jobs.simulate;

import java.util.SplittableRandom;

/** A stream of random values that depends only on a seed and a purpose. Not thread-safe. */
final class Randomness {

    private final SplittableRandom random;
    private double spare = Double.NaN;

    /** The stream of the {@code index}-th thing of a kind, independent of all others. */
    Randomness(long seed, String kind, long index) {
        this.random =
                new SplittableRandom(mix(mix(seed) ^ mix(kind.hashCode()) ^ mix(index * 0x9E3779B97F4A7C15L + 1)));
    }

    double uniform(double from, double to) {
        return from + (to - from) * random.nextDouble();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Marsaglia's polar method. */
    double normal(double mean, double deviation) {
        if (!Double.isNaN(spare)) {
            double value = spare;
            spare = Double.NaN;
            return mean + deviation * value;
        }
        double u;
        double v;
        double s;
        do {
            u = 2 * random.nextDouble() - 1;
            v = 2 * random.nextDouble() - 1;
            s = u * u + v * v;
        } while (s >= 1 || s == 0);
        double factor = Math.sqrt(-2 * Math.log(s) / s);
        spare = v * factor;
        return mean + deviation * u * factor;
    }

    /** Knuth's multiplication method; right for the small means that occur here. */
    int poisson(double mean) {
        double limit = Math.exp(-mean);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
