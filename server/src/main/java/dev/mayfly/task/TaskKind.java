package dev.mayfly.task;

import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.AttemptState;
import dev.mayfly.engine.Observed;
import dev.mayfly.engine.Run;
import dev.mayfly.pipeline.Pipeline;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out one kind of work. Reconciler threads call every method at least once for an attempt, and again after a
 * restart: so all methods are idempotent. A call may block for seconds, as a provider's does. Implementations are
 * thread-safe and rely on no state in memory.
 *
 * @param <W> the work, as the pipeline states it
 */
public interface TaskKind<W extends Pipeline.Work> {

    /** The class of the work. */
    Class<W> work();

    /**
     * What is wrong with some work that a pipeline may not do here, whatever its runs know; empty if nothing is.
     *
     * @param cluster on which it is done; empty if on none
     */
    default List<String> problems(W work, Optional<ClusterSpec> cluster) {
        return List.of();
    }

    /**
     * Starts an attempt, which is recorded as starting and is bound.
     *
     * @throws IllegalArgumentException if it can never start; the attempt fails with this message
     * @throws dev.mayfly.problem.Refused likewise
     */
    void start(Start<W> start);

    /** What an attempt is doing now. */
    Observed.Job status(Attempt attempt);

    /**
     * What an attempt that ended well has not made, though its work says that it does. A green task has done its work.
     *
     * @return in words; empty if nothing is missing
     */
    default List<String> missing(Start<W> start) {
        return List.of();
    }

    /** Asks an attempt to stop; it is over when {@link #status} says so. */
    void stop(Attempt attempt);

    /** Cleans up before the end of an attempt is recorded; {@code reason} is empty if it succeeded. */
    void finish(Attempt attempt, AttemptState end, String reason);

    /**
     * An attempt.
     *
     * @param cluster the run's cluster as it is now; empty if there is none
     */
    record Attempt(Run run, AttemptBinding binding, Optional<Cluster> cluster) {

        public AttemptId id() {
            return binding.attempt();
        }
    }

    /**
     * What an attempt is started with.
     *
     * @param others the bindings of the last attempts of the run's other tasks, by task
     * @param values what references in the work stand for
     */
    record Start<W extends Pipeline.Work>(
            W work,
            PipelineRun pipelineRun,
            Attempt attempt,
            Map<String, AttemptBinding> others,
            Map<String, String> values) {

        public Start {
            others = Map.copyOf(others);
            values = Map.copyOf(values);
        }
    }
}
