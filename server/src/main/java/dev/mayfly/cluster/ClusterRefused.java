package dev.mayfly.cluster;

/** A cluster with this spec can never be made. The message names the value and what was expected. */
public final class ClusterRefused extends RuntimeException {

    public ClusterRefused(String message) {
        super(message);
    }
}
