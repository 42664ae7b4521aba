package dev.mayfly.cluster;

/** A provider has no room for a cluster now, whatever its quota said before. It is asked again later. */
public final class OutOfCapacity extends RuntimeException {

    public OutOfCapacity(String message) {
        super(message);
    }
}
