package dev.mayfly.jobs.train;

import static org.apache.spark.sql.functions.col;

import dev.mayfly.jobs.measure.Outcomes;
import dev.mayfly.jobs.scorer.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The test rows of one fold: kept in the cluster, with their outcomes in the driver; models send only their scores to
 * it.
 */
final class TestRows implements AutoCloseable {

    /** The most rows on which a model is judged; about 100 MB in the driver. */
    static final long MOST = 2_000_000;

    private final Dataset<Row> rows;
    private final Outcomes outcomes;

    TestRows(Examples examples, Fold fold) {
        this.rows = examples.test(fold, MOST).persist(StorageLevel.MEMORY_AND_DISK());
        Outcomes.Builder builder = new Outcomes.Builder();
        for (Row row : rows.select("label", "customer_id", "day", "tx_fraud_scenario", "tx_amount")
                .collectAsList()) {
            builder.row(row.getDouble(0) == 1, row.getLong(1), row.getLong(2), row.getInt(3), row.getDouble(4));
        }
        this.outcomes = builder.build();
    }

    /** What a pipeline takes: the inputs by name. */
    Dataset<Row> inputs() {
        return rows;
    }

    Outcomes outcomes() {
        return outcomes;
    }

    /** Returns a model's score of each row: the probability of fraud before calibration, which ranks. */
    double[] scores(Transformer model) {
        return values(model, Examples.assembler().transform(rows), score()).get(0);
    }

    /** Returns the scores, and the calibrated probabilities; the scores twice if the model has no calibration. */
    List<double[]> scoresAndProbabilities(PipelineModel model) {
        Dataset<Row> inputs = inputs();
        boolean isCalibrated = Arrays.asList(
                        model.transformSchema(inputs.schema()).fieldNames())
                .contains(Scorer.PROBABILITY);
        return values(model, inputs, score(), isCalibrated ? col(Scorer.PROBABILITY) : score());
    }

    private static Column score() {
        return functions.vector_to_array(col("probability"), "float64").getItem(1);
    }

    private static List<double[]> values(Transformer model, Dataset<Row> rows, Column... columns) {
        List<Row> found = model.transform(rows).select(columns).collectAsList();
        List<double[]> values = new ArrayList<>();
        for (int column = 0; column < columns.length; column++) {
            int one = column;
            values.add(found.stream().mapToDouble(row -> row.getDouble(one)).toArray());
        }
        return values;
    }

    @Override
    public void close() {
        rows.unpersist();
    }
}
