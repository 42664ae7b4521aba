package dev.mayfly.cluster;

/** Where a cluster stands. Why it failed, if it did, is kept beside the state and never instead of it. */
public enum ClusterState {
    /** The intent is recorded; the provider has not been called. */
    RESERVED,
    /** The provider is or may have been called. */
    CREATING,
    RUNNING,
    /** Whatever there is of it is being deleted. */
    DELETING,
    /** Deleted, and found absent when asked again. */
    DELETED;

    public boolean isTerminal() {
        return this == DELETED;
    }
}
