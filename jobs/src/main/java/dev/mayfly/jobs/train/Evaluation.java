package dev.mayfly.jobs.train;

import dev.mayfly.jobs.measure.Comparison;
import dev.mayfly.jobs.measure.Costs;
import dev.mayfly.jobs.measure.Curves;
import dev.mayfly.jobs.measure.Estimate;
import dev.mayfly.jobs.measure.Measures;
import dev.mayfly.jobs.measure.Outcomes;
import dev.mayfly.jobs.measure.Predictions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.PipelineModel;

/** A model's figures on the test rows, and by how much it is better than another. */
final class Evaluation {

    private static final int REDRAWS = 400;
    private static final int REDRAWS_OF_GAIN = 2_000;

    private final Outcomes outcomes;
    private final Predictions predictions;
    private final Costs costs;
    private final Map<String, Estimate> figures;

    private Evaluation(Outcomes outcomes, Predictions predictions, Costs costs, long seed) {
        this.outcomes = outcomes;
        this.predictions = predictions;
        this.costs = costs;
        this.figures = new Measures(outcomes, predictions, costs).figures(redraws(outcomes, REDRAWS), seed);
    }

    static Evaluation of(PipelineModel model, double threshold, TestRows test, Costs costs, long seed) {
        List<double[]> said = test.scoresAndProbabilities(model);
        return new Evaluation(test.outcomes(), new Predictions(said.get(0), said.get(1), threshold), costs, seed);
    }

    /** Limits the redraws, if there are very many rows, to what takes about a minute. */
    private static int redraws(Outcomes outcomes, int usual) {
        return (int) Math.max(100, Math.min(usual, 100_000_000L / Math.max(1, outcomes.rows())));
    }

    Map<String, Estimate> figures() {
        return figures;
    }

    Curves curves() {
        return new Curves(outcomes, predictions);
    }

    Costs costs() {
        return costs;
    }

    /** Each figure by its name, and its interval as {@code NAME_lower} and {@code NAME_upper}. */
    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        figures.forEach((name, figure) -> put(metrics, name, figure));
        metrics.put("test_rows", (double) outcomes.rows());
        metrics.put("test_frauds", (double) outcomes.frauds());
        return metrics;
    }

    /** By how much this model is better than another: {@code gain_NAME} and its interval. */
    Map<String, Double> gainsOver(Evaluation champion, double confidence, long seed) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        Comparison.gains(
                        outcomes,
                        predictions.scores(),
                        champion.predictions.scores(),
                        confidence,
                        redraws(outcomes, REDRAWS_OF_GAIN),
                        seed)
                .forEach((name, figure) -> put(metrics, "gain_" + name, figure));
        return metrics;
    }

    private static void put(Map<String, Double> metrics, String name, Estimate figure) {
        metrics.put(name, figure.value());
        if (!Double.isNaN(figure.lower())) {
            metrics.put(name + "_lower", figure.lower());
            metrics.put(name + "_upper", figure.upper());
        }
    }
}
