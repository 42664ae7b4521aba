package dev.mayfly.cluster;

/** A provider has no room for a cluster now, whatever its quota said before. It is asked again later. */
public final class NoRoom extends RuntimeException {

    public NoRoom(String message) {
        super(message);
    }
}
