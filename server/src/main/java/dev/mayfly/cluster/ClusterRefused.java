package dev.mayfly.cluster;

/** A cluster can never be had as asked for. The message names the value and what was expected. */
public final class ClusterRefused extends RuntimeException {

    public ClusterRefused(String message) {
        super(message);
    }
}
