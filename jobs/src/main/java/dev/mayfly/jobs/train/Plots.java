package dev.mayfly.jobs.train;

import dev.mayfly.jobs.features.Features;
import dev.mayfly.jobs.measure.Curves;
import dev.mayfly.jobs.page.Plot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.GBTClassificationModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.RandomForestClassificationModel;

/** The pictures of one training, as PNG by file name. */
final class Plots {

    private static final int BINS = 20;

    /** The least value that is drawn: a logarithmic axis has no 0. */
    private static final double FLOOR = 1e-5;

    private Plots() {}

    static Map<String, byte[]> of(Evaluation judged, double threshold, Transformer classifier) {
        Curves curves = judged.curves();
        Map<String, byte[]> plots = new LinkedHashMap<>();
        Curves.Curve roc = curves.roc();
        plots.put(
                "roc.png",
                new Plot("ROC on the test window", "share of genuine rows alerted", "share of frauds caught")
                        .guide("chance", new double[] {0, 1}, new double[] {0, 1})
                        .line("model", roc.x(), roc.y())
                        .within(0, 1, 0, 1)
                        .png());
        Curves.Curve precision = curves.precisionRecall();
        plots.put(
                "precision_recall.png",
                new Plot(
                                "Precision and recall on the test window",
                                "share of frauds caught",
                                "share of alerts that are frauds")
                        .line("model", precision.x(), precision.y())
                        .within(0, 1, 0, 1)
                        .legendAbove()
                        .png());
        Curves.Curve calibration = curves.calibration(10);
        plots.put(
                "calibration.png",
                new Plot(
                                "Calibration: groups of rows that should hold equally many frauds",
                                "predicted probability",
                                "share that were frauds")
                        .guide("exact", new double[] {FLOOR, 1}, new double[] {FLOOR, 1})
                        .points("model", positive(calibration.x()), positive(calibration.y()))
                        .within(FLOOR, 1, FLOOR, 1)
                        .bothLogarithmic()
                        .png());
        Curves.Curve recall = curves.recallByAlerts();
        plots.put(
                "threshold_recall.png",
                new Plot("What a threshold catches", "alerts in 1,000 transactions", "share of frauds caught")
                        .line("model", recall.x(), recall.y())
                        .within(0, 200, 0, 1)
                        .png());
        Curves.Curve cost = curves.costByAlerts(judged.costs());
        plots.put(
                "threshold_cost.png",
                new Plot(
                                "What a threshold costs: " + judged.costs(),
                                "alerts in 1,000 transactions",
                                "cost of 1,000 transactions")
                        .line("model", cost.x(), cost.y())
                        .legendAbove()
                        .png());
        plots.put("scores.png", distribution(curves, threshold));
        plots.put("importance.png", importance(classifier));
        return plots;
    }

    private static byte[] distribution(Curves curves, double threshold) {
        Curves.Curve genuine = curves.distribution(false, BINS);
        Curves.Curve frauds = curves.distribution(true, BINS);
        return new Plot("Scores of frauds and of genuine transactions", "score", "share of rows")
                .line("genuine", genuine.x(), positive(genuine.y()))
                .line("frauds", frauds.x(), positive(frauds.y()))
                .guide("threshold", new double[] {threshold, threshold}, new double[] {FLOOR, 1})
                .within(0, 1, FLOOR, 1)
                .logarithmic()
                .legendAbove()
                .png();
    }

    private static double[] positive(double[] shares) {
        return Arrays.stream(shares).map(share -> Math.max(FLOOR, share)).toArray();
    }

    private static byte[] importance(Transformer classifier) {
        double[] weights = importances(classifier);
        List<String> names = Features.names();
        List<Integer> order = IntStream.range(0, names.size())
                .boxed()
                .sorted(Comparator.comparingDouble(input -> -weights[input]))
                .collect(Collectors.toCollection(ArrayList::new));
        return Plot.bars(
                "What the model looks at",
                "input",
                "share of the gain",
                order.stream().map(names::get).collect(Collectors.toList()),
                Collections.singletonList(new Plot.Bars(
                        "importance",
                        order.stream().mapToDouble(input -> weights[input]).toArray())));
    }

    /** Shares that sum to 1: of the gain of trees; for a linear model of the sizes of its coefficients. */
    private static double[] importances(Transformer classifier) {
        if (classifier instanceof RandomForestClassificationModel) {
            return ((RandomForestClassificationModel) classifier)
                    .featureImportances()
                    .toArray();
        }
        if (classifier instanceof GBTClassificationModel) {
            return ((GBTClassificationModel) classifier).featureImportances().toArray();
        }
        double[] sizes = Arrays.stream(
                        ((LogisticRegressionModel) classifier).coefficients().toArray())
                .map(Math::abs)
                .toArray();
        double all = Arrays.stream(sizes).sum();
        return Arrays.stream(sizes).map(size -> size / all).toArray();
    }
}
