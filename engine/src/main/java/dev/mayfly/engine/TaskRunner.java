package dev.mayfly.engine;

/**
 * Carries out what the engine decides. A run's tasks share an allocation, such as a cluster, which lives as long as the
 * run needs it. Thread-safe.
 */
public interface TaskRunner {

    /** Returns a look at a run for one reconciliation. Reads nothing yet. */
    Look look(Run run);

    /**
     * One reconciliation's view of one run. One thread uses it, and it may cache what it has read. Every method must be
     * idempotent: the engine calls it again after a crash, and so may a second control plane. It may block for some
     * seconds but never waits for a cloud. A {@link RuntimeException} means "not this time": the engine logs it,
     * records nothing as done, and reconciles the run again later.
     */
    interface Look {

        /** Reports the allocation of the run and the jobs of its live attempts. Changes nothing. */
        Observed observe(Run run);

        /** Makes the allocation. Called until it is ready. */
        void allocate(Run run);

        /**
         * Starts the job of an attempt, unless it exists. Called once the intent is recorded, until the job is
         * observed.
         */
        void start(Run run, AttemptId attempt);

        /** Ends the job of an attempt. Called until it has ended. */
        void stop(Run run, AttemptId attempt);

        /**
         * Gives up an allocation whose job does not end when it is stopped. Its other jobs are lost with it, and nothing
         * may use it again. Called until the allocation is lost.
         */
        void abandon(Run run, String reason);

        /** Saves what must outlive the job (logs, final states). Called before the end of the attempt is recorded. */
        void finalizeAttempt(Run run, AttemptId attempt, AttemptState end, String reason);

        /** Gives the allocation back. Called until it is proved absent. */
        void release(Run run);

        /**
         * Records a run's result elsewhere. Called once its allocation is absent, before its final state is recorded.
         */
        void finalizeRun(Run run, RunState result);
    }
}
