package dev.mayfly.engine;

import java.util.Optional;
import java.util.Set;

/**
 * Stores runs: in PostgreSQL, or in memory for simulations; one contract test covers both. Every call is atomic, and
 * durable when it returns. If it throws a {@link RuntimeException}, it has done everything or nothing.
 */
interface RunStore {

    Optional<Run> find(RunId id);

    /** The runs that are not over. */
    Set<RunId> unfinished();

    /**
     * Saves a changed run if its generation is still that of {@code before}, and increments the generation. A run may
     * begin only if its flow is below its limit of active runs and has no older queued run.
     *
     * @return false if nothing was changed
     */
    boolean save(Run before, Run after);

    /** The run of a flow that has been queued longest. */
    Optional<RunId> oldestQueued(String flow);
}
