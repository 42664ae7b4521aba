package dev.mayfly.cluster;

/** A provider has given up making a cluster. Something of it may be left; another one may fare better. */
public final class CreateFailed extends RuntimeException {

    public CreateFailed(String message) {
        super(message);
    }
}
