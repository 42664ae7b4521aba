package dev.mayfly.app;

import dev.mayfly.cluster.Reaper;
import dev.mayfly.retraining.ReapClusters;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reaper at work: one round after the other, on a thread of its own, until it is closed. */
final class Reaping implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Reaping.class);

    private final ReapClusters reap;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread reaper = new Thread(runnable, "reaper");
        reaper.setDaemon(true);
        return reaper;
    });

    Reaping(ReapClusters reap) {
        this.reap = reap;
        var unused = thread.scheduleWithFixedDelay(this::round, 0, ReapClusters.EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    private void round() {
        try {
            ReapClusters.Round round = reap.run();
            for (Reaper.Orphan orphan : round.orphans()) {
                log.warn(
                        "orphan {} of {}: {}; {}",
                        orphan.ref(),
                        orphan.provider(),
                        orphan.reason(),
                        orphan.deleted() ? "its deletion was called" : "it is looked at again before it is deleted");
            }
            if (round.trackingRunsClosed() > 0) {
                log.warn(
                        "{} tracking runs of clusters that are gone were closed as KILLED", round.trackingRunsClosed());
            }
        } catch (RuntimeException e) {
            log.warn("the reaper's round failed; the next is in {} s", ReapClusters.EVERY.toSeconds(), e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
