package dev.mayfly.jobs.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MeasuresTest {

    private static final Costs COSTS = new Costs(5, 0.5);

    /** A caught fraud of 300, a missed one of 40, a false alarm of 10, a genuine row of 60. */
    private static final Outcomes FOUR = new Outcomes.Builder()
            .row(true, 1, 1, 1, 300)
            .row(true, 2, 1, 2, 40)
            .row(false, 3, 2, 0, 10)
            .row(false, 4, 2, 0, 60)
            .build();

    private static final double[] SCORES = {0.9, 0.1, 0.8, 0.2};
    private static final double[] PROBABILITIES = {0.8, 0.2, 0.4, 0.1};

    @Test
    void workedByHand() {
        Map<String, Estimate> figures =
                new Measures(FOUR, new Predictions(SCORES, PROBABILITIES, 0.5), COSTS).figures(0, 1);

        assertThat(value(figures, "recall_at_threshold")).isEqualTo(0.5);
        assertThat(value(figures, "precision_at_threshold")).isEqualTo(0.5);
        assertThat(value(figures, "false_positive_rate_at_threshold")).isEqualTo(0.5);
        assertThat(value(figures, "alerts_per_1000_at_threshold")).isEqualTo(500);
        assertThat(value(figures, "cost_per_1000_at_threshold"))
                .as("two alerts of 5 and half of 40, for 4 rows")
                .isEqualTo(1000 * (5 + 5 + 20) / 4.0);
        assertThat(value(figures, "brier")).isCloseTo((0.04 + 0.64 + 0.16 + 0.01) / 4, within(1e-12));
        assertThat(value(figures, "log_loss"))
                .isCloseTo(-(Math.log(0.8) + Math.log(0.2) + Math.log(0.6) + Math.log(0.9)) / 4, within(1e-12));
        assertThat(value(figures, "recall_at_threshold_scenario_1")).isEqualTo(1);
        assertThat(value(figures, "recall_at_threshold_scenario_2")).isZero();
        assertThat(value(figures, "recall_at_threshold_amount_220_up")).isEqualTo(1);
        assertThat(value(figures, "recall_at_threshold_amount_20_to_50")).isZero();
        assertThat(figures).as("nothing to measure: no figure").doesNotContainKey("average_precision_scenario_3");
    }

    @Test
    void aProbabilityThatWasSureAndWrongCostsMuchButNotInfinitely() {
        Predictions sure = new Predictions(SCORES, new double[] {0, 0.2, 0.4, 1}, 0.5);

        assertThat(value(new Measures(FOUR, sure, COSTS).figures(0, 1), "log_loss"))
                .isBetween(10.0, 40.0);
    }

    @Test
    void anIntervalHoldsTheFigureAndIsTheSameEachTime() {
        Sample sample = new Sample(new Random(3), 400, 0);
        Measures measures = new Measures(sample.outcomes, new Predictions(sample.champion, sample.champion, 2), COSTS);

        Map<String, Estimate> figures = measures.figures(200, 1);

        Estimate precision = Objects.requireNonNull(figures.get("average_precision"));
        assertThat(precision.value()).isBetween(precision.lower(), precision.upper());
        assertThat(precision.upper() - precision.lower()).isBetween(0.01, 0.5);
        assertThat(measures.figures(200, 1).toString()).isEqualTo(figures.toString());
    }

    @Test
    void aModelGainsNothingOverItself() {
        Sample sample = new Sample(new Random(3), 400, 0);

        Estimate gain = Comparison.gains(sample.outcomes, sample.champion, sample.champion, 0.975, 100, 1)
                .get("average_precision");

        assertThat(gain).hasToString("0.0000 (0.0000 to 0.0000)");
    }

    private static double value(Map<String, Estimate> figures, String name) {
        return Objects.requireNonNull(figures.get(name), name).value();
    }
}
