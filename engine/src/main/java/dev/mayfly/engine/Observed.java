package dev.mayfly.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * One run's allocation and jobs, as observed at one instant; {@code pollAfter} says how long to wait until the next
 * poll.
 */
public record Observed(Allocation allocation, Map<AttemptId, Job> jobs, Duration pollAfter) {

    public Observed {
        jobs = Map.copyOf(jobs);
    }

    Job job(AttemptId attempt) {
        return jobs.getOrDefault(attempt, Job.unknown(""));
    }

    /** Adds the attempts that a change has opened since: nothing was started for them yet. */
    Observed withNew(Run after) {
        Map<AttemptId, Job> all = new HashMap<>(jobs);
        after.tasks()
                .forEach(task -> task.liveAttempt().ifPresent(attempt -> all.putIfAbsent(attempt.id(), Job.ABSENT)));
        return new Observed(allocation, all, pollAfter);
    }

    /** What the tasks of a run share. Only {@link State#ABSENT} proves that nothing is left of it. */
    public record Allocation(State state, String reason) {

        public static final Allocation ABSENT = new Allocation(State.ABSENT, "");

        /**
         * The state of an allocation. {@code LOST}: it is unusable and must be released. {@code REFUSED}: the same, and
         * a new one would be refused, too.
         */
        public enum State {
            ABSENT,
            ALLOCATING,
            READY,
            LOST,
            REFUSED,
            RELEASING
        }
    }

    /**
     * The job of one attempt. {@code UNKNOWN}: this poll could not observe it, for the given reason, or did not try to, without
     * one.
     */
    public record Job(JobState state, String reason) {

        public static final Job ABSENT = new Job(JobState.ABSENT, "");
        public static final Job ACTIVE = new Job(JobState.ACTIVE, "");
        public static final Job SUCCEEDED = new Job(JobState.SUCCEEDED, "");

        public static Job unknown(String reason) {
            return new Job(JobState.UNKNOWN, reason);
        }

        public static Job failed(String reason) {
            return new Job(JobState.FAILED, reason);
        }

        /** The state of a job. */
        public enum JobState {
            UNKNOWN,
            ABSENT,
            ACTIVE,
            SUCCEEDED,
            FAILED
        }
    }
}
