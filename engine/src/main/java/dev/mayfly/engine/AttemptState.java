package dev.mayfly.engine;

/** Where an attempt stands. {@link #STARTING} is the intent: from then on the job may or may not exist. */
public enum AttemptState {
    STARTING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    TIMED_OUT,
    LOST,
    CANCELLED;

    public boolean isTerminal() {
        return switch (this) {
            case STARTING, RUNNING -> false;
            case SUCCEEDED, FAILED, TIMED_OUT, LOST, CANCELLED -> true;
        };
    }
}
