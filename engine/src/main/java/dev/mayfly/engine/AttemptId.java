package dev.mayfly.engine;

/** The identity of an attempt: its run, its task and its number, counted from 1. */
public record AttemptId(RunId run, String task, int number) {

    public AttemptId {
        if (number < 1) {
            throw new IllegalArgumentException("attempt number: " + number + " (expected: 1 or more)");
        }
    }

    /** The name of the attempt's job: always the same, so that a job is found again by its name. */
    public String jobName() {
        return run.shortForm() + "-" + task + "-" + number;
    }

    @Override
    public String toString() {
        return run.shortForm() + "/" + task + "/" + number;
    }
}
