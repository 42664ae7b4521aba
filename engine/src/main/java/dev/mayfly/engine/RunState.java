package dev.mayfly.engine;

/** The state of a run. {@link #FINISHING} means that its tasks are over and its allocation is being released. */
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
