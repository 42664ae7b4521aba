package dev.mayfly.cluster;

import dev.mayfly.access.Actor;
import dev.mayfly.engine.RunId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Stores clusters: in PostgreSQL, or in memory for simulations; one contract test covers both. Every call is atomic,
 * and durable when it returns. If it throws a {@link RuntimeException}, it has done everything or nothing. Reservations
 * are rows, never a separate count.
 */
interface ClusterStore {

    /**
     * Adds a cluster under an ordinal of its run.
     *
     * @return false if the run already has a cluster of this ordinal, or is not RUNNING
     */
    boolean insert(Cluster cluster, int ordinal);

    /**
     * Hands a cluster over to a run, under an ordinal of that run.
     *
     * @return false if another process changed the cluster, or the run already has a cluster of this ordinal, or is not
     *     RUNNING
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

    /** By run, a number that rises with every change of its clusters; of those that exist, or have gone lately. */
    Map<RunId, Long> generations();

    /**
     * Saves a changed cluster if its generation is still that of {@code before}, and increments the generation.
     *
     * @return false if another process changed it
     */
    boolean save(Cluster before, Cluster after);

    /** Saves a changed cluster like {@link #save}, and records with it that somebody deletes it. */
    boolean saveDeleted(Cluster before, Cluster after, Actor by);

    /** Records that somebody deletes a cluster that has no row. */
    void recordDeleted(String name, Actor by);

    /**
     * Admits waiting clusters of a provider. If any waits, {@code decide} gets all live clusters, in one caller at a
     * time, and returns in the same order what they become; those that changed are saved.
     *
     * @return the changed clusters
     */
    List<Cluster> admit(String provider, UnaryOperator<List<Cluster>> decide);
}
