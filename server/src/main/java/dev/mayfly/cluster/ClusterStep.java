package dev.mayfly.cluster;

import dev.mayfly.cluster.Cluster.Failure;
import dev.mayfly.cluster.ClusterProvider.ReportedCluster;
import dev.mayfly.cluster.ClusterProvider.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The next step of a cluster, as a pure function of its row, its provider's report and the time. The row is saved
 * first; only then the call is made.
 *
 * @param after the changed row
 * @param call what to call once the row is saved
 */
record ClusterStep(Cluster after, Call call) {

    enum Call {
        NONE,
        /** Try to admit it. */
        ADMIT,
        CREATE,
        DELETE
    }

    static ClusterStep next(Cluster cluster, Optional<ReportedCluster> seen, Instant now, Timing timing) {
        return switch (cluster.state()) {
            case WAITING -> waiting(cluster, now);
            case RESERVED -> reserved(cluster, now);
            case CREATING -> creating(cluster, seen, now, timing);
            case RUNNING -> running(cluster, seen, now);
            case DELETING -> deleting(cluster, seen, now, timing);
            case DELETED -> stay(cluster, Call.NONE);
        };
    }

    /** Begins to delete it, whatever state it is in. */
    static ClusterStep delete(Cluster cluster, Failure why, Instant now) {
        return new ClusterStep(
                cluster.with(cluster.status().moved(ClusterState.DELETING).failed(why))
                        .with(cluster.timestamps().deleteCalledAt(now)),
                Call.DELETE);
    }

    /** The provider was never called for it, so there is nothing to delete. */
    private static ClusterStep waiting(Cluster cluster, Instant now) {
        if (cluster.status().needed()) {
            return stay(cluster, Call.ADMIT);
        }
        return new ClusterStep(
                cluster.with(cluster.status().moved(ClusterState.DELETED))
                        .with(cluster.timestamps().provedAt(now)),
                Call.NONE);
    }

    private static ClusterStep reserved(Cluster cluster, Instant now) {
        if (!cluster.status().needed()) {
            return delete(cluster, Failure.NONE, now);
        }
        return new ClusterStep(
                cluster.with(cluster.status().moved(ClusterState.CREATING))
                        .with(cluster.timestamps().createdAt(now)),
                Call.CREATE);
    }

    private static ClusterStep creating(Cluster cluster, Optional<ReportedCluster> seen, Instant now, Timing timing) {
        if (!cluster.status().needed()) {
            return delete(cluster, Failure.NONE, now);
        }
        if (seen.isPresent() && seen.get().state() == ReportedCluster.State.RUNNING) {
            return new ClusterStep(
                    cluster.with(cluster.status().moved(ClusterState.RUNNING))
                            .with(cluster.timestamps().readyAt(now)),
                    Call.NONE);
        }
        Optional<Failure> failure = seen.flatMap(sighting -> failure("create failed: ", sighting));
        if (failure.isPresent()) {
            return delete(cluster, failure.get(), now);
        }
        if (older(cluster.timestamps().created(), timing.createTimeout(), now)) {
            String why = seen.map(ReportedCluster::reason)
                    .filter(reason -> !reason.isEmpty())
                    .map(reason -> ": " + reason)
                    .orElse("");
            String reason = "create took longer than " + timing.createTimeout().toSeconds() + " s" + why;
            return delete(cluster, new Failure(Failure.Kind.BROKEN, reason), now);
        }
        return stay(cluster, seen.isEmpty() ? Call.CREATE : Call.NONE);
    }

    /** It may have run jobs, which are lost with it, so every failure counts as BROKEN now. */
    private static ClusterStep running(Cluster cluster, Optional<ReportedCluster> seen, Instant now) {
        if (seen.isEmpty()) {
            return delete(cluster, new Failure(Failure.Kind.BROKEN, "the cluster vanished"), now);
        }
        Optional<Failure> failure = failure("the cluster broke: ", seen.get());
        if (failure.isPresent()) {
            return delete(
                    cluster, new Failure(Failure.Kind.BROKEN, failure.get().reason()), now);
        }
        ClusterSpec.Lifetime lifetime = cluster.spec().lifetime();
        if (older(cluster.timestamps().created(), lifetime.maxAge(), now)) {
            String reason = "the cluster got older than its max_age of "
                    + lifetime.maxAge().toMinutes() + " min";
            return delete(cluster, new Failure(Failure.Kind.BROKEN, reason), now);
        }
        boolean over = cluster.isIdle()
                ? older(cluster.timestamps().idle(), lifetime.keepWarm(), now)
                : !cluster.status().needed();
        return over ? delete(cluster, Failure.NONE, now) : stay(cluster, Call.NONE);
    }

    private static ClusterStep deleting(Cluster cluster, Optional<ReportedCluster> seen, Instant now, Timing timing) {
        Cluster.Timestamps timestamps = cluster.timestamps();
        if (seen.isPresent()) {
            return new ClusterStep(cluster.with(timestamps.absentAt(null)), Call.DELETE);
        }
        Duration settle = timestamps.ready() == null ? timing.settle() : Duration.ZERO;
        if (timestamps.absent() == null && !settle.isZero()) {
            return new ClusterStep(cluster.with(timestamps.absentAt(now)), Call.NONE);
        }
        if (timestamps.absent() != null && !older(timestamps.absent(), settle, now)) {
            return stay(cluster, Call.NONE);
        }
        return new ClusterStep(
                cluster.with(cluster.status().moved(ClusterState.DELETED)).with(timestamps.provedAt(now)), Call.NONE);
    }

    private static Optional<Failure> failure(String what, ReportedCluster seen) {
        return switch (seen.state()) {
            case PROVISIONING, RUNNING -> Optional.empty();
            case BROKEN -> Optional.of(new Failure(Failure.Kind.BROKEN, what + seen.reason()));
            case OUT_OF_CAPACITY -> Optional.of(new Failure(Failure.Kind.OUT_OF_CAPACITY, what + seen.reason()));
        };
    }

    private static ClusterStep stay(Cluster cluster, Call call) {
        return new ClusterStep(cluster, call);
    }

    private static boolean older(@Nullable Instant since, Duration limit, Instant now) {
        return since != null && Duration.between(since, now).compareTo(limit) > 0;
    }
}
