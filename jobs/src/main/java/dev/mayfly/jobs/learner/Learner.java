package dev.mayfly.jobs.learner;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.ml.classification.GBTClassifier;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What can be trained. Rows have a vector {@code features}, a {@code label} of 0.0 or 1.0, and a {@code weight}: as how
 * many equal rows each counts.
 *
 * <p>Trees look for splits between quantiles of an input. The usual 32 or 256 are too coarse for frauds, which are in
 * the last thousandth of the amounts: 1,024 instead of 256 gain 5 points of average precision on the handbook's data.
 */
public enum Learner {
    /** Linear; inputs are standardised inside, and the coefficients are for the inputs as they are. */
    LOGISTIC_REGRESSION(
            new Parameter("regularization", 0, 0, 1e6, 0, 1e-4, 1e-3, 1e-2, 0.1),
            new Parameter("elastic_net", 0, 0, 1, 0, 0.5, 1),
            new Parameter("iterations", 100, 1, 10_000)) {
        @Override
        ProbabilisticClassificationModel<Vector, ?> learn(Dataset<Row> rows, Candidate with, long seed, int cores) {
            return new LogisticRegression()
                    .setRegParam(with.value("regularization"))
                    .setElasticNetParam(with.value("elastic_net"))
                    .setMaxIter(with.whole("iterations"))
                    .setWeightCol("weight")
                    .fit(rows);
        }
    },

    /** Averaged trees. */
    RANDOM_FOREST(
            new Parameter("trees", 100, 1, 10_000, 100, 200),
            new Parameter("depth", 20, 1, 30, 10, 15, 20, 25),
            new Parameter("min_rows", 1, 1, 1e6, 1, 2, 4, 8),
            new Parameter("inputs_per_split", 4, 1, 1e4, 3, 4, 6, 8),
            new Parameter("bins", 1_024, 2, 4_096)) {
        @Override
        ProbabilisticClassificationModel<Vector, ?> learn(Dataset<Row> rows, Candidate with, long seed, int cores) {
            return new RandomForestClassifier()
                    .setNumTrees(with.whole("trees"))
                    .setMaxDepth(with.whole("depth"))
                    .setMinInstancesPerNode(with.whole("min_rows"))
                    .setFeatureSubsetStrategy(Integer.toString(with.whole("inputs_per_split")))
                    .setMaxBins(with.whole("bins"))
                    .setMaxMemoryInMB(SPLIT_MEMORY)
                    .setSeed(seed)
                    .setWeightCol("weight")
                    .fit(rows);
        }
    },

    /** Boosted trees, each of which corrects the errors of those before it, by Spark. */
    GRADIENT_BOOSTED_TREES(
            new Parameter("trees", 60, 1, 10_000, 40, 60, 100),
            new Parameter("depth", 5, 1, 30, 3, 5, 6),
            new Parameter("step", 0.1, 1e-4, 1, 0.05, 0.1, 0.2),
            new Parameter("subsample", 0.7, 0.01, 1, 0.5, 0.7, 1),
            new Parameter("min_rows", 5, 1, 1e6, 1, 5, 20),
            new Parameter("inputs_per_split", 8, 1, 1e4, 4, 8, 15),
            new Parameter("bins", 1_024, 2, 4_096)) {
        @Override
        ProbabilisticClassificationModel<Vector, ?> learn(Dataset<Row> rows, Candidate with, long seed, int cores) {
            return new GBTClassifier()
                    .setMaxIter(with.whole("trees"))
                    .setMaxDepth(with.whole("depth"))
                    .setStepSize(with.value("step"))
                    .setSubsamplingRate(with.value("subsample"))
                    .setMinInstancesPerNode(with.whole("min_rows"))
                    .setFeatureSubsetStrategy(Integer.toString(with.whole("inputs_per_split")))
                    .setMaxBins(with.whole("bins"))
                    .setMaxMemoryInMB(SPLIT_MEMORY)
                    .setSeed(seed)
                    .setWeightCol("weight")
                    .fit(rows);
        }
    },

    /** Boosted trees by XGBoost, which trains them many times faster. */
    XGBOOST(
            new Parameter("trees", 200, 1, 10_000, 100, 200, 300),
            new Parameter("depth", 5, 1, 20, 4, 5, 6, 7),
            new Parameter("step", 0.05, 1e-4, 1, 0.03, 0.05, 0.1),
            new Parameter("subsample", 0.7, 0.01, 1, 0.5, 0.7, 0.9),
            new Parameter("inputs_share", 0.7, 0.01, 1, 0.5, 0.7, 1),
            new Parameter("min_weight", 1, 0, 1e6, 1, 3, 5),
            new Parameter("l2", 1, 0, 1e6, 1, 5, 10),
            new Parameter("bins", 2_048, 2, 65_536)) {
        @Override
        ProbabilisticClassificationModel<Vector, ?> learn(Dataset<Row> rows, Candidate with, long seed, int cores) {
            return XgBoost.learn(rows, with, seed, cores);
        }

        @Override
        public long nativeBytes(long rows, int inputs) {
            return XgBoost.nativeBytes(rows, inputs);
        }
    };

    /** Megabytes for the statistics of the nodes that are split at once: more means fewer passes over the rows. */
    private static final int SPLIT_MEMORY = 512;

    @SuppressWarnings("ImmutableEnumChecker") // the list is unmodifiable
    private final List<Parameter> parameters;

    Learner(Parameter... parameters) {
        this.parameters = Collections.unmodifiableList(Arrays.asList(parameters));
    }

    /**
     * Returns the learner of a name such as {@code random_forest}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Learner named(String title) {
        return Arrays.stream(values())
                .filter(learner -> learner.title().equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("learner " + title + " (expected: one of "
                        + Arrays.stream(values()).map(Learner::title).collect(Collectors.joining(", ")) + ")"));
    }

    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    abstract ProbabilisticClassificationModel<Vector, ?> learn(Dataset<Row> rows, Candidate with, long seed, int cores);

    /** Returns how many bytes the executor takes outside its heap, besides what any executor takes, to learn from so many rows. */
    public long nativeBytes(long rows, int inputs) {
        return 0;
    }

    /**
     * Trains one candidate.
     *
     * @param cores how many of the cluster's cores XGBoost uses; other learners use all that are free
     */
    public static ProbabilisticClassificationModel<Vector, ?> learn(
            Candidate candidate, Dataset<Row> rows, long seed, int cores) {
        return candidate.learner().learn(rows, candidate, seed, cores);
    }
}
