package dev.mayfly.jobs.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.jobs.Arguments;
import dev.mayfly.jobs.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CleanTest {

    private static final String HEADER = "# tranaction_id | tx_datetime | customer_id";

    @TempDir
    private Path folder;

    private Path input;
    private Path output;

    @BeforeEach
    void folders() {
        input = folder.resolve("2018-04-01.csv");
        output = folder.resolve("lake");
    }

    @Test
    void everyKindOfDirtHasItsReasonAndEveryRowItsPlace() throws IOException {
        Map<String, Long> counts = clean(
                "1",
                HEADER,
                "",
                "0,2018-04-01 00:00:31,596,3156,57.16,31,0,0,0",
                "1,2018-04-01 24:00:00,596,0,81.51,86400,0,0,0",
                "2,2018-04-01 10:00:00,89518096123,89518096,220.01,36000,0,1,1",
                "2,2018-04-01 10:00:00,89518096123,89518096,220.01,36000,0,1,1",
                "2,2018-04-01 10:00:00,89518096123,89518096,999.99,36000,0,1,1",
                "3,2018-04-01 10:00:01,-999999,5,1.00,36001,0,0,0",
                "4,2018-04-01 10:00:02,7,Err,1.00,36002,0,0,0",
                "5,2018-04-01 10:00:03,7,,1.00,36003,0,0,0",
                "x,2018-04-01 10:00:04,7,5,1.00,36004,0,0,0",
                "7,2018-04-31 10:00:05,7,5,1.00,36005,0,0,0",
                "8,2018-04-01 10:00:06,7,5,-1.00,36006,0,0,0",
                "9,2018-04-01 10:00:07,7,5,1.00,36007,0,0,2",
                "9,2018-04-01 10:00:07,7,5,1.00,36007,0,0,0",
                "10,2018-04-01 10:00:08,7,5,1.00",
                "11,2018-04-01 10:00:09,7.5,5,1.00,36009,0,0,0",
                "12,2018-04-01 10:00:10,7,5,0,36010,0,0,0");

        assertThat(counts)
                .containsEntry("rows_in", 16L)
                .containsEntry("rows_out", 5L)
                .containsEntry("rows_rejected", 11L)
                .containsEntry("rejected_duplicate", 1L)
                .containsEntry("rejected_conflicting_duplicate", 1L)
                .containsEntry("rejected_customer_unknown", 1L)
                .containsEntry("rejected_terminal_id", 2L)
                .containsEntry("rejected_transaction_id", 1L)
                .containsEntry("rejected_time", 1L)
                .containsEntry("rejected_amount", 1L)
                .containsEntry("rejected_label", 1L)
                .containsEntry("rejected_field_count", 1L)
                .containsEntry("rejected_customer_id", 1L);
        List<Row> rows = cleanRows();
        assertThat(rows.get(0).mkString(",")).isEqualTo("0,1522540831,596,3156,57.16,0,0,1");
        assertThat(rows.get(1).mkString(","))
                .as("24:00:00 is the next midnight, terminal 0 is unknown")
                .isEqualTo("1,1522627200,596,null,81.51,0,0,1");
        assertThat(rows.get(2).getLong(2)).as("ids are long").isEqualTo(89_518_096_123L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "88.14999999999999|88.15",
                "88.15000000000001|88.15",
                "88.145|88.15",
                "88.1449999|88.14",
                "8.815e1|88.15",
                "8815E-2|88.15",
                "+88.15|88.15",
                ".5|0.5",
                "5.|5.0",
                "1e3|1000.0",
                "0e999|0.0",
                "1e-999|0.0",
                "0.0049|0.0",
                "123456789.25|1.2345678925E8",
                "\"88.15\"|88.15",
                "0.1234567890123456789|0.12",
                "00088.15|88.15",
                "1e12|amount",
                "1e400|amount",
                "1e9999999999|amount",
                "-88.15|amount",
                "--1|amount",
                "1.2.3|amount",
                "e5|amount",
                ".|amount",
                "|amount",
                "NaN|amount",
                "Infinity|amount",
                "0x1p3|amount",
                "1_000|amount",
                "88 15|amount",
                "1d|amount",
                "\"\"|amount",
                "\"88.15|amount",
                "11111111111111111111111111111111111111111e-30|amount",
                "88,15|decimal_comma",
                "\"88,15\"|decimal_comma"
            })
    void amountsAreReadHoweverTheyAreWritten(String amount, String expected) {
        Row line = Line.typed("17,2018-04-01 10:00:00,5,7," + (amount == null ? "" : amount) + ",36000,0,1,2");

        assertThat(line.isNullAt(8) ? String.valueOf(line.get(4)) : line.getString(8))
                .isEqualTo(expected);
    }

    /** As pandas writes whole numbers of a column that has gaps, and as a writer does that quotes everything. */
    @Test
    void wholeNumbersMayHaveZerosBehindAPointAndEverythingMayBeQuoted() {
        assertThat(Line.typed("17.0,2018-04-01 10:00:00,5.00,7.0,88.15,36000,0,1.0,2.0")
                        .mkString(","))
                .isEqualTo(Line.typed("17,2018-04-01 10:00:00,5,7,88.15,36000,0,1,2")
                        .mkString(",")
                        .replace(
                                "17,2018-04-01 10:00:00,5,7,88.15,36000,0,1,2",
                                "17.0,2018-04-01 10:00:00,5.00,7.0,88.15,36000,0,1.0,2.0"));
        Row quoted = Line.typed("\"17\",\"2018-04-01 10:00:00\",\"5\",\"7\",\"88.15\",\"36000\",\"0\",\"1\",\"2\"");
        assertThat(quoted.isNullAt(8)).isTrue();
        assertThat(quoted.getLong(2)).isEqualTo(5);
        assertThat(Line.typed("17,2018-04-01 10:00:00,5.5,7,1,36000,0,1,2").getString(8))
                .isEqualTo("customer_id");
    }

    /** Every double, written as shortly as it can be read back, is within half a cent of what is kept. */
    @Test
    void everyDoubleIsReadAsItsCents() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int n = 0; n < 20_000; n++) {
            double amount = Math.exp(random.nextGaussian() * 5);
            String text = random.nextBoolean() ? Double.toString(amount) : Float.toString((float) amount);
            Row line = Line.typed("17,2018-04-01 10:00:00,5,7," + text + ",36000,0,1,2");
            assertThat(line.isNullAt(8)).as("%s, seed %d", text, seed).isTrue();
            assertThat(line.getDouble(4) - Double.parseDouble(text))
                    .as("%s, seed %d", text, seed)
                    .isBetween(-0.0050001, 0.0050001);
            assertThat(line.getDouble(4)).isEqualTo(Math.round(line.getDouble(4) * 100) / 100.0);
        }
    }

    /** Far below the limit of rejected rows, but all of them are frauds. */
    @Test
    void fraudsThatAreLostStopTheSlice() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int n = 0; n < 4_000; n++) {
            boolean isFraud = n % 100 == 0;
            lines.add(n + ",2018-04-01 10:00:00,5,7," + (isFraud ? "lots" : "1.00") + ",36000,0,"
                    + (isFraud ? "1,2" : "0,0"));
        }

        assertThatThrownBy(() -> clean("0.05", lines.toArray(new String[0])))
                .hasMessageStartingWith(
                        "rejected far more often than others: label 1: 40 of 40 lines rejected (100.00 %;"
                                + " of all others 0.00 %); scenario 2: 40 of 40 lines")
                .hasMessageContaining("nothing was published (if that is right, clean with --concentration warn)");
        assertThat(output.resolve("clean")).doesNotExist();
        assertThat(clean("0.05", "warn", lines))
                .containsEntry("concentrations", 2L)
                .containsEntry("rows_out", 3_960L);
    }

    @Test
    void tooManyRejectedRowsFailTheJobAndPublishNothing() {
        assertThatThrownBy(
                        () -> clean("0.1", "0,2018-04-01 00:00:31,596,3156,57.16,31,0,0,0", "1,?,596,3156,1,31,0,0,0"))
                .hasMessageContaining("rejected share: 0.5 (expected: at most 0.1)");
        assertThat(output.resolve("clean")).doesNotExist();
    }

    @Test
    void anInputWithoutRowsFails() {
        assertThatThrownBy(() -> clean("1", HEADER)).hasMessageContaining("rows in: 0 (expected: at least one");
    }

    @Test
    void cleaningASliceAgainReplacesIt() throws IOException {
        clean("1", "0,2018-04-01 00:00:31,596,3156,57.16,31,0,0,0");
        clean("1", "5,2018-04-01 00:00:31,596,3156,57.16,31,0,0,0");

        assertThat(cleanRows()).extracting(row -> row.getLong(0)).containsExactly(5L);
    }

    /** Lines of random fields, each plausible or not: nothing is lost, and what is kept can be read again as it was. */
    @Test
    void noLineIsLostWhateverItHolds() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String[][] fields = {
            {"1", "2", "3", "", "-4", "9999999999999999999", "1.5"},
            {"2018-04-01 10:00:00", "2018-04-01 24:00:00", "2018-13-01 10:00:00", "yesterday", "", "2018-04-01 29:00:00"
            },
            {"5", "-999999", "x"},
            {"0", "7", "Err", ""},
            {"1.00", "0", "-3", "1e3", "NaN"},
            {"1", ""},
            {"0", ""},
            {"0", "1", "2"},
            {"0", "1", "3", "4"}
        };
        List<String> lines = new ArrayList<>();
        for (int n = 0; n < 500; n++) {
            List<String> line = new ArrayList<>();
            for (String[] choices : fields) {
                line.add(choices[random.nextInt(choices.length)]);
            }
            lines.add(String.join(",", random.nextInt(20) == 0 ? line.subList(0, 5) : line));
        }

        Map<String, Long> counts = clean("1", lines.toArray(new String[0]));

        assertThat(counts.getOrDefault("rows_out", 0L) + counts.getOrDefault("rows_rejected", 0L))
                .as("seed %s", seed)
                .isEqualTo(500L);
        List<Row> quarantined = LocalSpark.session()
                .read()
                .parquet(output.resolve("quarantine").toString())
                .select("value")
                .collectAsList();
        assertThat(lines)
                .as("seed %s", seed)
                .containsAll(quarantined.stream().map(row -> row.getString(0)).toList());
    }

    @Test
    void filesOfAManifestAreReadWhateverTheirNames() throws IOException {
        List<String> names = List.of(
                "a,b.csv",
                "brackets[1].csv",
                "brackets1.csv",
                "braces{x,y}.csv",
                "hash#1.csv",
                "per%20cent.csv",
                "star*.csv",
                "what?.csv",
                "back\\slash.csv",
                " blanks .csv",
                "ünï✓.csv");
        List<String> paths = new ArrayList<>();
        for (int n = 0; n < names.size(); n++) {
            Path file = folder.resolve(names.get(n));
            Files.writeString(file, n + ",2018-04-01 00:00:31,596,3156,57.16,31,0,0,0\n");
            paths.add(file.toString());
        }
        Path manifest = Files.write(folder.resolve("manifest.txt"), paths);
        String[] arguments = {"--manifest", manifest.toString(), "--output", output.toString()};

        Map<String, Long> counts =
                Clean.run(LocalSpark.session(), new Arguments(arguments, "input", "manifest", "output"));

        assertThat(counts).containsEntry("rows_in", (long) names.size()).containsEntry("rows_rejected", 0L);
    }

    @Test
    void aManifestAndAnInputAreRefusedTogether() {
        String[] both = {"--manifest", "m", "--input", "i", "--output", "o"};
        assertThatThrownBy(() -> Clean.run(LocalSpark.session(), new Arguments(both, "input", "manifest", "output")))
                .hasMessageContaining("exactly one of them");
    }

    private Map<String, Long> clean(String limit, String... lines) throws IOException {
        return clean(limit, "stop", List.of(lines));
    }

    private Map<String, Long> clean(String limit, String concentration, List<String> lines) throws IOException {
        Files.writeString(input, String.join("\n", lines) + "\n");
        String[] arguments = {
            "--input",
            input.toString(),
            "--output",
            output.toString(),
            "--slice",
            "1",
            "--max-rejected-share",
            limit,
            "--concentration",
            concentration
        };
        return Clean.run(
                LocalSpark.session(),
                new Arguments(
                        arguments,
                        "input",
                        "output",
                        "slice",
                        "max-rejected-share",
                        "concentration",
                        "placeholder-terminal"));
    }

    private List<Row> cleanRows() {
        return LocalSpark.session()
                .read()
                .parquet(output.resolve("clean").toString())
                .orderBy("transaction_id")
                .collectAsList();
    }
}
