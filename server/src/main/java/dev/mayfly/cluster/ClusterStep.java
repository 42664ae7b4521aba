package dev.mayfly.cluster;

import dev.mayfly.cluster.ClusterProvider.Sighting;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster needs next, as a pure function of its row, of what its provider sees and of the time. The row is written
 * first; only then the call is made.
 *
 * @param state what the row becomes
 * @param reason why it failed, if it did
 * @param call what to ask of the provider once the row is written
 */
record ClusterStep(ClusterState state, String reason, Cluster.Life life, Call call) {

    enum Call {
        NONE,
        CREATE,
        DELETE
    }

    static ClusterStep next(Cluster cluster, Optional<Sighting> seen, Instant now, Duration createTimeout) {
        return switch (cluster.state()) {
            case RESERVED -> reserved(cluster, now);
            case CREATING -> creating(cluster, seen, now, createTimeout);
            case RUNNING -> running(cluster, seen, now);
            case DELETING -> deleting(cluster, seen, now);
            case DELETED -> stay(cluster, Call.NONE);
        };
    }

    private static ClusterStep reserved(Cluster cluster, Instant now) {
        if (!cluster.status().wanted()) {
            return delete(cluster, "", now);
        }
        Cluster.Life life = cluster.life();
        return new ClusterStep(
                ClusterState.CREATING, "", new Cluster.Life(life.reserved(), now, null, null, null), Call.CREATE);
    }

    private static ClusterStep creating(Cluster cluster, Optional<Sighting> seen, Instant now, Duration createTimeout) {
        Cluster.Life life = cluster.life();
        if (!cluster.status().wanted()) {
            return delete(cluster, "", now);
        }
        if (seen.isPresent() && seen.get().state() == Sighting.State.BROKEN) {
            return delete(cluster, "create failed: " + seen.get().reason(), now);
        }
        if (seen.isPresent() && seen.get().state() == Sighting.State.RUNNING) {
            return new ClusterStep(
                    ClusterState.RUNNING,
                    "",
                    new Cluster.Life(life.reserved(), life.created(), now, null, null),
                    Call.NONE);
        }
        if (older(life.created(), createTimeout, now)) {
            return delete(cluster, "create took longer than " + createTimeout.toSeconds() + " s", now);
        }
        return stay(cluster, seen.isEmpty() ? Call.CREATE : Call.NONE);
    }

    private static ClusterStep running(Cluster cluster, Optional<Sighting> seen, Instant now) {
        if (!cluster.status().wanted()) {
            return delete(cluster, "", now);
        }
        if (seen.isEmpty()) {
            return delete(cluster, "the cluster vanished", now);
        }
        if (seen.get().state() == Sighting.State.BROKEN) {
            return delete(cluster, "the cluster broke: " + seen.get().reason(), now);
        }
        if (older(cluster.life().created(), cluster.spec().maxAge(), now)) {
            return delete(
                    cluster,
                    "the cluster got older than its max_age of "
                            + cluster.spec().maxAge().toMinutes() + " min",
                    now);
        }
        return stay(cluster, Call.NONE);
    }

    private static ClusterStep deleting(Cluster cluster, Optional<Sighting> seen, Instant now) {
        Cluster.Life life = cluster.life();
        if (seen.isPresent()) {
            return stay(cluster, Call.DELETE);
        }
        return new ClusterStep(
                ClusterState.DELETED,
                cluster.status().reason(),
                new Cluster.Life(life.reserved(), life.created(), life.ready(), life.deleteCalled(), now),
                Call.NONE);
    }

    private static ClusterStep delete(Cluster cluster, String reason, Instant now) {
        Cluster.Life life = cluster.life();
        return new ClusterStep(
                ClusterState.DELETING,
                reason,
                new Cluster.Life(life.reserved(), life.created(), life.ready(), now, null),
                Call.DELETE);
    }

    private static ClusterStep stay(Cluster cluster, Call call) {
        return new ClusterStep(cluster.state(), cluster.status().reason(), cluster.life(), call);
    }

    private static boolean older(@Nullable Instant since, Duration limit, Instant now) {
        return since != null && Duration.between(since, now).compareTo(limit) > 0;
    }
}
