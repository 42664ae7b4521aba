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
     * it from saying "never" or "surely".
     */
    IsotonicRegressionModel map(SparkSession spark) {
        IsotonicRegressionModel map = new IsotonicRegression()
                .setFeaturesCol("score")
                .setWeightCol("weight")
                .fit(spark.createDataFrame(points(sorted(false), sorted(true)), SCHEMA));
        return map.setFeaturesCol("probability").setFeatureIndex(1).setPredictionCol(Scorer.PROBABILITY);
    }

    /**
     * One point for each score, because before 3.4 Spark does not pool equal ones (SPARK-41008). Of scores in a row with the same share of
     * frauds, only the first and the last are points, the last with the weight of all in between: the map is the same along them anyway.
     */
    private static List<Row> points(double[] genuine, double[] frauds) {
        double least = Math.min(first(genuine), first(frauds));
        double most = Math.max(last(genuine), last(frauds));
        List<Row> points = new ArrayList<>();
        int row = 0;
        int fraud = 0;
        while (row < genuine.length || fraud < frauds.length) {
            double score = Math.min(
                    row < genuine.length ? genuine[row] : Double.POSITIVE_INFINITY,
                    fraud < frauds.length ? frauds[fraud] : Double.POSITIVE_INFINITY);
            double ofGenuine = score == most ? 0.5 : 0;
            for (; row < genuine.length && genuine[row] == score; row++) {
                ofGenuine++;
            }
            double ofFrauds = score == least ? 0.5 : 0;
            for (; fraud < frauds.length && frauds[fraud] == score; fraud++) {
                ofFrauds++;
            }
            add(points, score, ofFrauds / (ofGenuine + ofFrauds), ofGenuine + ofFrauds);
        }
        return points;
    }

    private static void add(List<Row> points, double score, double label, double weight) {
        int last = points.size() - 1;
        boolean goesOn = last > 0
                && points.get(last).getDouble(1) == label
                && points.get(last - 1).getDouble(1) == label;
        double before = goesOn ? points.remove(last).getDouble(2) : 0;
        points.add(RowFactory.create(score, label, before + weight));
    }

    private static double first(double[] sorted) {
        return sorted.length == 0 ? Double.POSITIVE_INFINITY : sorted[0];
    }

    private static double last(double[] sorted) {
        return sorted.length == 0 ? Double.NEGATIVE_INFINITY : sorted[sorted.length - 1];
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
}
