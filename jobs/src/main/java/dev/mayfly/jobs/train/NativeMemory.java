package dev.mayfly.jobs.train;

import dev.mayfly.jobs.features.Features;
import dev.mayfly.jobs.learner.Candidate;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;

/**
 * The memory that a training takes outside an executor's heap, known before it begins: the greater of what the final model takes for all rows of
 * its window, and what the candidates that a search trains at the same time take for theirs.
 */
final class NativeMemory {

    private static final String GIVEN = "spark.executor.memoryOverhead";
    private static final long MEGABYTE = 1 << 20;

    private final long bytes;

    private NativeMemory(long bytes) {
        this.bytes = bytes;
    }

    /**
     * The memory of a training.
     *
     * @param finalRows that the final model learns from
     * @param searchRows that each candidate of the search learns from
     * @param atOnce how many candidates train at the same time
     */
    static NativeMemory of(List<Candidate> candidates, long finalRows, long searchRows, int atOnce) {
        int inputs = Features.names().size();
        long last = candidates.stream()
                .mapToLong(candidate -> candidate.learner().nativeBytes(finalRows, inputs))
                .max()
                .orElse(0);
        long search = candidates.stream()
                .mapToLong(candidate -> -candidate.learner().nativeBytes(searchRows, inputs))
                .sorted()
                .limit(atOnce)
                .sum();
        return new NativeMemory(Math.max(last, -search));
    }

    long megabytes() {
        return (bytes + MEGABYTE - 1) / MEGABYTE;
    }

    /**
     * Compares it with what executors have.
     *
     * @throws IllegalArgumentException if that is less: the cluster's manager would kill the executor in the middle
     */
    void check(SparkConf conf) {
        if (!conf.contains(GIVEN) && !conf.get("spark.master").startsWith("yarn")) {
            return;
        }
        long usual = usual(conf);
        long given = conf.contains(GIVEN) ? conf.getSizeAsMb(GIVEN) : usual;
        if (given < usual + megabytes()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s: %d MB (expected: at least %d MB, since this training takes %d MB outside the heap; set it in the"
                            + " task's properties, with a worker's memory to match, or train on fewer --train-days)",
                    GIVEN,
                    given,
                    usual + megabytes(),
                    megabytes()));
        }
    }

    /** Returns the megabytes that Spark has YARN add to each executor's heap, for what the JVM itself takes. */
    private static long usual(SparkConf conf) {
        double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
        return Math.max(384, (long) (factor * conf.getSizeAsMb("spark.executor.memory", "1g")));
    }
}
