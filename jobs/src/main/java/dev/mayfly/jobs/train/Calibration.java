package dev.mayfly.jobs.train;

import dev.mayfly.jobs.measure.Measures;
import dev.mayfly.jobs.measure.Outcomes;
import dev.mayfly.jobs.scorer.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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

    /** The points that the map is learned from. */
    static final StructType SCHEMA = new StructType()
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
     * it from saying "never" or "surely". Of rows of one kind with none of the other between them only the first and the last are
     * points, with the weight of all: the map is the same along them anyway.
     */
    IsotonicRegressionModel map(SparkSession spark) {
        double[] genuine = sorted(false);
        double[] frauds = sorted(true);
        List<Row> points = new ArrayList<>();
        int row = 0;
        int fraud = 0;
        while (row < genuine.length || fraud < frauds.length) {
            int ofGenuine = before(genuine, row, fraud < frauds.length ? frauds[fraud] : Double.POSITIVE_INFINITY);
            addEnds(points, genuine, row, ofGenuine, 0);
            row = ofGenuine;
            int ofFrauds = before(frauds, fraud, row < genuine.length ? genuine[row] : Double.POSITIVE_INFINITY);
            addEnds(points, frauds, fraud, ofFrauds, 1);
            fraud = ofFrauds;
            if (row < genuine.length && fraud < frauds.length && genuine[row] == frauds[fraud]) {
                double both = genuine[row];
                int afterGenuine = before(genuine, row, Math.nextUp(both));
                int afterFrauds = before(frauds, fraud, Math.nextUp(both));
                points.add(RowFactory.create(both, 0.0, (double) (afterGenuine - row)));
                points.add(RowFactory.create(both, 1.0, (double) (afterFrauds - fraud)));
                row = afterGenuine;
                fraud = afterFrauds;
            }
        }
        double least = points.get(0).getDouble(0);
        double most = points.get(points.size() - 1).getDouble(0);
        points.add(RowFactory.create(least, 1.0, 0.5));
        points.add(RowFactory.create(most, 0.0, 0.5));
        IsotonicRegressionModel map = new IsotonicRegression()
                .setFeaturesCol("score")
                .setWeightCol("weight")
                .fit(spark.createDataFrame(points, SCHEMA));
        return map.setFeaturesCol("probability").setFeatureIndex(1).setPredictionCol(Scorer.PROBABILITY);
    }

    /** The scores of one kind on all folds, in order. */
    private double[] sorted(boolean isFraud) {
        return IntStream.range(0, scores.size())
                .boxed()
                .flatMapToDouble(fold -> IntStream.range(0, scores.get(fold).length)
                        .filter(row -> outcomes.get(fold).isFraud(row) == isFraud)
                        .mapToDouble(row -> scores.get(fold)[row]))
                .sorted()
                .toArray();
    }

    /** Where those begin that are not below a limit. */
    private static int before(double[] sorted, int from, double limit) {
        int end = from;
        while (end < sorted.length && sorted[end] < limit) {
            end++;
        }
        return end;
    }

    private static void addEnds(List<Row> points, double[] sorted, int from, int end, double label) {
        if (end > from) {
            points.add(RowFactory.create(sorted[from], label, 1.0));
        }
        if (end > from + 1) {
            points.add(RowFactory.create(sorted[end - 1], label, (double) (end - from - 1)));
        }
    }
}
