package dev.mayfly.engine;

import java.time.Duration;

/**
 * How often a task is retried, and after what delay: the backoff doubles with every retry, up to an hour. Jitter
 * lengthens it, so that tasks that failed together do not retry together.
 *
 * @param jitter 0 (none) to 1 (up to twice as long)
 */
public record Retry(int count, Duration backoff, double jitter) {

    public static final Retry NONE = new Retry(0, Duration.ofSeconds(10), 0);
    private static final Duration LONGEST = Duration.ofHours(1);

    public Retry {
        if (count < 0 || count > 100) {
            throw new IllegalArgumentException("retries: " + count + " (expected: 0 to 100)");
        }
        if (backoff.isNegative()) {
            throw new IllegalArgumentException("backoff: " + backoff + " (expected: zero or more)");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter: " + jitter + " (expected: 0 to 1)");
        }
    }

    boolean allowsAfter(int attempts) {
        return attempts <= count;
    }

    /** The delay after an attempt: always the same for the same attempt, so that {@link Next} stays pure. */
    Duration delayAfter(AttemptId attempt, int attempts) {
        Duration delay = backoff.multipliedBy(1L << Math.min(attempts - 1, 20));
        Duration bounded = delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
        return bounded.plusNanos((long) (bounded.toNanos() * jitter * share(attempt)));
    }

    /** A pseudo-random number from 0 to 1 that depends only on the attempt. */
    private static double share(AttemptId attempt) {
        long mixed = attempt.hashCode() * 0x9E3779B97F4A7C15L;
        return (mixed >>> 11) / (double) (1L << 53);
    }
}
