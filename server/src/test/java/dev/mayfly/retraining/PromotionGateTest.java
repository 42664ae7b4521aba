package dev.mayfly.retraining;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.pipeline.Pipeline.Gate;
import org.junit.jupiter.api.Test;

class PromotionGateTest {

    @Test
    void theFirstVersionNeedsTheMinimumOnly() {
        assertThat(PromotionGate.judge(new Gate("ap", 0.5, 0), 0.5, null).promoted())
                .isTrue();
        assertThat(PromotionGate.judge(new Gate("ap", 0.5, 0), 0.49, null).promoted())
                .isFalse();
    }

    @Test
    void aLaterVersionMustBeBetterThanTheChampionOnTheSameData() {
        assertThat(PromotionGate.judge(new Gate("ap", 0, 0), 0.6, 0.6))
                .isEqualTo(new PromotionGate.Verdict(
                        false,
                        "ap 0.6000 against the champion's 0.6000 on the same data: gain +0.0000 (expected: more than"
                                + " 0)"));
        assertThat(PromotionGate.judge(new Gate("ap", 0, 0), 0.61, 0.6).promoted())
                .isTrue();
        assertThat(PromotionGate.judge(new Gate("ap", 0, 0.02), 0.61, 0.6).promoted())
                .isFalse();
        assertThat(PromotionGate.judge(new Gate("ap", 0, 0.02), 0.63, 0.6).promoted())
                .isTrue();
    }

    @Test
    void belowTheMinimumNothingIsPromotedAndNotANumberIsBelow() {
        assertThat(PromotionGate.judge(new Gate("ap", 0.9, 0), 0.8, 0.1).promoted())
                .isFalse();
        assertThat(PromotionGate.judge(new Gate("ap", 0, 0), Double.NaN, null).promoted())
                .isFalse();
    }
}
