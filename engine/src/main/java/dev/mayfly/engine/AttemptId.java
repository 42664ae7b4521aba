package dev.mayfly.engine;

/** The identity of an attempt: the run, the task and the number of the try, from 1. */
public record AttemptId(RunId run, String task, int number) {

    public AttemptId {
        if (number < 1) {
            throw new IllegalArgumentException("attempt number: " + number + " (expected: 1 or more)");
        }
    }

    /** A name that is the same whenever it is asked for: jobs are found again by it. */
    public String jobName() {
        return run.shortForm() + "-" + task + "-" + number;
    }

    @Override
    public String toString() {
        return run.shortForm() + "/" + task + "/" + number;
    }
}
