package dev.mayfly.pipeline;

import dev.mayfly.capacity.DataSize;
import dev.mayfly.cluster.ClusterSpec;
import java.util.Map;
import java.util.Optional;

/**
 * Checks before a cluster is made that one of its workers holds an executor as a task's properties ask for: Spark would wait for ever for a
 * machine that is large enough. What a property does not state, or states in another form than Spark's, is not judged.
 */
final class ExecutorMemory {

    private static final String HEAP = "spark.executor.memory";
    private static final String OVERHEAD = "spark.executor.memoryOverhead";
    /** Spark's own minimum of a heap. */
    private static final DataSize LEAST_HEAP = DataSize.ofMegabytes(450);

    private ExecutorMemory() {}

    /** Returns what does not fit; empty if all does. */
    static Optional<String> problem(ClusterSpec cluster, Map<String, String> properties) {
        Optional<DataSize> heap = DataSize.ofSpark(properties.getOrDefault(HEAP, ""));
        Optional<DataSize> overhead = DataSize.ofSpark(properties.getOrDefault(OVERHEAD, ""));
        if (heap.isEmpty() && overhead.isEmpty()) {
            return Optional.empty();
        }
        DataSize asked = new DataSize(
                heap.orElse(LEAST_HEAP).bytes() + overhead.map(DataSize::bytes).orElse(0L));
        DataSize worker = cluster.worker().memory();
        return asked.bytes() <= worker.bytes()
                ? Optional.empty()
                : Optional.of("an executor takes " + asked + " (" + HEAP + " "
                        + properties.getOrDefault(HEAP, "of at least 450m") + ", " + OVERHEAD + " "
                        + properties.getOrDefault(OVERHEAD, "0") + ") and a worker of the cluster has " + worker
                        + " (expected: at most that; give the workers more memory, or the executor less)");
    }
}
