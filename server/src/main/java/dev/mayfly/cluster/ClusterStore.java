package dev.mayfly.cluster;

import dev.mayfly.engine.RunId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Where clusters are kept: PostgreSQL, or memory in simulations; one contract test holds for both. Every call is atomic and
 * durable when it returns, and may throw a {@link RuntimeException} with nothing, or everything, done. The rows that are not
 * proved deleted are the reservations: there is no other count of them.
 */
interface ClusterStore {

    /** Adds a cluster as the one of this ordinal of its run. False: the run has one of that ordinal, or is not RUNNING. */
    boolean insert(Cluster cluster, int ordinal);

    /**
     * Gives a cluster to a run, as the run's one of this ordinal. False: it was moved, the run has one of that ordinal, or is not
     * RUNNING.
     */
    boolean handOver(Cluster before, Cluster after, int ordinal);

    Optional<Cluster> find(UUID id);

    Optional<Cluster> named(String name);

    /** All clusters that a run ever had, in order; some may be another run's by now. */
    List<Cluster> ofRun(RunId run);

    /** The clusters of a provider that are not proved deleted, oldest first. */
    List<Cluster> live(String provider);

    List<Cluster> newest(int limit);

    Set<UUID> unfinished();

    /** Replaces a cluster by what it has become, if it is still as it was read; its generation goes up. False: it was moved. */
    boolean save(Cluster before, Cluster after);

    /**
     * Lets waiting clusters of a provider in: the function is given all that are live, alone of all callers, and answers what
     * they become; those that differ are saved and returned. Not called if none waits.
     */
    List<Cluster> admit(String provider, UnaryOperator<List<Cluster>> decide);
}
