package dev.mayfly.tracking;

/** The status of a tracking run, by MLflow's names. */
public enum RunStatus {
    RUNNING,
    SCHEDULED,
    FINISHED,
    FAILED,
    KILLED
}
