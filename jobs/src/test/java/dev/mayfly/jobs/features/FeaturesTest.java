package dev.mayfly.jobs.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mayfly.jobs.LocalSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every input against a slow and plain reading of its definition, on random transactions full of ties and edges. */
class FeaturesTest {

    private static final long DAY = 86_400;
    private static final StructType SCHEMA = new StructType()
            .add("transaction_id", DataTypes.LongType)
            .add("tx_seconds", DataTypes.LongType)
            .add("customer_id", DataTypes.LongType)
            .add("terminal_id", DataTypes.LongType)
            .add("tx_amount", DataTypes.DoubleType)
            .add("tx_fraud", DataTypes.IntegerType);

    private record Transaction(
            long id, long time, long customer, @Nullable Long terminal, double amount, int fraud) {
        Row row() {
            return RowFactory.create(id, time, customer, terminal, amount, fraud);
        }
    }

    @Test
    void everyInputIsWhatItsDefinitionSays() {
        long seed = new Random().nextLong();
        List<Transaction> all = random(seed, 600);

        for (Row row : features(all)) {
            Transaction transaction = all.stream()
                    .filter(one -> one.id() == row.<Long>getAs("transaction_id"))
                    .findFirst()
                    .orElseThrow();
            double[] expected = reference(transaction, all);
            for (int n = 0; n < expected.length; n++) {
                String name = Features.names().get(n);
                assertThat(row.<Double>getAs(name))
                        .as("%s of %s, seed %s", name, transaction, seed)
                        .isCloseTo(expected[n], within(1e-9));
            }
        }
    }

    @Test
    void noInputLooksAheadAndOnesThatDoAreCaught() {
        long seed = new Random().nextLong();
        List<Transaction> all = random(seed, 400);
        long moment = all.stream().mapToLong(Transaction::time).sorted().toArray()[250];
        Dataset<Row> rows = rows(all);

        assertThat(PointInTime.leaks(rows, Features::add, Features.names(), moment))
                .as("seed %s", seed)
                .isEmpty();
        assertThat(PointInTime.leaks(
                        rows, FeaturesTest::withLeaks, List.of("all_of_customer", "risk_of_today"), moment))
                .as("later rows, and labels that are not known yet; seed %s", seed)
                .containsOnlyKeys("all_of_customer", "risk_of_today");
    }

    private static Dataset<Row> withLeaks(Dataset<Row> rows) {
        WindowSpec customer = Window.partitionBy("customer_id");
        WindowSpec terminal =
                Window.partitionBy("terminal_id").orderBy("tx_seconds").rangeBetween(-DAY, 0);
        return rows.withColumn("all_of_customer", functions.sum("tx_amount").over(customer))
                .withColumn("risk_of_today", functions.avg("tx_fraud").over(terminal));
    }

    @Test
    void aSliceIsComputedFromTheHistoryThatItNeedsOnly() {
        long seed = new Random().nextLong();
        List<Transaction> all = random(seed, 500);
        long first = 17_000 * DAY;
        Dataset<Row> sliced = rows(all)
                .withColumn(
                        "slice",
                        functions
                                .col("tx_seconds")
                                .minus(first)
                                .divide(10 * DAY)
                                .cast("int"));

        List<String> whole = Features.add(sliced).filter("slice = 5").orderBy("transaction_id").collectAsList().stream()
                .map(Row::mkString)
                .toList();

        assertThat(Features.ofSlice(sliced, 5).orderBy("transaction_id").collectAsList())
                .as("seed %s", seed)
                .extracting(Row::mkString)
                .isEqualTo(whole)
                .isNotEmpty();
        Dataset<Row> tooOld = sliced.withColumn(
                "tx_amount",
                functions.when(functions.col("tx_seconds").geq(first + 13 * DAY), functions.col("tx_amount")));
        assertThat(Features.ofSlice(tooOld, 5).count())
                .as("amounts older than 37 days are null here, and not read")
                .isEqualTo(whole.size());
    }

    @Test
    void aLabelCountsOnlyAfterSevenDays() {
        List<Transaction> transactions = List.of(
                new Transaction(1, 100 * DAY, 1, 9L, 10, 1),
                new Transaction(2, 107 * DAY - 1, 2, 9L, 10, 0),
                new Transaction(3, 107 * DAY, 3, 9L, 10, 0));

        List<Row> rows = features(transactions);

        assertThat(rows.get(1).<Double>getAs("terminal_risk_7d")).isZero();
        assertThat(rows.get(2).<Double>getAs("terminal_risk_7d")).isEqualTo(1.0);
        assertThat(rows.get(2).<Double>getAs("terminal_nb_tx_1d")).isEqualTo(1.0);
    }

    @Test
    void nightAndWeekendAreThoseOfTheHandbook() {
        long saturday = 1_522_454_400L;
        List<Row> rows = features(List.of(
                new Transaction(1, saturday, 1, 1L, 1, 0),
                new Transaction(2, saturday + 7 * 3_600 - 1, 1, 1L, 1, 0),
                new Transaction(3, saturday + 7 * 3_600, 1, 1L, 1, 0),
                new Transaction(4, saturday + 2 * DAY, 1, 1L, 1, 0)));

        assertThat(rows).extracting(row -> row.<Double>getAs("during_weekend")).containsExactly(1.0, 1.0, 1.0, 0.0);
        assertThat(rows).extracting(row -> row.<Double>getAs("during_night")).containsExactly(1.0, 1.0, 0.0, 1.0);
    }

    private static double[] reference(Transaction now, List<Transaction> all) {
        List<Double> values = new ArrayList<>(Arrays.asList(
                now.amount(),
                (now.time() / DAY + 4) % 7 == 6 || (now.time() / DAY + 4) % 7 == 0 ? 1.0 : 0.0,
                now.time() % DAY / 3_600 <= 6 ? 1.0 : 0.0));
        for (int days : new int[] {1, 7, 30}) {
            List<Transaction> window = all.stream()
                    .filter(one -> one.customer() == now.customer()
                            && one.time() > now.time() - days * DAY
                            && (one.time() < now.time() || (one.time() == now.time() && one.id() <= now.id())))
                    .toList();
            values.add((double) window.size());
            values.add(
                    window.stream().mapToDouble(Transaction::amount).average().orElse(0));
        }
        for (int days : new int[] {1, 7, 30}) {
            List<Transaction> window = all.stream()
                    .filter(one -> now.terminal() != null
                            && now.terminal().equals(one.terminal())
                            && one.time() > now.time() - (7 + days) * DAY
                            && one.time() <= now.time() - 7 * DAY)
                    .toList();
            values.add((double) window.size());
            values.add(window.stream().mapToInt(Transaction::fraud).average().orElse(0));
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Few customers, terminals and distinct times, and many times exactly on a window's edge. */
    private static List<Transaction> random(long seed, int count) {
        Random random = new Random(seed);
        List<Transaction> all = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            long time = 17_000 * DAY + random.nextInt(60) * DAY + random.nextInt(4) * 21_600L + random.nextInt(2);
            @Nullable Long terminal = random.nextInt(10) == 0 ? null : (long) random.nextInt(4);
            all.add(new Transaction(
                    n,
                    time,
                    random.nextInt(5),
                    terminal,
                    random.nextInt(20_000) / 100.0,
                    random.nextInt(4) == 0 ? 1 : 0));
        }
        return all;
    }

    private static List<Row> features(List<Transaction> transactions) {
        return Features.add(rows(transactions)).orderBy("transaction_id").collectAsList();
    }

    private static Dataset<Row> rows(List<Transaction> transactions) {
        return LocalSpark.session()
                .createDataFrame(transactions.stream().map(Transaction::row).toList(), SCHEMA);
    }
}
