package dev.mayfly.engine;

import java.time.Duration;

/** How often a task is tried again, and how long is waited before: the backoff doubles with every try, up to an hour. */
public record Retry(int count, Duration backoff) {

    public static final Retry NONE = new Retry(0, Duration.ofSeconds(10));
    private static final Duration LONGEST = Duration.ofHours(1);

    public Retry {
        if (count < 0 || count > 100) {
            throw new IllegalArgumentException("retries: " + count + " (expected: 0 to 100)");
        }
        if (backoff.isNegative()) {
            throw new IllegalArgumentException("backoff: " + backoff + " (expected: zero or more)");
        }
    }

    boolean allowsAfter(int attempts) {
        return attempts <= count;
    }

    Duration delayAfter(int attempts) {
        Duration delay = backoff.multipliedBy(1L << Math.min(attempts - 1, 20));
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }
}
