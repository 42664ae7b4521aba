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
 * Deletes orphaned clusters, and closes the tracking runs of clusters that are gone as KILLED, with the reason. Every control plane runs
 * it every {@link #EVERY}, and {@code mayfly reaper} does when there is none. For use by one thread.
 */
public final class ReapOrphans {

    public static final Duration EVERY = Duration.ofSeconds(20);

    /** A living control plane closes the tracking run of a cluster that is gone within seconds. */
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

    /** One round. Returns what it did, a line each; none if there was nothing to do. */
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
            done.add("closed " + closed + " tracking runs of clusters that are gone as KILLED");
        }
        return done;
    }

    /** Why a cluster can't be working any more; empty if it may be. */
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
        return Optional.of("its cluster " + cluster + " is gone" + (why.isEmpty() ? "" : ": " + why));
    }

    private void close(TrackingRunId run, String reason) {
        if (tracking.endIfRunning(Actor.SYSTEM, run, RunStatus.KILLED)) {
            tracking.log(Actor.SYSTEM, run, Batch.ofTag("mayfly.reason", reason));
        }
    }
}
