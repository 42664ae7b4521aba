package dev.mayfly.jobs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** A {@link Job} on Spark, in a class of its own so that plain jobs need no Spark. */
public final class SparkJob {

    /** The driver lists up to this many files faster than a Spark job does, the first of which takes two seconds. */
    private static final long MOST_LISTED_AT_ONCE = 200;

    private SparkJob() {}

    /** What it does. */
    public interface Work {
        void run(SparkSession spark) throws Exception;
    }

    /**
     * Replaces each {@code @ADDRESS} by the lines of that file, one argument a line. The file can be on any file system
     * that the cluster knows. Some clouds limit the number and length of arguments.
     *
     * @throws UncheckedIOException if a file can't be read
     */
    public static String[] expanded(String[] arguments) {
        List<String> expanded = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.startsWith("@")) {
                expanded.addAll(lines(new Path(argument.substring(1))));
            } else {
                expanded.add(argument);
            }
        }
        return expanded.toArray(new String[0]);
    }

    /**
     * The files that a slice's manifest lists, one a line, as Spark reads exactly these: signs that Hadoop would take
     * for a pattern are escaped.
     *
     * @throws UncheckedIOException if the manifest can't be read
     */
    public static List<String> manifest(String file) {
        return lines(new Path(file)).stream()
                .map(path -> path.replaceAll("[\\\\{}\\[\\]*?]", "\\\\$0"))
                .collect(Collectors.toList());
    }

    private static List<String> lines(Path file) {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(file.getFileSystem(new Configuration()).open(file), StandardCharsets.UTF_8))) {
            return reader.lines().collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException("file " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    /** Runs work on a session with times in UTC, stops the session, then ends the process. */
    public static void main(Work work) {
        Job.main(() -> {
            SparkSession spark = SparkSession.builder()
                    .config("spark.sql.session.timeZone", "UTC")
                    .config("spark.sql.sources.parallelPartitionDiscovery.threshold", MOST_LISTED_AT_ONCE)
                    .getOrCreate();
            try {
                work.run(spark);
            } finally {
                spark.stop();
            }
        });
    }
}
