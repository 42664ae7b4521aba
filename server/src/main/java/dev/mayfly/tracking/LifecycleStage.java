package dev.mayfly.tracking;

/** Whether an experiment or run is in use or in the bin. */
public enum LifecycleStage {
    ACTIVE,
    DELETED
}
