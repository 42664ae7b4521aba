package dev.mayfly.jobs.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * All figures of one model on one test, each with the interval that redrawing customers gives it: the rows of one
 * customer depend on each other, so customers are drawn with replacement, not rows. Thread-safe.
 */
public final class Measures {

    /** The false-positive rates at which catches are stated, with their names. */
    private static final Map<String, Double> RATES = rates();

    /** The lower ends of the bands of amounts. */
    private static final double[] BANDS = {0, 20, 50, 100, 220};

    private static final int CARDS = 100;
    private static final int SCENARIOS = 3;
    private static final double LEVEL = 0.025;

    /** A segment with fewer frauds is reported, but never as the worst one: its share would be noise. */
    private static final int FEWEST_FRAUDS = 30;

    /** The log loss takes no probability to be closer to 0 or 1 than this, since its logarithm would be infinite. */
    private static final double SURE = 1e-15;

    private final Outcomes outcomes;
    private final Predictions predictions;
    private final Ranking ranking;
    private final Costs costs;

    public Measures(Outcomes outcomes, Predictions predictions, Costs costs) {
        this.outcomes = outcomes;
        this.predictions = predictions;
        this.costs = costs;
        this.ranking = new Ranking(outcomes, predictions.scores());
    }

    private static Map<String, Double> rates() {
        Map<String, Double> rates = new LinkedHashMap<>();
        rates.put("fpr_5", 0.05);
        rates.put("fpr_1", 0.01);
        rates.put("fpr_0_1", 0.001);
        return rates;
    }

    /** The lowest threshold above which at most the given share of the genuine rows score. */
    public static double thresholdFor(Outcomes outcomes, double[] scores, double maxFalsePositiveRate) {
        return new Ranking(outcomes, scores).thresholdFor(maxFalsePositiveRate);
    }

    /** How well scores rank, as average precision alone: what a search compares. */
    public static double averagePrecision(Outcomes outcomes, double[] scores) {
        return new Ranking(outcomes, scores).averagePrecision(Weights.once(outcomes.customers()));
    }

    /**
     * All figures by name.
     *
     * @param redraws how often customers are drawn again; 0 for no intervals
     */
    public Map<String, Estimate> figures(int redraws, long seed) {
        Map<String, ToDoubleFunction<Weights>> functions = functions();
        List<ToDoubleFunction<Weights>> all = new ArrayList<>(functions.values());
        double[][] redrawn = new double[all.size()][redraws];
        IntStream.range(0, redraws).parallel().forEach(n -> {
            Weights weights = Weights.drawn(outcomes.customers(), new SplittableRandom(seed + n));
            for (int metric = 0; metric < redrawn.length; metric++) {
                redrawn[metric][n] = all.get(metric).applyAsDouble(weights);
            }
        });
        Weights once = Weights.once(outcomes.customers());
        Map<String, Estimate> figures = new LinkedHashMap<>();
        int metric = 0;
        for (Map.Entry<String, ToDoubleFunction<Weights>> function : functions.entrySet()) {
            double value = function.getValue().applyAsDouble(once);
            if (!Double.isNaN(value)) {
                figures.put(function.getKey(), Estimate.of(value, redrawn[metric], LEVEL));
            }
            metric++;
        }
        return figures;
    }

    private Map<String, ToDoubleFunction<Weights>> functions() {
        Map<String, ToDoubleFunction<Weights>> all = new LinkedHashMap<>();
        all.put("auc_roc", ranking::aucRoc);
        all.put("average_precision", ranking::averagePrecision);
        all.put("card_precision_" + CARDS, weights -> ranking.cardPrecision(CARDS, weights));
        all.put("recall_at_threshold", weights -> above(weights, Segment.ALL).recall());
        all.put("precision_at_threshold", weights -> above(weights, Segment.ALL).precision());
        all.put(
                "false_positive_rate_at_threshold",
                weights -> above(weights, Segment.ALL).falsePositiveRate());
        all.put(
                "alerts_per_1000_at_threshold",
                weights -> above(weights, Segment.ALL).perThousand());
        RATES.forEach((name, rate) -> {
            all.put(
                    "recall_at_" + name,
                    weights -> ranking.alertsAt(rate, weights).recall());
            all.put(
                    "precision_at_" + name,
                    weights -> ranking.alertsAt(rate, weights).precision());
        });
        all.put("cost_per_1000_at_threshold", this::costPerThousand);
        all.put("log_loss", this::logLoss);
        all.put("brier", this::brier);
        segments().forEach((name, segment) -> {
            all.put("average_precision_" + name, weights -> ranking.averagePrecision(weights, segment));
            all.put(
                    "recall_at_threshold_" + name,
                    weights -> above(weights, segment).recall());
        });
        all.put("worst_segment_recall", this::worstSegmentRecall);
        return all;
    }

    private Alerts above(Weights weights, Segment segment) {
        return ranking.alertsAbove(predictions.threshold(), weights, segment);
    }

    /** Returns a segment for each scenario, its frauds among all genuine rows; and one for each band of amounts. */
    private Map<String, Segment> segments() {
        Map<String, Segment> segments = new LinkedHashMap<>();
        for (int scenario = 1; scenario <= SCENARIOS; scenario++) {
            int one = scenario;
            segments.put("scenario_" + one, row -> !outcomes.isFraud(row) || outcomes.scenario(row) == one);
        }
        for (int band = 0; band < BANDS.length; band++) {
            double least = BANDS[band];
            double most = band + 1 < BANDS.length ? BANDS[band + 1] : Double.POSITIVE_INFINITY;
            String name = "amount_" + (int) least + (band + 1 < BANDS.length ? "_to_" + (int) most : "_up");
            segments.put(name, row -> outcomes.amount(row) >= least && outcomes.amount(row) < most);
        }
        return segments;
    }

    private double worstSegmentRecall(Weights weights) {
        return segments().values().stream()
                .map(segment -> above(weights, segment))
                .filter(alerts -> alerts.frauds() >= FEWEST_FRAUDS)
                .mapToDouble(Alerts::recall)
                .min()
                .orElse(Double.NaN);
    }

    private double costPerThousand(Weights weights) {
        double cost = 0;
        double rows = 0;
        for (int row = 0; row < outcomes.rows(); row++) {
            int times = weights.of(outcomes.customer(row));
            boolean alert = predictions.scores()[row] > predictions.threshold();
            cost += times * costs.of(alert, outcomes.isFraud(row), outcomes.amount(row));
            rows += times;
        }
        return 1000 * cost / rows;
    }

    /** The mean of −ln(probability of what happened). */
    private double logLoss(Weights weights) {
        double sum = 0;
        double rows = 0;
        for (int row = 0; row < outcomes.rows(); row++) {
            int times = weights.of(outcomes.customer(row));
            double fraud = Math.min(1 - SURE, Math.max(SURE, predictions.probabilities()[row]));
            sum -= times * Math.log(outcomes.isFraud(row) ? fraud : 1 - fraud);
            rows += times;
        }
        return sum / rows;
    }

    /** The mean of (probability − what happened)², after Brier, 1950. */
    private double brier(Weights weights) {
        double sum = 0;
        double rows = 0;
        for (int row = 0; row < outcomes.rows(); row++) {
            int times = weights.of(outcomes.customer(row));
            double off = predictions.probabilities()[row] - (outcomes.isFraud(row) ? 1 : 0);
            sum += times * off * off;
            rows += times;
        }
        return sum / rows;
    }
}
