package dev.mayfly.jobs.check;

import static org.apache.spark.sql.functions.col;

import dev.mayfly.jobs.Arguments;
import dev.mayfly.jobs.SparkJob;
import dev.mayfly.jobs.check.Finding.Bounds;
import dev.mayfly.jobs.features.Features;
import dev.mayfly.jobs.score.Scoring;
import dev.mayfly.jobs.scorer.Scorer;
import dev.mayfly.jobs.tracking.Reporting;
import dev.mayfly.jobs.tracking.TrackingClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Checks a cleaned slice {@code N} of {@code INPUT}: its rows by rules, and, if there is a slice before it, the drift
 * of every input and of the champion's scores against that one. Writes a report; fails if a finding is a stop.
 */
public final class Check {

    /** Rows at either end of a slice belong to another day if they are less than this share of a usual day. */
    private static final double SPILL = 0.05;

    private final SparkSession spark;
    private final Arguments arguments;
    private final Optional<TrackingClient> client;
    private final Slices slices;
    private final long slice;

    private Check(SparkSession spark, Arguments arguments, Optional<TrackingClient> client) {
        this.spark = spark;
        this.arguments = arguments;
        this.client = client;
        this.slices = new Slices(spark.read().parquet(arguments.text("input") + "/clean"));
        this.slice = arguments.whole("slice", 1, 1, Integer.MAX_VALUE);
    }

    public static void main(String[] commandLine) {
        Arguments arguments = new Arguments(
                SparkJob.expanded(commandLine),
                "input",
                "slice",
                "model",
                "max-rejected-share",
                "psi-warn",
                "psi-stop",
                "ks-warn",
                "ks-stop");
        SparkJob.main(spark -> Reporting.run(
                arguments.text("input"),
                spark.sparkContext().hadoopConfiguration(),
                client -> run(spark, arguments, client)));
    }

    /**
     * Checks the slice and returns the report.
     *
     * @throws IllegalStateException if a finding is a stop
     */
    static Report run(SparkSession spark, Arguments arguments, Optional<TrackingClient> client) throws IOException {
        Check check = new Check(spark, arguments, client);
        Report report = check.report();
        client.ifPresent(tracking -> check.log(tracking, report));
        System.err.println("checked slice " + check.slice + ": " + report.words());
        if (report.has(Finding.Level.STOP)) {
            throw new IllegalStateException("slice " + check.slice + " is not fit for use: "
                    + report.of(Finding.Level.STOP).stream()
                            .map(Finding::toString)
                            .collect(Collectors.joining("; ")));
        }
        return report;
    }

    private Report report() throws IOException {
        if (!slices.has(slice)) {
            throw new IllegalArgumentException(arguments.text("input") + "/clean: no rows of slice " + slice
                    + " (expected: a slice that was cleaned)");
        }
        List<Finding> findings =
                new RowRules(arguments.share("max-rejected-share", 0.05)).findings(slices.rows(slice), rejected());
        Map<String, Long> days = days(slice);
        if (slice == 1 || !slices.has(slice - 1)) {
            return new Report(slice, findings, days, Collections.emptyMap(), "there is no slice before it");
        }
        Map<String, Long> daysBefore = days(slice - 1);
        List<Finding> all = new ArrayList<>(findings);
        all.add(RowRules.volume(counts(days), counts(daysBefore)));
        List<String> compared = comparable(weekends(days) == weekends(daysBefore));
        Map<String, Distribution> drift = drift(compared);
        drift.forEach((name, distribution) -> {
            all.add(Finding.atMost("PSI of " + name, distribution.psi(), bounds("psi", 0.1, 0.25)));
            all.add(Finding.atMost("KS distance of " + name, distribution.ks(), bounds("ks", 0.1, 0.2)));
        });
        return new Report(slice, all, days, drift, left(compared));
    }

    private Bounds bounds(String name, double warn, double stop) {
        return new Bounds(arguments.share(name + "-warn", warn), arguments.share(name + "-stop", stop));
    }

    private static long[] counts(Map<String, Long> days) {
        return days.values().stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * The rows of each day of a slice. Leaves out a few rows at either end: they belong to the neighbouring day, since
     * 24:00:00 is the next day.
     */
    private Map<String, Long> days(long of) {
        TreeMap<String, Long> days = new TreeMap<>();
        slices.rows(of)
                .groupBy(col("tx_seconds").divide(86_400).cast("long").alias("day"))
                .count()
                .collectAsList()
                .forEach(row -> days.put(LocalDate.ofEpochDay(row.getLong(0)).toString(), row.getLong(1)));
        long[] sorted =
                days.values().stream().mapToLong(Long::longValue).sorted().toArray();
        double few = SPILL * sorted[sorted.length / 2];
        while (days.firstEntry().getValue() < few) {
            days.pollFirstEntry();
        }
        while (days.lastEntry().getValue() < few) {
            days.pollLastEntry();
        }
        return days;
    }

    private long rejected() throws IOException {
        Path quarantine = new Path(arguments.text("input"), "quarantine/slice=" + slice);
        FileSystem files = quarantine.getFileSystem(spark.sparkContext().hadoopConfiguration());
        return files.exists(quarantine)
                ? spark.read().parquet(quarantine.toString()).count()
                : 0;
    }

    private Map<String, Distribution> drift(List<String> compared) {
        Optional<Scorer> scorer = scorer();
        List<String> columns = new ArrayList<>(compared);
        scorer.ifPresent(champion -> columns.add(Scoring.SCORE));
        Dataset<Row> reference = prepared(slice - 1, scorer);
        Dataset<Row> now = prepared(slice, scorer);
        try {
            return Histograms.compare(reference, now, columns.toArray(new String[0]));
        } finally {
            reference.unpersist();
            now.unpersist();
        }
    }

    private Dataset<Row> prepared(long of, Optional<Scorer> scorer) {
        Dataset<Row> rows = slices.withInputs(of);
        return scorer.map(champion -> Scoring.scored(rows, champion))
                .orElse(rows)
                .persist(StorageLevel.MEMORY_AND_DISK());
    }

    /**
     * Returns the inputs that can be compared: those whose windows are full in the reference, since others differ just
     * because the data begins there; and weekends only if both slices have the same share of them, since the calendar
     * decides that.
     */
    private List<String> comparable(boolean isSameCalendar) {
        long history = slices.daysBefore(slice - 1);
        return Features.names().stream()
                .filter(name -> Features.historyDays(name) <= history)
                .filter(name -> isSameCalendar || !name.equals("during_weekend"))
                .collect(Collectors.toList());
    }

    /** The share of days that are Saturdays and Sundays. */
    private static double weekends(Map<String, Long> days) {
        long weekends = days.keySet().stream()
                .filter(day -> LocalDate.parse(day).getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0)
                .count();
        return (double) weekends / days.size();
    }

    private static String left(List<String> compared) {
        List<String> left = Features.names().stream()
                .filter(name -> !compared.contains(name))
                .collect(Collectors.toList());
        return left.isEmpty()
                ? ""
                : "not compared, because the slice before has too little history or another share of weekends: "
                        + String.join(", ", left);
    }

    private Optional<Scorer> scorer() {
        if (!client.isPresent() || !arguments.has("model") || slices.daysBefore(slice - 1) < Features.HISTORY_DAYS) {
            return Optional.empty();
        }
        TrackingClient tracking = client.get();
        return tracking.byAlias(arguments.text("model"), "champion")
                .map(version -> tracking.download(version.source(), Scorer.FILE, Scorer::read));
    }

    private void log(TrackingClient tracking, Report report) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        report.drift().forEach((name, distribution) -> {
            metrics.put("psi_" + name, distribution.psi());
            metrics.put("ks_" + name, distribution.ks());
        });
        metrics.put("warnings", (double) report.of(Finding.Level.WARN).size());
        metrics.put("stops", (double) report.of(Finding.Level.STOP).size());
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("slice", slice);
        for (String bound : Arrays.asList("psi-warn", "psi-stop", "ks-warn", "ks-stop")) {
            if (arguments.has(bound)) {
                params.put(bound, arguments.text(bound));
            }
        }
        tracking.log(params, metrics, Collections.singletonMap("mayfly.check", report.words()));
        byte[] html = report.html();
        tracking.upload(tracking.artifactUri(), "data_report.html", () -> new ByteArrayInputStream(html));
    }
}
