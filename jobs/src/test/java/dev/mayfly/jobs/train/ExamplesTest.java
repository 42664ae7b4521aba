package dev.mayfly.jobs.train;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.jobs.LocalSpark;
import dev.mayfly.jobs.learner.Candidate;
import dev.mayfly.jobs.learner.Learner;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** The sample that a search learns from, and the memory that a training needs. */
class ExamplesTest {

    private static final int DAYS = 45;
    private static final int A_DAY = 200;

    @Test
    void aSearchSeesAllFraudsAndAsMuchWeightAsThereAreRowsAndEverythingElseIsWhole() {
        Dataset<Row> transactions = transactions();
        Days days = Days.of(transactions, "here");
        Fold last = Fold.last(days.first(), days.last(), new Fold.Windows(7, 7, 7));
        Fold searched = last.latestKnown();

        try (Examples whole = Examples.of(transactions, last, List.of(searched), days, 1_000_000);
                Examples sampled = Examples.of(transactions, last, List.of(searched), days, 500)) {
            assertThat(days.training(searched)).isEqualTo(7 * A_DAY);
            assertThat(days.frauds(searched)).isEqualTo(7 * A_DAY / 50);
            assertThat(whole.sampled(searched).count()).isEqualTo(7 * A_DAY);
            assertThat(Examples.counts(sampled.sampled(searched))[1]).isEqualTo(days.frauds(searched));
            assertThat(sampled.sampled(searched).count()).isBetween(400L, 600L);
            assertThat(sampled.sampled(searched)
                            .agg(Collections.singletonMap("weight", "sum"))
                            .first()
                            .getDouble(0))
                    .isBetween(0.85 * 7 * A_DAY, 1.15 * 7 * A_DAY);
            assertThat(sampled.training(last).filter("weight = 1").count()).isEqualTo(7 * A_DAY);
            assertThat(sampled.test(searched, 1_000_000).count())
                    .isEqualTo(whole.test(searched, 1_000_000).count());
            assertThat(sampled.test(last, 1_000_000).count())
                    .isEqualTo(whole.test(last, 1_000_000).count());
        }
    }

    @Test
    void midnightAfterTheLastDayIsNoDay() {
        Dataset<Row> day = transactions().filter("tx_seconds < 86400");

        Days days = Days.of(day.union(day.limit(1).withColumn("tx_seconds", lit(86_400L))), "here");

        assertThat(days.last()).isZero();
        assertThatThrownBy(() -> Days.of(day.limit(0), "lake"))
                .hasMessage("lake: no transactions (expected: cleaned slices)");
    }

    @Test
    void partsKeepAboutAsManyRowsAsWantedButNeverAllGenuineRowsOut() {
        assertThat(Examples.parts(1_000, 10, 1_000)).isEqualTo(1);
        assertThat(Examples.parts(1_001, 1, 1_000)).isEqualTo(2);
        assertThat(Examples.parts(10_000, 1_000, 2_000)).isEqualTo(9);
        assertThat(Examples.mostSampled(1_000, 10, 2_000)).isEqualTo(1_000);
        assertThat(Examples.mostSampled(10_000, 1_000, 2_000)).isEqualTo(2_000);
        assertThat(Examples.mostSampled(20_000, 9_000, 2_000))
                .as("all frauds stay")
                .isEqualTo(10_000);
        assertThat(Examples.parts(10_000, 9_000, 2_000))
                .as("frauds alone are more")
                .isEqualTo(1);
    }

    @Test
    void anExecutorWithTooLittleMemoryIsRefusedWithWhatIsNeeded() {
        List<Candidate> candidates = List.of(Candidate.of(Learner.XGBOOST, Map.of()));
        NativeMemory large = NativeMemory.of(candidates, 10_000_000, 1_000_000, 2);
        SparkConf yarn = new SparkConf(false).set("spark.master", "yarn");

        assertThat(large.megabytes()).isEqualTo(2_671);
        assertThat(NativeMemory.of(candidates, 0, 1_000_000, 2).megabytes()).isEqualTo(268);
        assertThat(NativeMemory.of(List.of(Candidate.of(Learner.RANDOM_FOREST, Map.of())), 10_000_000, 0, 1)
                        .megabytes())
                .isZero();
        assertThatThrownBy(() -> large.check(yarn))
                .hasMessageStartingWith("spark.executor.memoryOverhead: 384 MB (expected: at least 3055 MB, since this"
                        + " training takes 2671 MB outside the heap;");
        assertThatThrownBy(() -> large.check(yarn.clone().set("spark.executor.memoryOverhead", "3054m")))
                .hasMessageStartingWith("spark.executor.memoryOverhead: 3054 MB (expected: at least 3055 MB");
        assertThatCode(() -> large.check(yarn.clone().set("spark.executor.memoryOverhead", "3055m")))
                .doesNotThrowAnyException();
        assertThatCode(() -> large.check(new SparkConf(false).set("spark.master", "local[2]")))
                .as("only the machine's own memory limits it")
                .doesNotThrowAnyException();
    }

    /** So many transactions every day, one in fifty a fraud. */
    private static Dataset<Row> transactions() {
        return LocalSpark.session()
                .range(DAYS * A_DAY)
                .selectExpr(
                        "id as transaction_id",
                        "(id div " + A_DAY + ") * 86400L + (id % " + A_DAY + ") * 400L + 1 as tx_seconds",
                        "id % 997 as customer_id",
                        "id % 499 as terminal_id",
                        "cast(id % 113 as double) as tx_amount",
                        "cast(id % 50 = 7 as int) as tx_fraud",
                        "cast(id % 50 = 7 as int) as tx_fraud_scenario");
    }
}
