package dev.mayfly.jobs.train;

import dev.mayfly.jobs.measure.Measures;
import dev.mayfly.jobs.measure.Outcomes;
import dev.mayfly.jobs.scorer.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.regression.IsotonicRegression;
import org.apache.spark.ml.regression.IsotonicRegressionModel;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What scores mean: from scores on weeks that a model did not see, the threshold above which to alert, and the map from a score to a
 * probability (isotonic regression; Zadrozny and Elkan, 2002). Learned on folds whose labels are all known when the final model is trained.
 */
final class Calibration {

    private static final StructType SCHEMA = new StructType()
            .add("score", DataTypes.DoubleType)
            .add("label", DataTypes.DoubleType)
            .add("weight", DataTypes.DoubleType);

    private final List<double[]> scores = new ArrayList<>();
    private final List<Outcomes> outcomes = new ArrayList<>();

    void add(Outcomes happened, double[] scored) {
        outcomes.add(happened);
        scores.add(scored);
    }

    /** The mean over folds of the threshold above which at most a share of the genuine rows score. */
    double threshold(double maxFalsePositiveRate) {
        double sum = 0;
        for (int fold = 0; fold < scores.size(); fold++) {
            sum += Measures.thresholdFor(outcomes.get(fold), scores.get(fold), maxFalsePositiveRate);
        }
        return sum / scores.size();
    }

    /**
     * The map, as a stage that reads {@code probability} and writes {@link Scorer#PROBABILITY}. Half a row of either kind at both ends keeps
     * it from saying "never" or "surely".
     */
    IsotonicRegressionModel map(SparkSession spark) {
        Map<Double, double[]> counts = new TreeMap<>();
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int fold = 0; fold < scores.size(); fold++) {
            for (int row = 0; row < scores.get(fold).length; row++) {
                double score = scores.get(fold)[row];
                counts.computeIfAbsent(score, first -> new double[2])[
                        outcomes.get(fold).isFraud(row) ? 1 : 0]++;
                least = Math.min(least, score);
                most = Math.max(most, score);
            }
        }
        List<Row> rows = new ArrayList<>();
        counts.forEach((score, both) -> {
            for (int label = 0; label < 2; label++) {
                if (both[label] > 0) {
                    rows.add(RowFactory.create(score, (double) label, both[label]));
                }
            }
        });
        rows.add(RowFactory.create(least, 1.0, 0.5));
        rows.add(RowFactory.create(most, 0.0, 0.5));
        IsotonicRegressionModel map = new IsotonicRegression()
                .setFeaturesCol("score")
                .setWeightCol("weight")
                .fit(spark.createDataFrame(rows, SCHEMA));
        return map.setFeaturesCol("probability").setFeatureIndex(1).setPredictionCol(Scorer.PROBABILITY);
    }
}
