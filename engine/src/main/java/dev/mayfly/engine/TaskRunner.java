package dev.mayfly.engine;

/**
 * Does in the world what the engine decides. Every method is called from the engine's own threads, at least once and
 * possibly again after a crash or by a second control plane, and so must be idempotent; it may block for some seconds but
 * never waits for a cloud. A {@link RuntimeException} means "not this time": the engine logs it, looks again later and
 * decides anew; nothing is recorded as done.
 */
public interface TaskRunner {

    /** Looks at the environment of a run and at the jobs of its live attempts. Changes nothing. */
    Observed observe(Run run);

    /** Sees to it that the environment is being made. Called until it is ready. */
    void prepare(Run run);

    /** Sees to it that the job of an attempt exists. Called only after the intent is recorded, until the job is seen. */
    void start(Run run, AttemptId attempt);

    /** Sees to it that the job of an attempt ends. Called until it has. */
    void stop(Run run, AttemptId attempt);

    /** Keeps what must outlive the job (logs, final states). Called before the end of the attempt is recorded. */
    void settle(Run run, AttemptId attempt, AttemptState end, String reason);

    /** Sees to it that the environment goes away. Called until it is proved absent. */
    void clear(Run run);

    /** Records elsewhere how a run ended. Called once its environment is gone, before its final state is recorded. */
    void close(Run run, RunState result);
}
