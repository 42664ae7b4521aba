package dev.mayfly.engine;

import java.util.Optional;
import java.util.Set;

/**
 * Where runs are kept: PostgreSQL, or memory in simulations; one contract test holds for both. Every call is atomic and
 * durable when it returns, and may throw a {@link RuntimeException} with nothing, or everything, done.
 */
interface RunStore {

    Optional<Run> find(RunId id);

    /** The runs that are not over. */
    Set<RunId> unfinished();

    /**
     * Replaces a run by what it has become, if it is still as it was read: the generation is the fence, and goes up by one. A
     * run that begins does so only if its flow has room and no older one of the flow is queued. False: nothing was changed.
     */
    boolean save(Run before, Run after);

    /** The run of a flow that has been queued longest. */
    Optional<RunId> oldestQueued(String flow);
}
