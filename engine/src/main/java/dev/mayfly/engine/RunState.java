package dev.mayfly.engine;

/** Where a run stands. {@link #FINISHING} means that the work is over and what it used is being cleared away. */
public enum RunState {
    QUEUED,
    RUNNING,
    FINISHING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    public boolean isTerminal() {
        return switch (this) {
            case QUEUED, RUNNING, FINISHING -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }
}
