package dev.mayfly.task.promote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.pipeline.Pipeline.Gate;
import dev.mayfly.pipeline.Pipeline.Guard;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PromotionGateTest {

    private static final Guard AT_MOST =
            new Guard(Optional.empty(), Optional.of(0.06), Optional.empty(), Optional.empty());
    private static final Guard NO_DROP =
            new Guard(Optional.empty(), Optional.empty(), Optional.of(0.1), Optional.empty());
    private static final Guard NO_RISE =
            new Guard(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(0.001));

    @Test
    void theFirstVersionNeedsTheMinimumAndTheGuardsThatNeedNoChampion() {
        Map<String, Guard> guards = Map.of("fpr", AT_MOST, "recall", NO_DROP);

        assertThat(judge(gate(0.5, 0, guards), false, Map.of("ap", 0.5, "fpr", 0.05)))
                .isEqualTo(new PromotionGate.Verdict(
                        true, "ap 0.5000, at least 0.5000; fpr 0.0500, at most 0.0600; there was no champion"));
        assertThat(judge(gate(0.5, 0, guards), false, Map.of("ap", 0.49, "fpr", 0.05))
                        .promoted())
                .isFalse();
        assertThat(judge(gate(0.5, 0, guards), false, Map.of("ap", 0.9, "fpr", 0.07))
                        .reason())
                .isEqualTo("fpr 0.0700 (expected: at most 0.0600); passed: ap 0.9000, at least 0.5000; there was no"
                        + " champion");
    }

    @Test
    void aGainCountsOnlyIfItsLowerBoundIsAboveTheMargin() {
        assertThat(compared(0.03, 0.001, 0))
                .isEqualTo(new PromotionGate.Verdict(
                        true,
                        "ap 0.6300, at least 0.1000; ap against the champion's 0.6000 on the same data: gain +0.0300, at least"
                                + " +0.0010, more than 0.0000"));
        assertThat(compared(0.03, 0, 0).promoted()).isFalse();
        assertThat(compared(0.03, -0.001, 0).reason())
                .startsWith(
                        "ap against the champion's 0.6000 on the same data: gain +0.0300, at least -0.0010 (expected:"
                                + " more than 0.0000)");
        assertThat(compared(0.03, 0.01, 0.02).promoted()).isFalse();
        assertThat(compared(0.03, 0.021, 0.02).promoted()).isTrue();
    }

    @Test
    void versionsOfScriptsThatKnowOfNoChampionAreComparedByTheirOwnFigures() {
        Gate gate = new Gate("ap", 0.1, 0.01, Map.of("fpr", NO_RISE), Gate.Comparison.OWN_METRICS);
        Map<String, Double> champion = Map.of("ap", 0.6, "fpr", 0.02);
        assertThat(PromotionGate.judge(
                        gate, true, PromotionGate.ofOwn(Map.of("ap", 0.62, "fpr", 0.02)::get, champion::get)))
                .isEqualTo(new PromotionGate.Verdict(
                        true,
                        "ap 0.6200, at least 0.1000; ap against the champion's 0.6000, each by its own training: gain"
                                + " +0.0200, more than 0.0100; fpr 0.0200, +0.0000 to the champion's, up by at most"
                                + " 0.0010"));
        for (Map<String, Double> worse : List.of(
                Map.of("ap", 0.605, "fpr", 0.02),
                Map.of("ap", 0.7, "fpr", 0.03),
                Map.of("ap", Double.NaN, "fpr", 0.02))) {
            assertThat(PromotionGate.judge(gate, true, PromotionGate.ofOwn(worse::get, champion::get))
                            .promoted())
                    .as(worse.toString())
                    .isFalse();
        }
    }

    @Test
    void aFigureThatIsSomethingIsNotShownAsNothing() {
        assertThat(compared(0.03, 0.000012, 0).reason()).contains("at least +1.2e-05, more than 0.0000");
        assertThat(compared(0.03, -0.000012, 0).reason()).contains("at least -1.2e-05 (expected: more than 0.0000)");
        assertThat(compared(0.03, 0.001, 0.00001).reason()).endsWith("more than 1.0e-05");
    }

    @Test
    void aGuardThatIsWorseThanTheChampionsByMoreThanItsBoundStopsAGain() {
        Map<String, Double> figures = Map.of(
                "ap",
                0.7,
                "champion_ap",
                0.6,
                "gain_ap",
                0.1,
                "gain_ap_lower",
                0.05,
                "recall",
                0.65,
                "champion_recall",
                0.7,
                "brier",
                0.004,
                "champion_brier",
                0.0035);

        assertThat(judge(gate(0.1, 0, Map.of("recall", NO_DROP, "brier", NO_RISE)), true, figures)
                        .promoted())
                .isTrue();
        Guard narrow = new Guard(Optional.empty(), Optional.empty(), Optional.of(0.01), Optional.empty());
        assertThat(judge(gate(0.1, 0, Map.of("recall", narrow)), true, figures).reason())
                .startsWith("recall 0.6500, -0.0500 to the champion's (expected: down by at most 0.0100)");
        Guard narrower = new Guard(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(0.0001));
        assertThat(judge(gate(0.1, 0, Map.of("brier", narrower)), true, figures).promoted())
                .isFalse();
    }

    @Test
    void whatIsNotANumberNeverPasses() {
        assertThat(judge(gate(0, 0, Map.of()), false, Map.of("ap", Double.NaN)).promoted())
                .isFalse();
        assertThat(compared(0.03, Double.NaN, 0).promoted()).isFalse();
        assertThat(judge(gate(0, 0, Map.of("fpr", AT_MOST)), false, Map.of("ap", 1.0, "fpr", Double.NaN))
                        .promoted())
                .isFalse();
    }

    @Test
    void aFigureThatTheTrainingDidNotStateIsAnError() {
        assertThatThrownBy(() -> judge(gate(0, 0, Map.of()), true, Map.of("ap", 0.7, "gain_ap", 0.1)))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("gain_ap_lower");
    }

    private static PromotionGate.Verdict compared(double gain, double lower, double minGain) {
        return judge(
                gate(0.1, minGain, Map.of()),
                true,
                Map.of("ap", 0.6 + gain, "champion_ap", 0.6, "gain_ap", gain, "gain_ap_lower", lower));
    }

    private static Gate gate(double minimum, double minGain, Map<String, Guard> guards) {
        return new Gate("ap", minimum, minGain, guards, Gate.Comparison.SAME_DATA);
    }

    private static PromotionGate.Verdict judge(Gate gate, boolean hasChampion, Map<String, Double> figures) {
        return PromotionGate.judge(gate, hasChampion, name -> {
            Double value = figures.get(name);
            if (value == null) {
                throw new NoSuchElementException(name);
            }
            return value;
        });
    }
}
