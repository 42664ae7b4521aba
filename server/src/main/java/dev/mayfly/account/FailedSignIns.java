package dev.mayfly.account;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down those who guess. After some failures in a row a key (an address, or an account from an address) has to
 * wait before the next try, twice as long each time, up to a minute; ten minutes without a failure, or a success, forget
 * them. Thread-safe; each server counts for itself.
 */
final class FailedSignIns {

    private static final int MOST_KEYS = 10_000;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private final Clock clock;
    private final int free;
    private final Map<String, Failures> failures = new LinkedHashMap<>();

    private record Failures(int count, Instant last, Instant until) {}

    /**
     * Counts failures.
     *
     * @param free how many failures in a row cost no pause
     */
    FailedSignIns(Clock clock, int free) {
        this.clock = clock;
        this.free = free;
    }

    /** How long a key has to wait; zero if it need not. */
    synchronized Duration pause(String key) {
        Failures some = failures.get(key);
        Instant now = clock.instant();
        return some == null || !some.until().isAfter(now) ? Duration.ZERO : Duration.between(now, some.until());
    }

    synchronized void failed(String key) {
        Instant now = clock.instant();
        Failures before = failures.remove(key);
        int count = before == null || before.last().plus(FORGOTTEN).isBefore(now) ? 1 : before.count() + 1;
        long seconds = count <= free ? 0 : Math.min(LONGEST_PAUSE.toSeconds(), 1L << Math.min(count - free - 1, 10));
        failures.put(key, new Failures(count, now, now.plusSeconds(seconds)));
        if (failures.size() > MOST_KEYS) {
            failures.remove(failures.keySet().iterator().next());
        }
    }

    synchronized void succeeded(String key) {
        failures.remove(key);
    }
}
