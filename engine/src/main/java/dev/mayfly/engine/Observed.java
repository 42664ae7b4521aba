package dev.mayfly.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What the world outside looks like for one run, at one instant; {@code pollAfter} says when a new look pays off. */
public record Observed(Allocation allocation, Map<AttemptId, Job> jobs, Duration pollAfter) {

    public Observed {
        jobs = Map.copyOf(jobs);
    }

    Job job(AttemptId attempt) {
        return jobs.getOrDefault(attempt, Job.UNKNOWN);
    }

    /** The same, after a change that opened attempts: nothing was started for those yet. */
    Observed withNew(Run after) {
        Map<AttemptId, Job> all = new HashMap<>(jobs);
        after.tasks()
                .forEach(task -> task.liveAttempt().ifPresent(attempt -> all.putIfAbsent(attempt.id(), Job.ABSENT)));
        return new Observed(allocation, all, pollAfter);
    }

    /** What the tasks of a run share. Only {@link State#ABSENT} says that nothing is left of it, and that was proved. */
    public record Allocation(State state, String reason) {

        public static final Allocation ABSENT = new Allocation(State.ABSENT, "");

        /**
         * Where it stands. {@code LOST}: it can't be used any more, and must be released. {@code REFUSED}: like that, and
         * another one would fare no better.
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

    /** The work of one attempt. {@code UNKNOWN}: it could not be looked at this time. */
    public record Job(JobState state, String reason) {

        public static final Job UNKNOWN = new Job(JobState.UNKNOWN, "");
        public static final Job ABSENT = new Job(JobState.ABSENT, "");
        public static final Job ACTIVE = new Job(JobState.ACTIVE, "");
        public static final Job SUCCEEDED = new Job(JobState.SUCCEEDED, "");

        public static Job failed(String reason) {
            return new Job(JobState.FAILED, reason);
        }

        /** Where it stands. */
        public enum JobState {
            UNKNOWN,
            ABSENT,
            ACTIVE,
            SUCCEEDED,
            FAILED
        }
    }
}
