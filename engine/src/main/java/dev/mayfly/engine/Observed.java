package dev.mayfly.engine;

import java.time.Duration;
import java.util.Map;

/** What the world outside looks like for one run, at one instant; {@code pollAfter} says when a new look pays off. */
public record Observed(Environment environment, Map<AttemptId, Job> jobs, Duration pollAfter) {

    public Observed {
        jobs = Map.copyOf(jobs);
    }

    Job job(AttemptId attempt) {
        return jobs.getOrDefault(attempt, Job.UNKNOWN);
    }

    /** What the tasks of a run share. Only {@link State#ABSENT} says that nothing is left of it, and that was proved. */
    public record Environment(State state, String reason) {

        public static final Environment ABSENT = new Environment(State.ABSENT, "");

        /** Where it stands. {@code LOST}: it can't be used any more, and must be cleared away. */
        public enum State {
            ABSENT,
            PREPARING,
            READY,
            LOST,
            CLEARING
        }
    }

    /** The work of one attempt. {@code UNKNOWN}: it could not be looked at this time. */
    public record Job(State state, String reason) {

        public static final Job UNKNOWN = new Job(State.UNKNOWN, "");
        public static final Job ABSENT = new Job(State.ABSENT, "");
        public static final Job ACTIVE = new Job(State.ACTIVE, "");
        public static final Job SUCCEEDED = new Job(State.SUCCEEDED, "");

        public static Job failed(String reason) {
            return new Job(State.FAILED, reason);
        }

        /** Where it stands. */
        public enum State {
            UNKNOWN,
            ABSENT,
            ACTIVE,
            SUCCEEDED,
            FAILED
        }
    }
}
