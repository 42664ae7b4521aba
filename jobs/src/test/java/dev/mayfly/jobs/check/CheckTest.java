package dev.mayfly.jobs.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.jobs.Arguments;
import dev.mayfly.jobs.LocalSpark;
import dev.mayfly.jobs.features.Features;
import dev.mayfly.jobs.simulate.Settings;
import dev.mayfly.jobs.simulate.Simulator;
import dev.mayfly.jobs.simulate.Transactions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slices of ten simulated days: quiet as they are, alarmed by drift that is put in. */
class CheckTest {

    private static final StructType SCHEMA = new StructType()
            .add("transaction_id", DataTypes.LongType)
            .add("tx_seconds", DataTypes.LongType)
            .add("customer_id", DataTypes.LongType)
            .add("terminal_id", DataTypes.LongType)
            .add("tx_amount", DataTypes.DoubleType)
            .add("tx_fraud", DataTypes.IntegerType)
            .add("tx_fraud_scenario", DataTypes.IntegerType)
            .add("slice", DataTypes.IntegerType);

    /** The last slice with a full history of all inputs before the one before it. */
    private static final int LAST = 8;

    @TempDir
    private Path folder;

    @Test
    void cleanSlicesRaiseNoAlarm() throws IOException {
        write(slices(4));
        int checks = 0;
        int alarms = 0;
        for (int slice : new int[] {1, 7, 8}) {
            Report report = check(slice);
            checks += report.findings().size();
            alarms += report.of(Finding.Level.WARN).size();
        }

        System.out.println("false alarms on clean slices: " + alarms + " of " + checks + " checks");
        assertThat((double) alarms / checks).isLessThanOrEqualTo(0.01);
    }

    @Test
    void amountsThatDoubleStop() {
        write(changed(
                rows -> rows.withColumn("tx_amount", functions.col("tx_amount").multiply(2))));

        assertThatThrownBy(() -> check(LAST))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("slice 8 is not fit for use: ")
                .hasMessageContaining("KS distance of customer_avg_amount_7d");
    }

    @Test
    void aSmallDriftAndMissingRowsWarnAndAreShownInTheReport() throws IOException {
        write(changed(
                rows -> rows.withColumn("tx_amount", functions.col("tx_amount").plus(12))
                        .filter("transaction_id % 5 < 3")));

        Report report = check(LAST, "--psi-stop", "1", "--ks-stop", "1");

        assertThat(report.of(Finding.Level.WARN))
                .extracting(Finding::what)
                .contains("KS distance of tx_amount", "volume: furthest day from the usual number of rows");
        assertThat(new String(report.html(), StandardCharsets.UTF_8))
                .contains("Usable, but look at ", "KS distance of tx_amount", "data:image/png;base64,");
    }

    @Test
    void aRowThatMidnightHasMovedOverIsNoDay() throws IOException {
        write(changed(rows -> rows.union(rows.limit(1)
                .withColumn("tx_seconds", functions.lit(1_522_540_800L + 80 * 86_400L))
                .withColumn("transaction_id", functions.lit(1_000_000_000L)))));

        assertThat(check(LAST).of(Finding.Level.WARN)).isEmpty();
    }

    @Test
    void repeatedIdsAndContradictingLabelsStop() {
        write(changed(rows -> rows.union(rows.limit(1)).withColumn("tx_fraud", functions.lit(1))));

        assertThatThrownBy(() -> check(LAST))
                .hasMessageContaining(
                        "uniqueness: rows with a repeated transaction id 1 (expected: at most 0; stops above 0)")
                .hasMessageContaining("labels: rows whose fraud and scenario contradict");
    }

    @Test
    void aSliceThatIsNotThereIsAnError() {
        write(slices(1));

        assertThatThrownBy(() -> check(9))
                .hasMessageEndingWith("/clean: no rows of slice 9 (expected: a slice that was cleaned)");
    }

    /** PSI and KS of three bins, worked by hand: 50, 30, 20 rows before, 20, 30, 50 now. */
    @Test
    void distancesWorkedByHand() {
        Distribution three = new Distribution(
                new double[] {1, 2}, new long[] {5_000, 3_000, 2_000}, new long[] {2_000, 3_000, 5_000});

        assertThat(three.ks()).isCloseTo(0.3, org.assertj.core.api.Assertions.within(1e-12));
        assertThat(three.psi()).isCloseTo(2 * 0.3 * Math.log(2.5), org.assertj.core.api.Assertions.within(1e-3));
    }

    private Report check(int slice, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--input", folder.toString(), "--slice", "" + slice));
        arguments.addAll(List.of(more));
        return Check.run(
                LocalSpark.session(),
                new Arguments(
                        arguments.toArray(new String[0]),
                        "input",
                        "slice",
                        "psi-warn",
                        "psi-stop",
                        "ks-warn",
                        "ks-stop"),
                Optional.empty());
    }

    private void write(Dataset<Row> rows) {
        rows.write().partitionBy("slice").parquet(folder.resolve("clean").toString());
    }

    private static Dataset<Row> changed(UnaryOperator<Dataset<Row>> change) {
        Dataset<Row> all = slices(7);
        return all.filter("slice < " + LAST).union(change.apply(all.filter("slice = " + LAST)));
    }

    private static Dataset<Row> slices(long seed) {
        int days = Features.HISTORY_DAYS / 10 * 10 + 50;
        Transactions all = new Simulator(new Settings(500, days, seed)).run();
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < all.size(); n++) {
            rows.add(RowFactory.create(
                    (long) n,
                    1_522_540_800L + all.second(n),
                    (long) all.customer(n),
                    (long) all.terminal(n),
                    all.cents(n) / 100.0,
                    all.scenario(n) > 0 ? 1 : 0,
                    all.scenario(n),
                    1 + all.day(n) / 10));
        }
        return LocalSpark.session().createDataFrame(rows, SCHEMA);
    }
}
