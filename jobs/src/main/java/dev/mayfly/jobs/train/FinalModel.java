package dev.mayfly.jobs.train;

import dev.mayfly.jobs.features.Features;
import dev.mayfly.jobs.learner.ScorerExport;
import dev.mayfly.jobs.scorer.Scorer;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.regression.IsotonicRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What is stored: a pipeline of Spark's own stages. Inputs by name become {@code features}, these {@code probability}
 * (which ranks) and {@code prediction} (1.0 above the threshold), and {@code probability} becomes the calibrated {@code
 * fraud_probability}. The same model without Spark is stored beside it.
 */
final class FinalModel {

    private final ProbabilisticClassificationModel<Vector, ?> classifier;
    private final PipelineModel pipeline;
    private final Scorer scorer;
    private final double threshold;

    FinalModel(
            ProbabilisticClassificationModel<Vector, ?> classifier,
            IsotonicRegressionModel calibration,
            double threshold,
            Dataset<Row> rows) {
        this.classifier = classifier;
        this.threshold = threshold;
        double within = Math.min(1 - 1e-12, Math.max(1e-12, threshold));
        classifier.setThresholds(new double[] {1 - within, within});
        this.pipeline = new Pipeline()
                .setStages(new PipelineStage[] {Examples.assembler(), classifier, calibration})
                .fit(rows.drop("features").limit(1));
        this.scorer = new Scorer(
                Features.names(),
                threshold,
                calibration.boundaries().toArray(),
                calibration.predictions().toArray(),
                ScorerExport.of(classifier));
    }

    PipelineModel pipeline() {
        return pipeline;
    }

    ProbabilisticClassificationModel<Vector, ?> classifier() {
        return classifier;
    }

    /** Returns the threshold of a stored pipeline; 0.5 if it has none. */
    static double threshold(PipelineModel stored) {
        for (Transformer stage : stored.stages()) {
            if (stage instanceof ProbabilisticClassificationModel) {
                ProbabilisticClassificationModel<?, ?> found = (ProbabilisticClassificationModel<?, ?>) stage;
                if (found.isDefined(found.thresholds())) {
                    return found.getThresholds()[1];
                }
            }
        }
        return 0.5;
    }

    Scorer scorer() {
        return scorer;
    }

    double threshold() {
        return threshold;
    }
}
