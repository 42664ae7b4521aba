package dev.mayfly.jobs.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import dev.mayfly.jobs.Arguments;
import dev.mayfly.jobs.SparkJob;
import dev.mayfly.jobs.report.TrackingClient;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Trains a random forest on the last possible weeks of the clean transactions in {@code INPUT/clean}, judges it and the
 * champion on the same test week, stores it, and registers it as a new version of {@code MODEL}.
 */
public final class Train {

    private static final int SAMPLE_ROWS = 200;

    /** Split candidates per input. MLlib's 32 are quantiles too coarse for frauds, which are the last thousandth of an amount. */
    private static final int BINS = 256;

    private static final long DAY_SECONDS = 86_400;

    private final SparkSession spark;
    private final Arguments arguments;
    private final TrackingClient client;

    private Train(SparkSession spark, Arguments arguments, TrackingClient client) {
        this.spark = spark;
        this.arguments = arguments;
        this.client = client;
    }

    public static void main(String[] commandLine) {
        Arguments arguments = new Arguments(
                SparkJob.expanded(commandLine),
                "input",
                "model",
                "trees",
                "depth",
                "bins",
                "seed",
                "train-days",
                "delay-days",
                "test-days",
                "max-false-positive-rate",
                "work");
        SparkJob.main(spark -> {
            TrackingClient client = TrackingClient.fromEnvironment(System.getenv())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "MLFLOW_TRACKING_URI and MLFLOW_RUN_ID are not set (expected: both; Mayfly sets them)"));
            new Train(spark, arguments, client).run();
        });
    }

    private void run() throws IOException {
        double maxFalsePositiveRate = arguments.share("max-false-positive-rate", 0.05);
        Dataset<Row> transactions = spark.read().parquet(arguments.text("input") + "/clean");
        Protocol protocol = protocol(transactions);
        Dataset<Row> rows = rows(transactions, protocol);
        Dataset<Row> training = rows.filter(
                col("day").geq(protocol.firstTrainingDay()).and(col("day").lt(protocol.firstDelayDay())));
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("train_rows", (double) training.count());
        metrics.put("train_frauds", (double)
                training.filter(col("tx_fraud").equalTo(1)).count());

        long before = System.nanoTime();
        PipelineModel model = pipeline().fit(training);
        metrics.put("fit_seconds", (System.nanoTime() - before) / 1e9);

        Evaluation evaluation = new Evaluation(protocol, rows);
        metrics.putAll(evaluation.of(model, maxFalsePositiveRate));
        SparkModel store = new SparkModel(spark, arguments.text("work", System.getProperty("java.io.tmpdir")));
        try {
            String champion = compareWithChampion(store, evaluation, maxFalsePositiveRate, metrics);
            log(protocol, metrics, champion);
            String location = client.artifactUri() + "/model";
            int files =
                    store.store(model, client, location, evaluation.testRows().limit(SAMPLE_ROWS));
            TrackingClient.Version version = client.register(arguments.text("model"), location, Collections.emptyMap());
            System.err.println("trained " + arguments.text("model") + " version " + version.number() + " (" + files
                    + " files, read back and scored): " + metrics);
        } finally {
            store.cleanUp();
            rows.unpersist();
        }
    }

    private Protocol protocol(Dataset<Row> transactions) {
        Row span = transactions.agg(min("tx_seconds"), max("tx_seconds")).first();
        if (span.isNullAt(0)) {
            throw new IllegalArgumentException(
                    arguments.text("input") + ": no transactions (expected: cleaned slices)");
        }
        return new Protocol(
                span.getLong(0) / DAY_SECONDS,
                span.getLong(1) / DAY_SECONDS - (span.getLong(1) % DAY_SECONDS == 0 ? 1 : 0),
                (int) arguments.whole("train-days", 7, 1, 365),
                (int) arguments.whole("delay-days", 7, 0, 365),
                (int) arguments.whole("test-days", 7, 1, 365));
    }

    /** The rows of all days of the protocol, with inputs; reads no more history than these need. */
    private static Dataset<Row> rows(Dataset<Row> transactions, Protocol protocol) {
        Dataset<Row> needed = transactions.filter(col("tx_seconds")
                .geq(protocol.firstHistoryDay() * DAY_SECONDS)
                .and(col("tx_seconds").lt(protocol.endOfTest() * DAY_SECONDS)));
        return Features.add(needed)
                .filter(col("day").geq(protocol.firstTrainingDay()))
                .persist(StorageLevel.MEMORY_AND_DISK());
    }

    private Pipeline pipeline() {
        VectorAssembler assembler = new VectorAssembler()
                .setInputCols(Features.names().toArray(new String[0]))
                .setOutputCol("inputs");
        StandardScaler scaler = new StandardScaler()
                .setInputCol("inputs")
                .setOutputCol("features")
                .setWithMean(true)
                .setWithStd(true);
        RandomForestClassifier forest = new RandomForestClassifier()
                .setLabelCol("tx_fraud")
                .setFeaturesCol("features")
                .setNumTrees((int) arguments.whole("trees", 100, 1, 10_000))
                .setMaxDepth((int) arguments.whole("depth", 20, 1, 30))
                .setMaxBins((int) arguments.whole("bins", BINS, 2, 4_096))
                .setMaxMemoryInMB(512)
                .setSeed(arguments.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE));
        return new Pipeline().setStages(new PipelineStage[] {assembler, scaler, forest});
    }

    /** Adds the champion's figures on the same test week; returns its version, or {@code none}. */
    private String compareWithChampion(
            SparkModel store, Evaluation evaluation, double maxFalsePositiveRate, Map<String, Double> metrics)
            throws IOException {
        Optional<TrackingClient.Version> champion = client.byAlias(arguments.text("model"), "champion");
        if (!champion.isPresent()) {
            return "none";
        }
        PipelineModel model = store.read(client, champion.get().source());
        evaluation.of(model, maxFalsePositiveRate).forEach((key, value) -> {
            if (!key.startsWith("test_")) {
                metrics.put("champion_" + key, value);
            }
        });
        return champion.get().number();
    }

    private void log(Protocol protocol, Map<String, Double> metrics, String champion) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("learner", "random_forest");
        params.put("trees", arguments.whole("trees", 100, 1, 10_000));
        params.put("depth", arguments.whole("depth", 20, 1, 30));
        params.put("bins", arguments.whole("bins", BINS, 2, 4_096));
        params.put("seed", arguments.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE));
        params.put("inputs", String.join(",", Features.names()));
        params.put("first_training_day", java.time.LocalDate.ofEpochDay(protocol.firstTrainingDay()));
        params.put("first_test_day", java.time.LocalDate.ofEpochDay(protocol.firstTestDay()));
        params.put("last_test_day", java.time.LocalDate.ofEpochDay(protocol.endOfTest() - 1));
        params.put("max_false_positive_rate", arguments.share("max-false-positive-rate", 0.05));
        client.log(params, metrics, Collections.singletonMap("mayfly.champion.version", champion));
    }
}
