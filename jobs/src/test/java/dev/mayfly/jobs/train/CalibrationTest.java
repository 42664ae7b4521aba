package dev.mayfly.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mayfly.jobs.LocalSpark;
import dev.mayfly.jobs.measure.Outcomes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.ml.regression.IsotonicRegression;
import org.apache.spark.ml.regression.IsotonicRegressionModel;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {

    /** Scores rounded to so many steps: with few of them, most are shared by both kinds. */
    @ParameterizedTest
    @ValueSource(ints = {10, 300, 1_000_000})
    void theMapIsThatOfAllRowsThoughOnlySomeArePoints(int steps) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int rows = 2_000;
        double[] scores = new double[rows];
        boolean[] frauds = new boolean[rows];
        for (int row = 0; row < rows; row++) {
            frauds[row] = random.nextInt(20) == 0;
            double score = Math.min(0.999, Math.max(0, 0.4 + random.nextGaussian() / 5 + (frauds[row] ? 0.3 : 0)));
            scores[row] = Math.round(score * steps) / (double) steps;
        }
        Calibration calibration = new Calibration();
        for (int half = 0; half < 2; half++) {
            Outcomes.Builder outcomes = new Outcomes.Builder();
            for (int row = half * rows / 2; row < (half + 1) * rows / 2; row++) {
                outcomes.row(frauds[row], row, 0, 0, 1);
            }
            calibration.add(outcomes.build(), Arrays.copyOfRange(scores, half * rows / 2, (half + 1) * rows / 2));
        }

        IsotonicRegressionModel map = calibration.map(LocalSpark.session());

        IsotonicRegressionModel ofAll = ofAll(scores, frauds);
        for (double score : scores) {
            assertThat(map.predict(score))
                    .as("%s, seed %s", score, seed)
                    .isCloseTo(ofAll.predict(score), within(1e-12));
        }
        assertThat(map.predict(0.0)).as("never is not said, seed %s", seed).isPositive();
        assertThat(map.predict(1.0)).as("surely is not said, seed %s", seed).isLessThan(1);
    }

    /** Spark's own map of all scores, rows of the same score pooled by hand. */
    private static IsotonicRegressionModel ofAll(double[] scores, boolean[] frauds) {
        SortedMap<Double, double[]> kinds = new TreeMap<>();
        for (int row = 0; row < scores.length; row++) {
            of(kinds, scores[row])[frauds[row] ? 1 : 0]++;
        }
        of(kinds, kinds.firstKey())[1] += 0.5;
        of(kinds, kinds.lastKey())[0] += 0.5;
        List<Row> points = new ArrayList<>();
        kinds.forEach((score, both) ->
                points.add(RowFactory.create(score, both[1] / (both[0] + both[1]), both[0] + both[1])));
        return new IsotonicRegression()
                .setFeaturesCol("score")
                .setWeightCol("weight")
                .fit(LocalSpark.session().createDataFrame(points, Calibration.SCHEMA));
    }

    private static double[] of(SortedMap<Double, double[]> kinds, double score) {
        return kinds.computeIfAbsent(score, unseen -> new double[2]);
    }
}
