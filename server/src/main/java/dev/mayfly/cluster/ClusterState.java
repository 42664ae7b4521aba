package dev.mayfly.cluster;

/** The state of a cluster. A failure is recorded beside the state, never instead of it. */
public enum ClusterState {
    /** Requested, but not yet admitted to its pool. */
    WAITING,
    /** Admitted: it holds its reservation, but the provider has not been called. */
    RESERVED,
    /** The provider has, or may have, been called. */
    CREATING,
    RUNNING,
    /** Whatever exists of it is being deleted. */
    DELETING,
    /** Proved absent. */
    DELETED;

    public boolean isTerminal() {
        return this == DELETED;
    }

    /** Whether it holds a reservation in its pool: from the intent to the proof of deletion. */
    boolean holdsRoom() {
        return this != WAITING && this != DELETED;
    }

    /** Whether an operation of the cloud is, or will soon be, under way. */
    boolean isUnderWay() {
        return this == RESERVED || this == CREATING || this == DELETING;
    }
}
