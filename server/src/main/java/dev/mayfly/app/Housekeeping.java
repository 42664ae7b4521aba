package dev.mayfly.app;

import dev.mayfly.artifact.PartUploads;
import dev.mayfly.idempotency.IdempotentRequests;
import dev.mayfly.retention.Retention;
import dev.mayfly.webhook.Webhooks;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done again and again, on threads of its own, until it is closed: removing old idempotency keys, sending to webhooks, giving
 * up uploads that never ended, purging by retention.
 */
final class Housekeeping implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

    /** One for what may wait for others, one for what must not. */
    private static final int THREADS = 2;

    private static final Duration LONGEST_UPLOAD = Duration.ofDays(1);

    private final ScheduledExecutorService thread = Executors.newScheduledThreadPool(THREADS, runnable -> {
        Thread housekeeper = new Thread(runnable, "housekeeping");
        housekeeper.setDaemon(true);
        return housekeeper;
    });

    /** @param keepsDeleted for how long; empty: nothing is purged */
    Housekeeping(
            IdempotentRequests idempotent,
            Webhooks webhooks,
            PartUploads uploads,
            Retention retention,
            Optional<Duration> keepsDeleted,
            Clock clock) {
        every(1, TimeUnit.HOURS, "removing old idempotency keys", idempotent::forget);
        every(1, TimeUnit.SECONDS, "sending to webhooks", webhooks::deliver);
        every(
                1,
                TimeUnit.HOURS,
                "giving up uploads",
                () -> uploads.abortBefore(clock.instant().minus(LONGEST_UPLOAD)));
        keepsDeleted.ifPresent(age -> every(1, TimeUnit.HOURS, "purging", () -> {
            Retention.Purged purged = retention.purge(age, false);
            log.info("purged what was deleted {} days ago and before: {}", age.toDays(), purged);
        }));
    }

    private void every(long time, TimeUnit unit, String what, Runnable work) {
        var unused = thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        log.warn("{} failed, and is tried again", what, e);
                    }
                },
                time,
                time,
                unit);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
