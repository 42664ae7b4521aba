package dev.mayfly.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingMetricsTest {

    /** Scores 0.9 fraud, 0.8 genuine, 0.7 fraud, 0.6 genuine. */
    private static final List<Scored> FOUR = List.of(
            new Scored(0.9, true, 1, 1),
            new Scored(0.8, false, 2, 1),
            new Scored(0.7, true, 3, 1),
            new Scored(0.6, false, 4, 1));

    @Test
    void workedByHand() {
        assertThat(RankingMetrics.aucRoc(FOUR)).isEqualTo(0.75);
        assertThat(RankingMetrics.averagePrecision(FOUR)).isCloseTo(0.5 * 1 + 0.5 * 2 / 3, within(1e-12));
    }

    @Test
    void tiedScoresAreOneThreshold() {
        List<Scored> tied =
                List.of(new Scored(0.5, true, 1, 1), new Scored(0.5, false, 2, 1), new Scored(0.5, false, 3, 1));

        assertThat(RankingMetrics.aucRoc(tied)).isEqualTo(0.5);
        assertThat(RankingMetrics.averagePrecision(tied)).isCloseTo(1.0 / 3, within(1e-12));
    }

    @Test
    void withoutFraudsThereIsNoNumber() {
        List<Scored> genuine = List.of(new Scored(0.5, false, 1, 1));

        assertThat(RankingMetrics.aucRoc(genuine)).isNaN();
        assertThat(RankingMetrics.averagePrecision(genuine)).isNaN();
        assertThat(RankingMetrics.cardPrecision(List.of(), 5)).isNaN();
    }

    @Test
    void aCardThatWasCaughtIsOutOnLaterDays() {
        List<Scored> rows = List.of(
                new Scored(0.9, true, 1, 1),
                new Scored(0.2, true, 1, 1),
                new Scored(0.8, false, 2, 1),
                new Scored(0.7, true, 3, 1),
                new Scored(0.9, true, 1, 2),
                new Scored(0.5, false, 2, 2),
                new Scored(0.4, true, 3, 2));

        assertThat(RankingMetrics.cardPrecision(rows, 2))
                .as("day 1: cards 1 and 2, one hit; day 2, without card 1: cards 2 and 3, one hit")
                .isEqualTo((0.5 + 0.5) / 2);
    }

    @Test
    void theThresholdIsTheLowestThatKeepsTheRate() {
        assertThat(RankingMetrics.thresholdFor(FOUR, 0.5)).isEqualTo(0.7);
        assertThat(RankingMetrics.thresholdFor(FOUR, 0.49)).isEqualTo(0.9);
        assertThat(RankingMetrics.thresholdFor(FOUR, 1)).isEqualTo(0.6);
        assertThat(RankingMetrics.shareAbove(FOUR, true, 0.7)).isEqualTo(1.0);
        assertThat(RankingMetrics.shareAbove(FOUR, false, 0.7)).isEqualTo(0.5);
    }

    /** The area is the share of pairs in the right order; average precision is a sum over every distinct threshold. */
    @Test
    void onRandomScoresTheyAgreeWithTheirDefinitions() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            List<Scored> rows = new ArrayList<>();
            rows.add(new Scored(random.nextInt(8), true, 0, 0));
            rows.add(new Scored(random.nextInt(8), false, 1, 0));
            for (int n = random.nextInt(40); n > 0; n--) {
                rows.add(new Scored(random.nextInt(8), random.nextInt(3) == 0, n, 0));
            }

            assertThat(RankingMetrics.aucRoc(rows)).as("seed %s", seed).isCloseTo(pairs(rows), within(1e-12));
            assertThat(RankingMetrics.averagePrecision(rows))
                    .as("seed %s", seed)
                    .isCloseTo(steps(rows), within(1e-12));
        }
    }

    private static double pairs(List<Scored> rows) {
        double right = 0;
        long count = 0;
        for (Scored fraud : rows) {
            for (Scored genuine : rows) {
                if (fraud.fraud && !genuine.fraud) {
                    count++;
                    right += fraud.score > genuine.score ? 1 : fraud.score == genuine.score ? 0.5 : 0;
                }
            }
        }
        return right / count;
    }

    private static double steps(List<Scored> rows) {
        double frauds = rows.stream().filter(row -> row.fraud).count();
        double sum = 0;
        double recallBefore = 0;
        for (int threshold = 8; threshold >= 0; threshold--) {
            int at = threshold;
            double above = rows.stream().filter(row -> row.score >= at).count();
            double hits =
                    rows.stream().filter(row -> row.score >= at && row.fraud).count();
            sum += above == 0 ? 0 : (hits / frauds - recallBefore) * hits / above;
            recallBefore = hits / frauds;
        }
        return sum;
    }
}
