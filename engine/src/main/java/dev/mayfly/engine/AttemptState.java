package dev.mayfly.engine;

/** The state of an attempt. {@link #STARTING} records the intent: from then on the job may or may not exist. */
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
