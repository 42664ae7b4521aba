package dev.mayfly.reaper;

import dev.mayfly.access.Actor;
import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.cluster.OrphanedClusters;
import dev.mayfly.tracking.Batch;
import dev.mayfly.tracking.RunStatus;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRunId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deletes orphaned clusters, and ends the tracking runs of deleted and unknown clusters as KILLED, with the reason.
 * Every control plane runs a round every {@link #EVERY}; {@code mayfly reaper} runs rounds when there is no control
 * plane. Not thread-safe.
 */
public final class ReapOrphans {

    public static final Duration EVERY = Duration.ofSeconds(20);

    /** A running control plane ends the tracking run of a deleted cluster within seconds; the reaper waits longer. */
    private static final Duration LEFT_OPEN = Duration.ofSeconds(60);

    private static final String CLUSTER_TAG = "mayfly.cluster";

    private final OrphanedClusters orphaned;
    private final Clusters clusters;
    private final Tracking tracking;
    private final Clock clock;

    public ReapOrphans(Clusters clusters, Tracking tracking, Clock clock) {
        this.orphaned = clusters.orphaned();
        this.clusters = clusters;
        this.tracking = tracking;
        this.clock = clock;
    }

    /**
     * Runs one round.
     *
     * @return what it did, one line each; empty if there was nothing to do
     */
    public List<String> round() {
        List<String> done = new ArrayList<>();
        for (OrphanedClusters.Orphan orphan : orphaned.sweep()) {
            done.add((orphan.deleted() ? "deleted " : "suspected ") + orphan.ref() + " of " + orphan.provider() + ": "
                    + orphan.reason());
        }
        int closed = 0;
        for (var open : tracking.openWithTag(CLUSTER_TAG).entrySet()) {
            Optional<String> reason = gone(open.getValue());
            if (reason.isPresent()) {
                close(open.getKey(), reason.get());
                closed++;
            }
        }
        if (closed > 0) {
            done.add("ended " + closed + " tracking runs of deleted or unknown clusters as KILLED");
        }
        return done;
    }

    /** Returns why a cluster can't be running jobs any more; empty if it may be. */
    private Optional<String> gone(String cluster) {
        Optional<Cluster> row = clusters.named(cluster);
        if (row.isEmpty()) {
            return Optional.of("its cluster " + cluster + " is unknown");
        }
        Instant proved = row.get().timestamps().proved();
        if (proved == null || proved.plus(LEFT_OPEN).isAfter(clock.instant())) {
            return Optional.empty();
        }
        String why = row.get().status().failure().reason();
        return Optional.of("its cluster " + cluster + " is deleted" + (why.isEmpty() ? "" : ": " + why));
    }

    private void close(TrackingRunId run, String reason) {
        if (tracking.endIfRunning(Actor.SYSTEM, run, RunStatus.KILLED)) {
            tracking.log(Actor.SYSTEM, run, Batch.ofTag("mayfly.reason", reason));
        }
    }
}
