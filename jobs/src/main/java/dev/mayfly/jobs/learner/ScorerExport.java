package dev.mayfly.jobs.learner;

import dev.mayfly.jobs.scorer.ScoreFunction;
import dev.mayfly.jobs.scorer.Trees;
import java.util.function.ToDoubleFunction;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.GBTClassificationModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.RandomForestClassificationModel;
import org.apache.spark.ml.tree.ContinuousSplit;
import org.apache.spark.ml.tree.DecisionTreeModel;
import org.apache.spark.ml.tree.InternalNode;
import org.apache.spark.ml.tree.Node;

/** Exports Spark's models so that they score without Spark. */
public final class ScorerExport {

    private ScorerExport() {}

    /**
     * Returns the same model without Spark.
     *
     * @throws IllegalArgumentException if no {@link Learner} makes such a model
     */
    public static ScoreFunction of(Model<?> model) {
        if (model instanceof LogisticRegressionModel) {
            LogisticRegressionModel linear = (LogisticRegressionModel) model;
            return ScoreFunction.linear(linear.coefficients().toArray(), linear.intercept());
        }
        Trees.Builder trees = new Trees.Builder();
        if (model instanceof RandomForestClassificationModel) {
            for (DecisionTreeModel tree : ((RandomForestClassificationModel) model).trees()) {
                trees.startTree();
                add(trees, tree.rootNode(), ScorerExport::fraudShare);
            }
            return ScoreFunction.averaged(trees.build());
        }
        if (model instanceof GBTClassificationModel) {
            GBTClassificationModel boosted = (GBTClassificationModel) model;
            for (int n = 0; n < boosted.trees().length; n++) {
                double weight = boosted.treeWeights()[n];
                trees.startTree();
                add(trees, boosted.trees()[n].rootNode(), leaf -> weight * leaf.prediction());
            }
            return ScoreFunction.boosted(trees.build());
        }
        throw new IllegalArgumentException("model " + model + " (expected: one that a learner makes)");
    }

    private static void add(Trees.Builder trees, Node node, ToDoubleFunction<Node> value) {
        if (node instanceof InternalNode) {
            InternalNode inner = (InternalNode) node;
            ContinuousSplit split = (ContinuousSplit) inner.split();
            int number = trees.split(split.featureIndex(), split.threshold());
            add(trees, inner.leftChild(), value);
            trees.startRight(number);
            add(trees, inner.rightChild(), value);
        } else {
            trees.leaf(value.applyAsDouble(node));
        }
    }

    private static double fraudShare(Node leaf) {
        double[] counts = leaf.impurityStats().stats();
        return counts[1] / (counts[0] + counts[1]);
    }
}
