package dev.mayfly.task;

import dev.mayfly.cluster.Cluster;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.AttemptState;
import dev.mayfly.engine.Observed;
import dev.mayfly.engine.Run;
import dev.mayfly.pipeline.Pipeline;
import java.util.Map;
import java.util.Optional;

/**
 * How one kind of work is carried out. Called by reconciler threads, each method at least once for the same attempt: after a restart it
 * is called again, so all are idempotent. A call may block for seconds, as a provider's does. Implementations are thread-safe and keep
 * nothing in memory that counts.
 *
 * @param <W> the work, as the pipeline states it
 */
public interface TaskKind<W extends Pipeline.Work> {

    /** The class of the work. */
    Class<W> work();

    /**
     * Starts an attempt; it is recorded as starting, and bound.
     *
     * @throws IllegalArgumentException if it can never start; the attempt fails with this message
     * @throws dev.mayfly.problem.Refused likewise
     */
    void start(Start<W> start);

    /** What an attempt is doing now. */
    Observed.Job status(Attempt attempt);

    /** Asks an attempt to stop; it is over when {@link #status} says so. */
    void stop(Attempt attempt);

    /** Tidies up before the end of an attempt is recorded; {@code reason} is empty if it succeeded. */
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
     * @param others the bindings of the run's other tasks, of their last attempts, by task
     */
    record Start<W extends Pipeline.Work>(
            W work, PipelineRun pipelineRun, Attempt attempt, Map<String, AttemptBinding> others) {

        public Start {
            others = Map.copyOf(others);
        }
    }
}
