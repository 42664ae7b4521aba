package dev.mayfly.jobs.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * By how much one model is better than another on the same rows. Customers are drawn with replacement and both models are judged
 * on the same draw: what is hard for both cancels out, so the interval is much narrower than those of the two models.
 */
public final class Comparison {

    private Comparison() {}

    /**
     * The gains by name: {@code auc_roc}, {@code average_precision}, {@code card_precision_100}; above 0 the challenger is better.
     *
     * @param confidence that the gain is not below the lower bound, such as 0.95; the upper bound is as far out at the other end
     */
    public static Map<String, Estimate> gains(
            Outcomes outcomes, double[] challenger, double[] champion, double confidence, int redraws, long seed) {
        Ranking better = new Ranking(outcomes, challenger);
        Ranking best = new Ranking(outcomes, champion);
        Map<String, BiFunction<Ranking, Weights, Double>> metrics = new LinkedHashMap<>();
        metrics.put("auc_roc", Ranking::aucRoc);
        metrics.put("average_precision", Ranking::averagePrecision);
        metrics.put("card_precision_100", (ranking, weights) -> ranking.cardPrecision(100, weights));
        Map<String, Estimate> gains = new LinkedHashMap<>();
        metrics.forEach((name, metric) -> {
            Weights once = Weights.once(outcomes.customers());
            double[] redrawn = IntStream.range(0, redraws)
                    .parallel()
                    .mapToDouble(n -> {
                        Weights weights = Weights.drawn(outcomes.customers(), new SplittableRandom(seed + n));
                        return metric.apply(better, weights) - metric.apply(best, weights);
                    })
                    .toArray();
            gains.put(
                    name, Estimate.of(metric.apply(better, once) - metric.apply(best, once), redrawn, 1 - confidence));
        });
        return gains;
    }
}
