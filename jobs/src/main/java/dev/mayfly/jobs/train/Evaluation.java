package dev.mayfly.jobs.train;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Judges models on one test week. Customers whose fraud was known by a test day are out of it. Immutable. */
final class Evaluation {

    private static final int CARDS = 100;

    private final Protocol protocol;
    private final Dataset<Row> validation;
    private final Dataset<Row> test;
    private final Map<Long, List<Long>> fraudDays;

    /**
     * @param rows the rows with inputs of all days of the protocol
     */
    Evaluation(Protocol protocol, Dataset<Row> rows) {
        this.protocol = protocol;
        this.validation = rows.filter(
                col("day").geq(protocol.firstDelayDay()).and(col("day").lt(protocol.firstTestDay())));
        this.test = rows.filter(
                col("day").geq(protocol.firstTestDay()).and(col("day").lt(protocol.endOfTest())));
        this.fraudDays = new LinkedHashMap<>();
        rows.filter(col("tx_fraud").equalTo(1).and(col("day").lt(protocol.firstTestDay())))
                .select("customer_id", "day")
                .distinct()
                .collectAsList()
                .forEach(row -> fraudDays
                        .computeIfAbsent(row.getLong(0), customer -> new ArrayList<>())
                        .add(row.getLong(1)));
    }

    Dataset<Row> testRows() {
        return test;
    }

    /**
     * The metrics of a model. The threshold is chosen on the week before the test week and then judged on the test week.
     */
    Map<String, Double> of(PipelineModel model, double maxFalsePositiveRate) {
        List<Scored> rows = scores(model, test);
        double threshold = RankingMetrics.thresholdFor(scores(model, validation), maxFalsePositiveRate);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("auc_roc", RankingMetrics.aucRoc(rows));
        metrics.put("average_precision", RankingMetrics.averagePrecision(rows));
        metrics.put("card_precision_100", RankingMetrics.cardPrecision(rows, CARDS));
        metrics.put("threshold", threshold);
        metrics.put("recall_at_threshold", RankingMetrics.shareAbove(rows, true, threshold));
        metrics.put("false_positive_rate_at_threshold", RankingMetrics.shareAbove(rows, false, threshold));
        metrics.put("test_rows", (double) rows.size());
        metrics.put(
                "test_frauds", (double) rows.stream().filter(row -> row.fraud).count());
        return metrics;
    }

    private List<Scored> scores(PipelineModel model, Dataset<Row> rows) {
        List<Scored> scored = new ArrayList<>();
        Dataset<Row> columns = model.transform(rows)
                .select(
                        functions.vector_to_array(col("probability"), "float64").getItem(1),
                        col("tx_fraud"),
                        col("customer_id"),
                        col("day"));
        for (Row row : columns.collectAsList()) {
            Scored one = new Scored(row.getDouble(0), row.getInt(1) == 1, row.getLong(2), row.getLong(3));
            if (!isKnown(one)) {
                scored.add(one);
            }
        }
        return scored;
    }

    private boolean isKnown(Scored row) {
        for (long fraudDay : fraudDays.getOrDefault(row.customer, java.util.Collections.emptyList())) {
            if (protocol.isKnownOn(fraudDay, row.day)) {
                return true;
            }
        }
        return false;
    }
}
