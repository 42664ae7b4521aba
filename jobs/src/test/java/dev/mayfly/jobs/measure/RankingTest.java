package dev.mayfly.jobs.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RankingTest {

    private record Row(double score, boolean fraud, long customer, long day) {}

    private static final List<Row> FOUR = List.of(
            new Row(0.9, true, 1, 1), new Row(0.8, false, 2, 1), new Row(0.7, true, 3, 1), new Row(0.6, false, 4, 1));

    @Test
    void workedByHand() {
        assertThat(auc(FOUR)).isEqualTo(0.75);
        assertThat(averagePrecision(FOUR)).isCloseTo(0.5 * 1 + 0.5 * 2 / 3, within(1e-12));
    }

    @Test
    void tiedScoresAreOneThreshold() {
        List<Row> tied = List.of(new Row(0.5, true, 1, 1), new Row(0.5, false, 2, 1), new Row(0.5, false, 3, 1));

        assertThat(auc(tied)).isEqualTo(0.5);
        assertThat(averagePrecision(tied)).isCloseTo(1.0 / 3, within(1e-12));
    }

    @Test
    void withoutFraudsThereIsNoNumber() {
        List<Row> genuine = List.of(new Row(0.5, false, 1, 1));

        assertThat(auc(genuine)).isNaN();
        assertThat(averagePrecision(genuine)).isNaN();
    }

    @Test
    void aCardThatWasCaughtIsOutOnLaterDays() {
        List<Row> rows = List.of(
                new Row(0.9, true, 1, 1),
                new Row(0.2, true, 1, 1),
                new Row(0.8, false, 2, 1),
                new Row(0.7, true, 3, 1),
                new Row(0.9, true, 1, 2),
                new Row(0.5, false, 2, 2),
                new Row(0.4, true, 3, 2));

        assertThat(ranking(rows).cardPrecision(2, once(rows)))
                .as("day 1: cards 1 and 2, one hit; day 2, without card 1: cards 2 and 3, one hit")
                .isEqualTo((0.5 + 0.5) / 2);
    }

    @Test
    void theThresholdIsHalfwayToTheScoreThatWouldBeTooMany() {
        assertThat(ranking(FOUR).thresholdFor(0.5)).isCloseTo(0.65, within(1e-12));
        assertThat(ranking(FOUR).thresholdFor(0.49)).isCloseTo(0.85, within(1e-12));
        assertThat(ranking(FOUR).thresholdFor(1)).isEqualTo(Math.nextDown(0.6));
        Alerts alerts = ranking(FOUR).alertsAbove(0.65, once(FOUR), Segment.ALL);
        assertThat(alerts.recall()).isEqualTo(1.0);
        assertThat(alerts.falsePositiveRate()).isEqualTo(0.5);
        assertThat(alerts.precision()).isCloseTo(2.0 / 3, within(1e-12));
    }

    @Test
    void atARateEverythingIsCaughtThatKeepsIt() {
        assertThat(ranking(FOUR).alertsAt(0.0, once(FOUR)).recall()).isEqualTo(0.5);
        assertThat(ranking(FOUR).alertsAt(0.5, once(FOUR)).recall()).isEqualTo(1.0);
        assertThat(ranking(FOUR).alertsAt(0.5, once(FOUR)).precision()).isCloseTo(2.0 / 3, within(1e-12));
    }

    /** The area is the share of pairs in the right order; average precision is a sum over every distinct threshold. */
    @Test
    void onRandomScoresTheyAgreeWithTheirDefinitions() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            List<Row> rows = random(random);

            assertThat(auc(rows)).as("seed %s", seed).isCloseTo(pairs(rows), within(1e-12));
            assertThat(averagePrecision(rows)).as("seed %s", seed).isCloseTo(steps(rows), within(1e-12));
        }
    }

    /** A customer that counts n times is as n customers with the same rows. */
    @Test
    void weightsAreAsRepeatedCustomers() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            List<Row> rows = random(random);
            Outcomes outcomes = outcomes(rows);
            Weights drawn = Weights.drawn(outcomes.customers(), new SplittableRandom(round));
            List<Row> repeated = new ArrayList<>();
            for (int row = 0; row < rows.size(); row++) {
                for (int time = 0; time < drawn.of(outcomes.customer(row)); time++) {
                    Row one = rows.get(row);
                    repeated.add(new Row(one.score(), one.fraud(), one.customer() + 1_000L * time, one.day()));
                }
            }
            if (repeated.isEmpty()) {
                continue;
            }

            assertThat(Double.valueOf(ranking(rows).aucRoc(drawn)))
                    .as("seed %s", seed)
                    .isEqualTo(Double.valueOf(auc(repeated)));
            assertThat(Double.valueOf(ranking(rows).averagePrecision(drawn)))
                    .as("seed %s", seed)
                    .isEqualTo(Double.valueOf(averagePrecision(repeated)));
            assertThat(Double.valueOf(ranking(rows).alertsAt(0.3, drawn).recall()))
                    .as("seed %s", seed)
                    .isEqualTo(Double.valueOf(
                            ranking(repeated).alertsAt(0.3, once(repeated)).recall()));
        }
    }

    private static List<Row> random(Random random) {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row(random.nextInt(8), true, 0, 0));
        rows.add(new Row(random.nextInt(8), false, 1, 0));
        for (int n = random.nextInt(40); n > 0; n--) {
            rows.add(new Row(random.nextInt(8), random.nextInt(3) == 0, random.nextInt(10), random.nextInt(3)));
        }
        return rows;
    }

    private static double pairs(List<Row> rows) {
        double right = 0;
        long count = 0;
        for (Row fraud : rows) {
            for (Row genuine : rows) {
                if (fraud.fraud() && !genuine.fraud()) {
                    count++;
                    right += fraud.score() > genuine.score() ? 1 : fraud.score() == genuine.score() ? 0.5 : 0;
                }
            }
        }
        return right / count;
    }

    private static double steps(List<Row> rows) {
        double frauds = rows.stream().filter(Row::fraud).count();
        double sum = 0;
        double recallBefore = 0;
        for (int threshold = 8; threshold >= 0; threshold--) {
            int at = threshold;
            double above = rows.stream().filter(row -> row.score() >= at).count();
            double hits = rows.stream()
                    .filter(row -> row.score() >= at && row.fraud())
                    .count();
            sum += above == 0 ? 0 : (hits / frauds - recallBefore) * hits / above;
            recallBefore = hits / frauds;
        }
        return sum;
    }

    private static double auc(List<Row> rows) {
        return ranking(rows).aucRoc(once(rows));
    }

    private static double averagePrecision(List<Row> rows) {
        return ranking(rows).averagePrecision(once(rows));
    }

    private static Ranking ranking(List<Row> rows) {
        return new Ranking(outcomes(rows), rows.stream().mapToDouble(Row::score).toArray());
    }

    private static Weights once(List<Row> rows) {
        return Weights.once(outcomes(rows).customers());
    }

    private static Outcomes outcomes(List<Row> rows) {
        Outcomes.Builder builder = new Outcomes.Builder();
        rows.forEach(row -> builder.row(row.fraud(), row.customer(), row.day(), row.fraud() ? 1 : 0, 10));
        return builder.build();
    }
}
