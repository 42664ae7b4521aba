package dev.mayfly.cluster;

import java.time.Duration;

/** The cluster that a run asks for. {@code maxAge} is the longest it may live, whatever happens. */
public record ClusterSpec(String provider, Node master, int workers, Node worker, Duration maxAge) {

    public ClusterSpec {
        if (workers < 1) {
            throw new IllegalArgumentException("workers: " + workers + " (expected: 1 or more)");
        }
    }

    /** One machine of a cluster. */
    public record Node(int cores, DataSize memory, DataSize disk, DiskType diskType) {

        public Node {
            if (cores < 1) {
                throw new IllegalArgumentException("cores: " + cores + " (expected: 1 or more)");
            }
        }
    }

    /** The kind of a node's disk. */
    public enum DiskType {
        HDD,
        SSD
    }
}
