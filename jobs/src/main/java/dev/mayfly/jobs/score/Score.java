package dev.mayfly.jobs.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import dev.mayfly.jobs.Arguments;
import dev.mayfly.jobs.SparkJob;
import dev.mayfly.jobs.features.Features;
import dev.mayfly.jobs.scorer.Scorer;
import dev.mayfly.jobs.tracking.Reporting;
import dev.mayfly.jobs.tracking.TrackingClient;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Scores the clean transactions of slice {@code N} by the version of {@code MODEL} that an alias means, and writes them to {@code
 * OUTPUT/scores/slice=N}: transaction id, score, probability, alert, and the version. Scoring a slice again replaces it.
 */
public final class Score {

    private Score() {}

    public static void main(String[] commandLine) {
        Arguments arguments =
                new Arguments(SparkJob.expanded(commandLine), "input", "output", "slice", "model", "alias");
        SparkJob.main(spark -> Reporting.run(
                arguments.text("output", arguments.text("input")),
                spark.sparkContext().hadoopConfiguration(),
                client -> run(spark, arguments, Reporting.required(client))));
    }

    private static void run(SparkSession spark, Arguments arguments, TrackingClient client) {
        String model = arguments.text("model");
        String alias = arguments.text("alias", "champion");
        TrackingClient.Version version = client.byAlias(model, alias)
                .orElseThrow(() -> new IllegalArgumentException(
                        "model " + model + "@" + alias + " (expected: a registered model with such an alias)"));
        Scorer scorer = client.download(version.source(), Scorer.FILE, Scorer::read);
        long slice = arguments.whole("slice", 1, 1, Integer.MAX_VALUE);
        String output = arguments.text("output", arguments.text("input")) + "/scores/slice=" + slice;
        Dataset<Row> all = spark.read().parquet(arguments.text("input") + "/clean");
        Scoring.scored(Features.ofSlice(all, slice), scorer)
                .select(
                        col("transaction_id"),
                        col(Scoring.SCORE),
                        col(Scorer.PROBABILITY),
                        col(Scoring.ALERT),
                        lit(version.number()).alias("model_version"))
                .write()
                .mode(SaveMode.Overwrite)
                .parquet(output);
        Row counts = spark.read()
                .parquet(output)
                .agg(count(lit(1)), sum(col(Scoring.ALERT).cast("long")))
                .first();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("rows", (double) counts.getLong(0));
        metrics.put("alerts", (double) counts.getLong(1));
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("slice", slice);
        params.put("model", model);
        params.put("model_version", version.number());
        client.log(params, metrics, Collections.emptyMap());
        System.err.println("scored slice " + slice + " by " + model + " version " + version.number() + ": " + metrics);
    }
}
