package dev.mayfly.engine;

/** Where a task of a run stands; the names are Airflow's where it has one. */
public enum TaskState {
    WAITING,
    RUNNING,
    UP_FOR_RETRY,
    SUCCEEDED,
    FAILED,
    UPSTREAM_FAILED,
    SKIPPED,
    CANCELLED;

    public boolean isTerminal() {
        return switch (this) {
            case WAITING, RUNNING, UP_FOR_RETRY -> false;
            case SUCCEEDED, FAILED, UPSTREAM_FAILED, SKIPPED, CANCELLED -> true;
        };
    }

    /** The work was to be done and was not. */
    public boolean isFailure() {
        return switch (this) {
            case FAILED, UPSTREAM_FAILED, CANCELLED -> true;
            case WAITING, RUNNING, UP_FOR_RETRY, SUCCEEDED, SKIPPED -> false;
        };
    }
}
