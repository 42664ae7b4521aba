package dev.mayfly.tracking;

/** Where a tracking run stands, in MLflow's words. */
public enum RunStatus {
    RUNNING,
    SCHEDULED,
    FINISHED,
    FAILED,
    KILLED
}
