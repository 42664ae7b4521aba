package dev.mayfly.cluster;

import dev.mayfly.capacity.DataSize;
import dev.mayfly.engine.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** Clusters in every state, small ones, kept warm for ten minutes and at most one hour old. */
final class TestClusters {

    private TestClusters() {}

    static ClusterSpec spec(String ssd, Duration keepWarm) {
        ClusterSpec.Node node =
                new ClusterSpec.Node(1, DataSize.parse("1 GB"), DataSize.parse(ssd), ClusterSpec.DiskType.SSD);
        return new ClusterSpec(
                "local", node, 1, node, new ClusterSpec.Lifetime(Duration.ofHours(1), keepWarm), 0, Map.of());
    }

    static Cluster waiting(Instant since) {
        ClusterSpec spec = spec("10 GB", Duration.ofMinutes(10));
        UUID id = UUID.randomUUID();
        return Cluster.requested(
                new Cluster.Id(id, "mayfly-test-" + id, ""), new RunId(UUID.randomUUID()), spec, spec.demand(), since);
    }

    static Cluster reserved(Instant since) {
        Cluster waiting = waiting(since);
        return waiting.with(waiting.status().moved(ClusterState.RESERVED))
                .with(waiting.timestamps().reservedAt(since));
    }

    static Cluster creating(Instant since) {
        Cluster reserved = reserved(since);
        return reserved.with(reserved.status().moved(ClusterState.CREATING))
                .with(reserved.timestamps().createdAt(since));
    }

    static Cluster running(Instant since) {
        Cluster creating = creating(since);
        return creating.with(creating.status().moved(ClusterState.RUNNING))
                .with(creating.timestamps().readyAt(since));
    }

    static Cluster idle(Instant since) {
        Cluster running = running(since);
        return unwanted(running).with(running.timestamps().idleAt(since));
    }

    static Cluster unwanted(Cluster cluster) {
        return cluster.with(cluster.status().withNeeded(false));
    }
}
