package dev.mayfly.cluster;

import dev.mayfly.capacity.DataSize;
import dev.mayfly.capacity.Resources;
import dev.mayfly.capacity.Unit;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * The cluster that a run asks for.
 *
 * @param priority its place in the queue for room; higher comes first
 * @param options what only its provider understands
 */
public record ClusterSpec(
        String provider,
        Node master,
        int workers,
        Node worker,
        Lifetime lifetime,
        int priority,
        Map<String, Object> options) {

    public ClusterSpec {
        if (workers < 1) {
            throw new IllegalArgumentException("workers: " + workers + " (expected: 1 or more)");
        }
        options = new TreeMap<>(options);
    }

    /** What it takes of a pool: all its machines. */
    public Resources demand() {
        return master.demand().plus(worker.demand().times(workers));
    }

    /** One machine of a cluster. */
    public record Node(int cores, DataSize memory, DataSize disk, DiskType diskType) {

        public Node {
            if (cores < 1) {
                throw new IllegalArgumentException("cores: " + cores + " (expected: 1 or more)");
            }
        }

        public Resources demand() {
            return Resources.of(Unit.INSTANCES, 1)
                    .with(Unit.CORES, cores)
                    .with(Unit.MEMORY, memory.bytes())
                    .with(diskType.unit(), disk.bytes());
        }
    }

    /** The kind of a node's disk. */
    public enum DiskType {
        HDD(Unit.HDD),
        SSD(Unit.SSD);

        private final Unit unit;

        DiskType(Unit unit) {
            this.unit = unit;
        }

        Unit unit() {
            return unit;
        }
    }

    /**
     * How long it lives.
     *
     * @param maxAge the longest it may live, whatever happens
     * @param keepWarm how long it stays for the next run when a run has done with it; zero: it does not
     */
    public record Lifetime(Duration maxAge, Duration keepWarm) {}
}
