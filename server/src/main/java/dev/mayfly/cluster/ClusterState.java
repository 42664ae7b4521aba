package dev.mayfly.cluster;

/** Where a cluster stands. Why it failed, if it did, is kept beside the state and never instead of it. */
public enum ClusterState {
    /** Asked for; the pool has no room for it yet. */
    WAITING,
    /** The intent is recorded and its room is taken; the provider has not been called. */
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

    /** From the intent to the proof of deletion it takes room in its pool. */
    boolean holdsRoom() {
        return this != WAITING && this != DELETED;
    }

    /** An operation of the cloud is or will soon be under way. */
    boolean isUnderWay() {
        return this == RESERVED || this == CREATING || this == DELETING;
    }
}
