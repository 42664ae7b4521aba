package dev.mayfly.jobs.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the gate's rule, a gain whose lower bound is above 0, does in 200 retrainings. The seed is fixed: a test of luck would fail by luck. */
class GateSimulationTest {

    private static final int RETRAININGS = 200;
    private static final int CUSTOMERS = 1_800;
    private static final int REDRAWS = 150;
    private static final double CONFIDENCE = 0.975;

    @Test
    void withoutARealGainAtMostOneInTwentyIsPromoted() {
        Rates rates = rates(0);

        System.out.println("no real gain: " + rates);
        assertThat(rates.meanGain()).isBetween(-0.004, 0.004);
        assertThat(rates.promoted()).isLessThanOrEqualTo(RETRAININGS / 20);
    }

    @Test
    void aRealGainOfThreePointsIsPromotedInFourOfFive() {
        Rates rates = rates(0.175);

        System.out.println("a real gain: " + rates);
        assertThat(rates.meanGain()).as("what is simulated").isBetween(0.025, 0.035);
        assertThat(rates.promoted()).isGreaterThanOrEqualTo(RETRAININGS * 4 / 5);
    }

    private record Rates(long promoted, double meanGain, double meanPrecision) {}

    private static Rates rates(double handicap) {
        double[][] results = IntStream.range(0, RETRAININGS)
                .mapToObj(n -> {
                    Sample sample = new Sample(new Random(n), CUSTOMERS, handicap);
                    Estimate gain = Objects.requireNonNull(Comparison.gains(
                                    sample.outcomes, sample.challenger, sample.champion, CONFIDENCE, REDRAWS, n)
                            .get("average_precision"));
                    return new double[] {
                        gain.lower() > 0 ? 1 : 0,
                        gain.value(),
                        Measures.averagePrecision(sample.outcomes, sample.challenger)
                    };
                })
                .toArray(double[][]::new);
        return new Rates(
                Math.round(IntStream.range(0, RETRAININGS)
                        .mapToDouble(n -> results[n][0])
                        .sum()),
                IntStream.range(0, RETRAININGS)
                        .mapToDouble(n -> results[n][1])
                        .average()
                        .orElse(0),
                IntStream.range(0, RETRAININGS)
                        .mapToDouble(n -> results[n][2])
                        .average()
                        .orElse(0));
    }
}
