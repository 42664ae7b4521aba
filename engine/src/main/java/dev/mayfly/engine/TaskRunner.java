package dev.mayfly.engine;

/**
 * Does in the world what the engine decides. A run's tasks share an allocation: what is made for the run and lives as long as it needs
 * it, such as a cluster. Thread-safe.
 */
public interface TaskRunner {

    /** Begins a look at a run, as it is recorded now. Reads nothing yet. */
    Look look(Run run);

    /**
     * One look at one run, by one thread of the engine's; what it has read once it need not read again. Every method is called at least
     * once, and again after a crash or from a second control plane: so each must be idempotent. It may block for some seconds but never
     * waits for a cloud. A {@link RuntimeException} means "not this time": the engine logs it, looks again later and decides anew;
     * nothing is recorded as done.
     */
    interface Look {

        /** Reports the allocation of the run and the jobs of its live attempts. Changes nothing. */
        Observed observe(Run run);

        /** Makes the allocation. Called until it is ready. */
        void allocate(Run run);

        /** Starts the job of an attempt, unless it exists. Called only after the intent is recorded, until the job is observed. */
        void start(Run run, AttemptId attempt);

        /** Ends the job of an attempt. Called until it has ended. */
        void stop(Run run, AttemptId attempt);

        /** Keeps what must outlive the job (logs, final states), before the end of the attempt is recorded. */
        void finalizeAttempt(Run run, AttemptId attempt, AttemptState end, String reason);

        /** Gives the allocation back. Called until it is proved absent. */
        void release(Run run);

        /** Records elsewhere how a run ended, once its allocation is gone and before its final state is recorded. */
        void finalizeRun(Run run, RunState result);
    }
}
