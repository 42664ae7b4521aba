package dev.mayfly.jobs.learner;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mayfly.jobs.LocalSpark;
import dev.mayfly.jobs.scorer.Scorer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LearnerTest {

    private static final StructType SCHEMA = new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType)
            .add("weight", DataTypes.DoubleType);

    private static final Map<Learner, Map<String, Double>> SMALL = Map.of(
            Learner.LOGISTIC_REGRESSION, Map.of(),
            Learner.RANDOM_FOREST, Map.of("trees", 5.0, "depth", 6.0, "inputs_per_split", 2.0),
            Learner.GRADIENT_BOOSTED_TREES, Map.of("trees", 5.0, "depth", 3.0, "inputs_per_split", 2.0),
            Learner.XGBOOST, Map.of("trees", 20.0, "depth", 4.0, "step", 0.3));

    /** It finds what is there to be found, and scores the same without Spark, also on the very splits and after a file. */
    @ParameterizedTest
    @EnumSource(Learner.class)
    void learnsAndIsTheSameWithoutSpark(Learner learner) throws IOException {
        Dataset<Row> rows = rows(2_000);

        ProbabilisticClassificationModel<Vector, ?> model =
                Learner.learn(Candidate.of(learner, SMALL.getOrDefault(learner, Map.of())), rows, 1, 1);
        Scorer scorer = readBack(
                new Scorer(List.of("a", "b"), 0.5, new double[] {0, 1}, new double[] {0, 1}, ScorerExport.of(model)));

        double fraud = 0;
        double genuine = 0;
        for (Row row : model.transform(rows).collectAsList()) {
            double spark = row.<Vector>getAs("probability").apply(1);
            assertThat(scorer.score(row.<Vector>getAs("features").toArray())).isCloseTo(spark, within(1e-12));
            fraud += row.<Double>getAs("label") * spark;
            genuine += (1 - row.<Double>getAs("label")) * spark;
        }
        assertThat(fraud / genuine)
                .as("frauds are a fifth, and much the higher")
                .isGreaterThan(1);
    }

    @Test
    void xgboostOfTheSameSeedIsTheSame() {
        Dataset<Row> rows = rows(500);
        Candidate candidate = Candidate.of(Learner.XGBOOST, Map.of("trees", 10.0));

        assertThat(probabilities(Learner.learn(candidate, rows, 7, 1), rows))
                .isEqualTo(probabilities(Learner.learn(candidate, rows, 7, 1), rows))
                .isNotEqualTo(probabilities(Learner.learn(candidate, rows, 8, 1), rows));
    }

    /** So that a search may leave out most genuine rows. */
    @ParameterizedTest
    @EnumSource(
            value = Learner.class,
            names = "RANDOM_FOREST",
            mode = EnumSource.Mode.EXCLUDE) // draws rows, not weights
    void aWeightCountsAsSoManyEqualRows(Learner learner) {
        Map<String, Double> small = new HashMap<>(SMALL.getOrDefault(learner, Map.of()));
        small.replaceAll((name, value) -> name.equals("inputs_per_split") ? 2 : value);
        if (learner != Learner.LOGISTIC_REGRESSION) {
            small.put("subsample", 1.0);
        }
        Candidate candidate = Candidate.of(learner, small);
        Dataset<Row> rows = rows(1_000);
        Dataset<Row> genuine = rows.filter("label = 0");

        List<Double> repeated =
                probabilities(Learner.learn(candidate, rows.union(genuine).union(genuine), 1, 1), rows);
        List<Double> weighted = probabilities(
                Learner.learn(candidate, rows.withColumn("weight", expr("if(label = 0, 3.0D, 1.0D)")), 1, 1), rows);

        for (int n = 0; n < repeated.size(); n++) {
            assertThat(weighted.get(n)).as("row %d", n).isCloseTo(repeated.get(n), within(1e-4));
        }
    }

    @Test
    void aSplitIsTheGreatestDoubleWhoseFloatIsLess() {
        Random random = new Random(5);
        for (int n = 0; n < 10_000; n++) {
            float split = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(split) && Math.abs(split) < Float.MAX_VALUE) {
                double greatest = XgBoost.greatestBelow(split);
                assertThat((float) greatest).isLessThan(split);
                assertThat((float) Math.nextUp(greatest)).isGreaterThanOrEqualTo(split);
            }
        }
    }

    @Test
    void rowsOfOneKindCanNotBeLearnedFrom() {
        Dataset<Row> genuine = rows(200).filter("label = 0");

        assertThatThrownBy(() -> Learner.learn(Candidate.of(Learner.XGBOOST, Map.of()), genuine, 1, 1))
                .hasStackTraceContaining("share of frauds: 0.0 of ");
    }

    @Test
    void candidatesAreDrawnOnceEachWithTheUsualOneFirst() {
        List<Candidate> drawn = Candidate.random(List.of(Learner.XGBOOST), Map.of("depth", 4.0), 20, 3);

        assertThat(drawn).hasSize(20).doesNotHaveDuplicates();
        assertThat(drawn.get(0)).isEqualTo(Candidate.of(Learner.XGBOOST, Map.of("depth", 4.0)));
        assertThat(drawn).allMatch(candidate -> candidate.value("depth") == 4.0);
        assertThat(Candidate.random(List.of(Learner.XGBOOST), Map.of("depth", 4.0), 20, 3))
                .isEqualTo(drawn);
    }

    @Test
    void aGridIsEveryCombination() {
        assertThat(Candidate.grid(
                        Learner.RANDOM_FOREST, Map.of("trees", new double[] {10, 20}, "depth", new double[] {3, 4, 5})))
                .hasSize(6)
                .doesNotHaveDuplicates();
    }

    @Test
    void whatALearnerDoesNotKnowIsRefused() {
        assertThatThrownBy(() -> Learner.named("forest"))
                .hasMessage("learner forest (expected: one of logistic_regression, random_forest,"
                        + " gradient_boosted_trees, xgboost)");
        assertThatThrownBy(() -> Candidate.of(Learner.XGBOOST, Map.of("deep", 3.0)))
                .hasMessageStartingWith("parameter deep of xgboost (expected: one of trees, depth, ");
        assertThatThrownBy(() -> Candidate.of(Learner.XGBOOST, Map.of("depth", 0.0)))
                .hasMessageStartingWith("parameter depth: 0 (expected: 1 to 20");
    }

    @Test
    void aFileThatIsNoScorerIsRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zipped = new GZIPOutputStream(bytes)) {
            zipped.write("something else".getBytes(StandardCharsets.UTF_8));
        }

        assertThatThrownBy(() -> Scorer.read(new ByteArrayInputStream(bytes.toByteArray())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("(expected: 4d415946, version 1)");
    }

    private static List<Double> probabilities(ProbabilisticClassificationModel<Vector, ?> model, Dataset<Row> rows) {
        return model.transform(rows).collectAsList().stream()
                .map(row -> row.<Vector>getAs("probability").apply(1))
                .toList();
    }

    private static Scorer readBack(Scorer scorer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        scorer.write(bytes);
        return Scorer.read(new ByteArrayInputStream(bytes.toByteArray()));
    }

    /** A fifth of fraud, likelier where both inputs are high; many inputs are the same, so that splits lie on them. */
    private static Dataset<Row> rows(int count) {
        Random random = new Random(11);
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            double a = random.nextInt(100) / 10.0;
            double b = random.nextGaussian();
            double label = a / 10 + b > 1.2 || random.nextInt(20) == 0 ? 1 : 0;
            rows.add(RowFactory.create(Vectors.dense(a, b), label, 1.0));
        }
        return LocalSpark.session().createDataFrame(rows, SCHEMA).coalesce(1);
    }
}
