package dev.mayfly.cluster;

/** A provider has no capacity for a cluster now, whatever its quota said before. Another cluster is requested later. */
public final class OutOfCapacity extends RuntimeException {

    public OutOfCapacity(String message) {
        super(message);
    }
}
