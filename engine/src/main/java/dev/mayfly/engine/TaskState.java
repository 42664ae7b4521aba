package dev.mayfly.engine;

/** The state of a task, named as in Airflow where Airflow has such a state. */
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

    /** Whether the task ended without doing work that it should have done. */
    public boolean isFailure() {
        return switch (this) {
            case FAILED, UPSTREAM_FAILED, CANCELLED -> true;
            case WAITING, RUNNING, UP_FOR_RETRY, SUCCEEDED, SKIPPED -> false;
        };
    }
}
