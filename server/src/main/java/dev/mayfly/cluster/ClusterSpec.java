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
 * @param priority its priority in the admission queue; higher comes first
 * @param options options that only its provider understands
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

    /** What it takes of its pool: all its machines. */
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
     * How long a cluster lives.
     *
     * @param maxAge the longest it may live, whatever happens
     * @param keepWarm how long it stays idle for the next run after a release; zero if it does not stay
     */
    public record Lifetime(Duration maxAge, Duration keepWarm) {}
}
