package dev.mayfly.app;

import dev.mayfly.retention.Retention;
import dev.mayfly.tracking.Repeats;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done again and again, on a thread of its own, until it is closed: forgetting answered requests, purging by retention. */
final class Housekeeping implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread housekeeper = new Thread(runnable, "housekeeping");
        housekeeper.setDaemon(true);
        return housekeeper;
    });

    Housekeeping(Repeats repeats, Retention retention, Optional<Duration> keepsDeleted) {
        every(1, TimeUnit.SECONDS, "forgetting answered requests", repeats::forget);
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
