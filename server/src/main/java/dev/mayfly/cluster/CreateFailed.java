package dev.mayfly.cluster;

/** A provider gave up making a cluster. Something of it may be left; another cluster may succeed. */
public final class CreateFailed extends RuntimeException {

    public CreateFailed(String message) {
        super(message);
    }
}
