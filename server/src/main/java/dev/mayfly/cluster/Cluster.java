package dev.mayfly.cluster;

import dev.mayfly.capacity.Claim;
import dev.mayfly.capacity.Resources;
import dev.mayfly.capacity.Unit;
import dev.mayfly.engine.RunId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as recorded. A change makes another value.
 *
 * @param run the run that has it, or had it last
 * @param demand what it takes of its pool
 */
public record Cluster(
        Id id, RunId run, ClusterSpec spec, Resources demand, long generation, Status status, Timestamps timestamps) {

    static Cluster requested(Id id, RunId run, ClusterSpec spec, Resources demand, Instant now) {
        return new Cluster(
                id,
                run,
                spec,
                demand,
                0,
                new Status(ClusterState.WAITING, true, Failure.NONE, ""),
                Timestamps.requested(now));
    }

    public String name() {
        return id.name();
    }

    public ClusterState state() {
        return status.state();
    }

    /** What identifies it at its provider. */
    public ClusterRef ref() {
        return new ClusterRef(id.name(), id.providerId());
    }

    /** Whether it is up but unused, kept warm for the next run with the same spec. */
    public boolean isIdle() {
        return status.state() == ClusterState.RUNNING && timestamps.idle() != null;
    }

    /** What clusters hold or want of their pool. */
    static List<Claim> claims(List<Cluster> live) {
        return live.stream()
                .filter(cluster ->
                        cluster.state().holdsRoom() || cluster.status().needed())
                .map(Cluster::claim)
                .toList();
    }

    private Claim claim() {
        Resources now = status.state().isUnderWay() || status.state() == ClusterState.WAITING
                ? demand.with(Unit.OPERATIONS, 1)
                : demand;
        return new Claim(
                id.value().toString(),
                "run " + run.shortForm(),
                now,
                new Claim.QueuePosition(spec.priority(), timestamps.requested()),
                status.state().holdsRoom());
    }

    Cluster with(Status changed) {
        return new Cluster(id, run, spec, demand, generation, changed, timestamps);
    }

    Cluster with(Timestamps changed) {
        return new Cluster(id, run, spec, demand, generation, status, changed);
    }

    Cluster withProviderId(String providerId) {
        return new Cluster(
                new Id(id.value(), id.name(), providerId), run, spec, demand, generation, status, timestamps);
    }

    Cluster nextGeneration() {
        return new Cluster(id, run, spec, demand, generation + 1, status, timestamps);
    }

    /** Given to another run while it is idle. */
    Cluster handedTo(RunId next) {
        return new Cluster(id, next, spec, demand, generation, status.withNeeded(true), timestamps.idleAt(null));
    }

    /**
     * The row's id, which is also the idempotency key of its create calls; the name at the provider; and the provider's
     * own id, empty until it is known.
     */
    public record Id(UUID value, String name, String providerId) {}

    /**
     * The state of a cluster.
     *
     * @param needed whether its run still needs it
     * @param waitReason what it waits for right now; empty if for nothing
     */
    public record Status(ClusterState state, boolean needed, Failure failure, String waitReason) {

        Status moved(ClusterState to) {
            return new Status(to, needed, failure, "");
        }

        Status failed(Failure why) {
            return new Status(state, needed, why, waitReason);
        }

        Status withNeeded(boolean still) {
            return new Status(state, still, failure, waitReason);
        }

        Status waitingFor(String words) {
            return new Status(state, needed, failure, words);
        }
    }

    /** Why a cluster failed. */
    public record Failure(Kind kind, String reason) {

        public static final Failure NONE = new Failure(Kind.NONE, "");

        /** Whether another cluster would help. */
        public enum Kind {
            NONE,
            /** It broke; another cluster may work. */
            BROKEN,
            /** The cloud had no capacity after all; another cluster is requested after a backoff. */
            OUT_OF_CAPACITY,
            /** Another cluster would be refused, too. */
            REFUSED
        }
    }

    /**
     * When its state changed, by Mayfly's clock. {@code absent}: it was first found absent during its deletion; {@code
     * proved}: its absence was proved.
     */
    public record Timestamps(
            Instant requested,
            @Nullable Instant reserved,
            @Nullable Instant created,
            @Nullable Instant ready,
            @Nullable Instant idle,
            @Nullable Instant deleteCalled,
            @Nullable Instant absent,
            @Nullable Instant proved) {

        static Timestamps requested(Instant now) {
            return new Timestamps(now, null, null, null, null, null, null, null);
        }

        Timestamps reservedAt(Instant now) {
            return new Timestamps(requested, now, null, null, null, null, null, null);
        }

        Timestamps createdAt(Instant now) {
            return new Timestamps(requested, reserved, now, null, null, null, null, null);
        }

        Timestamps readyAt(Instant now) {
            return new Timestamps(requested, reserved, created, now, null, null, null, null);
        }

        Timestamps idleAt(@Nullable Instant now) {
            return new Timestamps(requested, reserved, created, ready, now, null, null, null);
        }

        Timestamps deleteCalledAt(Instant now) {
            return new Timestamps(requested, reserved, created, ready, idle, now, null, null);
        }

        Timestamps absentAt(@Nullable Instant now) {
            return new Timestamps(requested, reserved, created, ready, idle, deleteCalled, now, null);
        }

        Timestamps provedAt(Instant now) {
            return new Timestamps(requested, reserved, created, ready, idle, deleteCalled, absent, now);
        }
    }
}
