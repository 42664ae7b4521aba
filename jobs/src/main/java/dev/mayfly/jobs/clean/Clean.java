package dev.mayfly.jobs.clean;

import dev.mayfly.jobs.Arguments;
import dev.mayfly.jobs.SparkJob;
import dev.mayfly.jobs.tracking.Reporting;
import dev.mayfly.jobs.tracking.TrackingClient;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Cleans the files of one slice into Parquet: {@code OUTPUT/clean/slice=N} and {@code OUTPUT/quarantine/slice=N}. Written aside
 * first and moved into place only when every row is accounted for, so that a slice is there whole or not at all; cleaning
 * it again replaces it.
 */
public final class Clean {

    private static final int MOST_SHOWN = 20;

    private Clean() {}

    public static void main(String[] arguments) {
        Arguments parsed = new Arguments(
                SparkJob.expanded(arguments),
                "input",
                "manifest",
                "output",
                "slice",
                "max-rejected-share",
                "concentration",
                "placeholder-terminal");
        SparkJob.main(spark -> {
            String lake = parsed.text("output");
            Reporting.run(lake, spark.sparkContext().hadoopConfiguration(), client -> {
                Map<String, Long> counts = run(spark, parsed);
                client.ifPresent(tracking -> report(tracking, parsed, counts));
            });
        });
    }

    /** Returns the numbers of rows: {@code rows_in}, {@code rows_out}, {@code rows_rejected}, {@code rejected_REASON}. */
    static Map<String, Long> run(SparkSession spark, Arguments arguments) throws IOException {
        String[] input = input(arguments);
        long slice = arguments.whole("slice", 1, 1, Integer.MAX_VALUE);
        double limit = arguments.share("max-rejected-share", 0.05);
        Path output = new Path(arguments.text("output"));
        Path staging = new Path(output, ".staging-" + slice);
        FileSystem files = output.getFileSystem(spark.sparkContext().hadoopConfiguration());
        files.delete(staging, true);

        boolean isStopping = isStopping(arguments);
        Duplicates.Count seen = new Duplicates.Count(spark.sparkContext());
        Groups groups = new Groups();
        spark.sparkContext().register(groups, "groups");
        Dataset<Row> judged = Rules.judged(Rules.dataLines(spark.read().text(input)), seen, groups);
        write(new Rules(placeholder(arguments)).clean(judged), new Path(staging, "clean"));
        Map<String, Long> counts = new TreeMap<>();
        counts.put("rows_in", seen.lines());
        counts.put("rows_out", rows(files, new Path(staging, "clean")));

        // Without rejected lines the quarantine is empty: limit(0) spares a second pass over all lines.
        Dataset<Row> quarantine = Rules.quarantine(judged);
        write(seen.rejected() == 0 ? quarantine.limit(0) : quarantine, new Path(staging, "quarantine"));
        counts.put("rows_rejected", rows(files, new Path(staging, "quarantine")));
        if (seen.rejected() > 0) {
            spark.read()
                    .parquet(staging + "/quarantine")
                    .groupBy("reason")
                    .count()
                    .collectAsList()
                    .forEach(row -> counts.put("rejected_" + row.getString(0), row.getLong(1)));
        }
        check(counts, limit);
        counts.put("concentrations", check(Concentration.found(groups.value()), isStopping));
        publish(files, new Path(staging, "clean"), new Path(output, "clean/slice=" + slice));
        publish(files, new Path(staging, "quarantine"), new Path(output, "quarantine/slice=" + slice));
        files.delete(staging, true);
        System.err.println("cleaned slice " + slice + ": " + counts);
        return counts;
    }

    /** The files of a manifest, or paths with commas between them, which may be patterns. */
    private static String[] input(Arguments arguments) {
        if (arguments.has("input") == arguments.has("manifest")) {
            throw new IllegalArgumentException("arguments --input and --manifest (expected: exactly one of them)");
        }
        return arguments.has("input")
                ? arguments.text("input").split(",", -1)
                : SparkJob.manifest(arguments.text("manifest")).toArray(new String[0]);
    }

    private static void write(Dataset<Row> rows, Path folder) {
        rows.write().mode(SaveMode.Overwrite).parquet(folder.toString());
    }

    /** Returns the number of rows of the Parquet files in a folder, by their footers. */
    private static long rows(FileSystem files, Path folder) throws IOException {
        long rows = 0;
        for (FileStatus file : files.globStatus(new Path(folder, "*.parquet"))) {
            try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromStatus(file, files.getConf()))) {
                rows += reader.getRecordCount();
            }
        }
        return rows;
    }

    private static String placeholder(Arguments arguments) {
        String text = arguments.text("placeholder-terminal", "0");
        if (!text.equals("none") && !text.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException(
                    "argument --placeholder-terminal: " + text + " (expected: a terminal id, or none)");
        }
        return text.equals("none") ? "" : text;
    }

    private static void check(Map<String, Long> counts, double limit) {
        long in = counts.getOrDefault("rows_in", 0L);
        long out = counts.getOrDefault("rows_out", 0L);
        long rejected = counts.getOrDefault("rows_rejected", 0L);
        if (in != out + rejected) {
            throw new IllegalStateException("rows in: " + in + " (expected: rows out + rows rejected = " + out + " + "
                    + rejected + "); nothing was published");
        }
        if (in == 0) {
            throw new IllegalStateException("rows in: 0 (expected: at least one line of data)");
        }
        double share = (double) rejected / in;
        if (share > limit) {
            throw new IllegalStateException("rejected share: " + share + " (expected: at most " + limit + "); reasons: "
                    + counts + "; nothing was published");
        }
    }

    private static boolean isStopping(Arguments arguments) {
        String what = arguments.text("concentration", "stop");
        if (!what.equals("stop") && !what.equals("warn")) {
            throw new IllegalArgumentException("argument --concentration: " + what + " (expected: stop or warn)");
        }
        return what.equals("stop");
    }

    /** Returns how many groups stand out. */
    private static long check(List<String> concentrations, boolean isStopping) {
        concentrations.stream()
                .limit(MOST_SHOWN)
                .forEach(one -> System.err.println("rejected far more often than others: " + one));
        if (isStopping && !concentrations.isEmpty()) {
            int shown = Math.min(MOST_SHOWN, concentrations.size());
            String more = shown < concentrations.size() ? "; and " + (concentrations.size() - shown) + " more" : "";
            throw new IllegalStateException(
                    "rejected far more often than others: " + String.join("; ", concentrations.subList(0, shown)) + more
                            + "; nothing was published (if that is right, clean with --concentration warn)");
        }
        return concentrations.size();
    }

    private static void publish(FileSystem files, Path from, Path to) throws IOException {
        files.mkdirs(to.getParent());
        files.delete(to, true);
        if (!files.rename(from, to)) {
            throw new IOException("folder " + from + " can't be moved to " + to);
        }
    }

    private static void report(TrackingClient client, Arguments arguments, Map<String, Long> counts) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        counts.forEach((key, value) -> metrics.put(key, value.doubleValue()));
        metrics.put(
                "rejected_share", metrics.getOrDefault("rows_rejected", 0.0) / metrics.getOrDefault("rows_in", 1.0));
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("slice", arguments.whole("slice", 1, 1, Integer.MAX_VALUE));
        params.put("files", input(arguments).length);
        params.put("max_rejected_share", arguments.share("max-rejected-share", 0.05));
        params.put("placeholder_terminal", arguments.text("placeholder-terminal", "0"));
        client.log(params, metrics, java.util.Collections.emptyMap());
    }
}
