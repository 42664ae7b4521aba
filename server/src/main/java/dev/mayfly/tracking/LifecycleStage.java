package dev.mayfly.tracking;

/** Whether an experiment or run is active or deleted. */
public enum LifecycleStage {
    ACTIVE,
    DELETED
}
