package dev.mayfly.jobs.learner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import ml.dmlc.xgboost4j.java.util.BigDenseMatrix;
import org.apache.spark.ml.classification.GBTClassificationModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.regression.DecisionTreeRegressionModel;
import org.apache.spark.ml.tree.ContinuousSplit;
import org.apache.spark.ml.tree.InternalNode;
import org.apache.spark.ml.tree.LeafNode;
import org.apache.spark.ml.tree.Node;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.mllib.tree.impurity.VarianceCalculator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Trains with XGBoost, and converts the result to Spark's own boosted trees: such a model loads without XGBoost.
 *
 * <p>A training window of weeks is small, so one task grows all the trees of a candidate, and a search keeps all cores
 * busy with one candidate each: no workers that wait for each other, no tracker that listens somewhere, and the same
 * trees every time. The executor needs room for the window outside its heap ({@code spark.executor.memoryOverhead}):
 * {@link #nativeBytes} for each candidate that trains there at the same time.
 *
 * <p>XGBoost holds inputs as floats and goes left if the input is less than the split; Spark holds doubles and goes
 * left if it is not greater. So a split becomes the greatest double whose float is less. Spark takes twice the sum of
 * its trees for the logarithm of the odds, so leaves are halved; the first tree is a single leaf with the odds of all
 * rows.
 */
final class XgBoost {

    private static final ObjectMapper JSON = new ObjectMapper();

    private XgBoost() {}

    /** Throws {@link IllegalArgumentException} if all rows are frauds or none is. */
    static GBTClassificationModel learn(Dataset<Row> rows, Candidate with, long seed, int cores) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("objective", "binary:logistic");
        settings.put("tree_method", "hist");
        settings.put("nthread", cores);
        settings.put("seed", seed);
        settings.put("verbosity", 1);
        settings.put("max_depth", with.whole("depth"));
        settings.put("eta", with.value("step"));
        settings.put("subsample", with.value("subsample"));
        settings.put("colsample_bytree", with.value("inputs_share"));
        settings.put("min_child_weight", with.value("min_weight"));
        settings.put("lambda", with.value("l2"));
        settings.put("max_bin", with.whole("bins"));
        int trees = with.whole("trees");
        Dataset<Row> needed = rows.select("features", "label", "weight");
        long number = needed.count();
        Grown grown = needed.javaRDD()
                .coalesce(1)
                .mapPartitions(all -> Collections.singletonList(grow(all, number, settings, trees))
                        .iterator())
                .first();
        return boosted(grown.trees, grown.odds, grown.inputs);
    }

    /**
     * Measured with 15 inputs, 2,048 bins and 2,000,000 rows: 256 bytes a row. An input takes 8 as XGBoost keeps it and
     * 4 more as bins; while rows are taken over, 4 as a float; gradients, predictions and places are about 40 a row.
     */
    static long nativeBytes(long rows, int inputs) {
        return rows * (16L * inputs + 40);
    }

    /** What the executor returns: the trees as XGBoost dumps them, and the model's numbers outside them. */
    static final class Grown implements Serializable {

        private static final long serialVersionUID = 1;

        private final String[] trees;
        private final double odds;
        private final int inputs;

        Grown(String[] trees, double odds, int inputs) {
            this.trees = trees;
            this.odds = odds;
            this.inputs = inputs;
        }
    }

    private static Grown grow(Iterator<Row> rows, long number, Map<String, Object> settings, int trees)
            throws XGBoostError {
        if (number == 0 || number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "rows: " + number + " (expected: frauds and others, at most " + Integer.MAX_VALUE + ")");
        }
        Points points = new Points((int) number);
        DMatrix data = points.matrix(rows);
        try {
            Map<String, Object> complete = new HashMap<>(settings);
            complete.put("base_score", points.share());
            Booster booster = XGBoost.train(data, complete, trees, new HashMap<>(), null, null);
            try {
                return new Grown(
                        booster.getModelDump((String) null, true, "json"),
                        Math.log(points.share() / (1 - points.share())),
                        points.width);
            } finally {
                booster.dispose();
            }
        } finally {
            data.dispose();
        }
    }

    /**
     * Takes rows over to XGBoost by a table of floats outside the heap, which is freed once XGBoost has its own. (From an iterator XGBoost
     * grows its table by doubling, and takes half as much again.)
     */
    private static final class Points {

        private final float[] labels;
        private final float[] weights;
        private int width;
        private double all;
        private double frauds;

        Points(int number) {
            labels = new float[number];
            weights = new float[number];
        }

        DMatrix matrix(Iterator<Row> rows) throws XGBoostError {
            Row first = rows.next();
            width = ((Vector) first.get(0)).size();
            BigDenseMatrix inputs = new BigDenseMatrix(labels.length, width);
            try {
                int at = 0;
                add(first, at++, inputs);
                while (rows.hasNext()) {
                    add(rows.next(), at++, inputs);
                }
                check(at);
                DMatrix matrix = new DMatrix(inputs, Float.NaN);
                matrix.setLabel(labels);
                matrix.setWeight(weights);
                return matrix;
            } finally {
                inputs.dispose();
            }
        }

        /** Writes the label first: a row too many ends there, not outside the table. */
        private void add(Row row, int at, BigDenseMatrix inputs) {
            double label = row.getDouble(1);
            double weight = row.getDouble(2);
            labels[at] = (float) label;
            weights[at] = (float) weight;
            all += weight;
            frauds += label * weight;
            double[] values = ((Vector) row.get(0)).toArray();
            for (int n = 0; n < width; n++) {
                inputs.set(at, n, (float) values[n]);
            }
        }

        private void check(int rows) {
            if (rows != labels.length) {
                throw new IllegalStateException("rows: " + rows + " (expected: " + labels.length + ", as counted)");
            }
            if (!(share() > 0 && share() < 1)) {
                throw new IllegalArgumentException(
                        "share of frauds: " + share() + " of " + rows + " rows (expected: above 0 and below 1)");
            }
        }

        double share() {
            return frauds / all;
        }
    }

    /**
     * Returns the model of dumped trees.
     *
     * @param trees a JSON text for each, with statistics
     * @param odds the logarithm of the odds before any tree
     */
    static GBTClassificationModel boosted(String[] trees, double odds, int inputs) {
        DecisionTreeRegressionModel[] all = new DecisionTreeRegressionModel[trees.length + 1];
        all[0] = tree(new LeafNode(odds / 2, 0, statistics(1, odds / 2)), inputs);
        for (int n = 0; n < trees.length; n++) {
            try {
                all[n + 1] = tree(node(JSON.readTree(trees[n])), inputs);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "tree " + n + " as XGBoost dumps it can't be read: " + e.getMessage(), e);
            }
        }
        double[] weights = new double[all.length];
        Arrays.fill(weights, 1.0);
        return new GBTClassificationModel(Identifiable.randomUID("gbtc"), all, weights, inputs, 2);
    }

    private static DecisionTreeRegressionModel tree(Node root, int inputs) {
        return new DecisionTreeRegressionModel(Identifiable.randomUID("dtr"), root, inputs);
    }

    private static Node node(JsonNode dumped) {
        double weight = dumped.path("cover").asDouble();
        if (dumped.has("leaf")) {
            double value = dumped.path("leaf").asDouble() / 2;
            return new LeafNode(value, 0, statistics(weight, value));
        }
        Node yes = null;
        Node no = null;
        for (JsonNode child : dumped.path("children")) {
            if (child.path("nodeid").asInt() == dumped.path("yes").asInt()) {
                yes = node(child);
            } else {
                no = node(child);
            }
        }
        int input = Integer.parseInt(dumped.path("split").asText().substring(1));
        double split = greatestBelow((float) dumped.path("split_condition").asDouble());
        return new InternalNode(
                0,
                0,
                weight > 0 ? dumped.path("gain").asDouble() / weight : 0,
                yes,
                no,
                new ContinuousSplit(input, split),
                statistics(weight, 0));
    }

    /** Spark weighs an input by the gains of its splits times the rows they had. */
    private static VarianceCalculator statistics(double rows, double mean) {
        return new VarianceCalculator(new double[] {rows, rows * mean, rows * mean * mean}, (long) rows);
    }

    /** The greatest double that is less than a split when rounded to a float. */
    static double greatestBelow(float split) {
        double middle = ((double) Math.nextDown(split) + split) / 2;
        return (float) middle < split ? middle : Math.nextDown(middle);
    }
}
