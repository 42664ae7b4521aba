package dev.mayfly.cluster;

import dev.mayfly.engine.RunId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A cluster as recorded. {@code wanted}: its run has not let go of it yet. */
public record Cluster(Id id, RunId run, ClusterSpec spec, long generation, Status status, Life life) {

    public String name() {
        return id.name();
    }

    public ClusterState state() {
        return status.state();
    }

    /** The row's identity, and the name that the provider knows. */
    public record Id(UUID value, String name) {}

    public record Status(ClusterState state, boolean wanted, String reason) {}

    /** When things happened, by Mayfly's clock. {@code proved}: it was found absent after its deletion. */
    public record Life(
            Instant reserved,
            @Nullable Instant created,
            @Nullable Instant ready,
            @Nullable Instant deleteCalled,
            @Nullable Instant proved) {}
}
