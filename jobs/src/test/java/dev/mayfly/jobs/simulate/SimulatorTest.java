package dev.mayfly.jobs.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The handbook's sizes once, against the ranges that independent generators written from the same facts gave. */
class SimulatorTest {

    private static Transactions all;

    @TempDir
    private Path folder;

    @BeforeAll
    static void simulate() {
        all = new Simulator(new Settings(5_000, 183, 1)).run();
    }

    @Test
    void theNumbersLieWhereIndependentGeneratorsPutThem() {
        int[] scenarios = new int[4];
        double sum = 0;
        double squares = 0;
        for (int row = 0; row < all.size(); row++) {
            scenarios[all.scenario(row)]++;
            double amount = all.cents(row) / 100.0;
            sum += amount;
            squares += amount * amount;
        }
        double mean = sum / all.size();

        assertThat(all.size()).isBetween(1_720_000, 1_810_000);
        assertThat(scenarios[1]).isBetween(800, 1_160);
        assertThat(scenarios[2]).isBetween(8_400, 9_700);
        assertThat(scenarios[3]).isBetween(4_100, 5_200);
        assertThat(mean).isBetween(52.5, 56.0);
        assertThat(Math.sqrt(squares / all.size() - mean * mean)).isBetween(41.0, 43.6);
    }

    @Test
    void theInvariantsHoldInEveryRow() {
        for (int row = 0; row < all.size(); row++) {
            assertThat(all.second(row) % 86_400).isPositive();
            assertThat(all.cents(row)).isNotNegative();
            assertThat(row == 0 || all.second(row) >= all.second(row - 1)).isTrue();
            if (all.scenario(row) == 0) {
                assertThat(all.cents(row)).isLessThanOrEqualTo(22_000);
            }
        }
    }

    @Test
    void timesOfDayAreNormalAboutNoonAndCutAtMidnight() {
        double mean = IntStream.range(0, all.size())
                .mapToLong(row -> all.second(row) % 86_400)
                .average()
                .orElseThrow();
        double insideOneDeviation = IntStream.range(0, all.size())
                        .filter(row -> Math.abs(all.second(row) % 86_400 - 43_200) < 20_000)
                        .count()
                / (double) all.size();

        assertThat(mean).isCloseTo(43_200, within(150.0));
        assertThat(insideOneDeviation)
                .as("0.6827 of a normal, of the 0.9692 that are kept")
                .isCloseTo(0.6827 / 0.9692, within(0.005));
    }

    @Test
    void customersUseAsManyTerminalsAsThereAreAround() {
        int[][] rows = Transactions.rowsBy(all.customers, all.size(), 5_000);
        double[] used = Arrays.stream(rows)
                .mapToDouble(
                        of -> Arrays.stream(of).map(all::terminal).distinct().count())
                .sorted()
                .toArray();

        assertThat(used[used.length / 2]).isBetween(66.0, 76.0);
        assertThat(used[used.length - 1]).isBetween(95.0, 125.0);
    }

    @Test
    void theSameSettingsGiveTheSameRowsAndMoreDaysTheSameFirstOnes() {
        Transactions once = new Simulator(new Settings(50, 30, 3)).run();
        Transactions again = new Simulator(new Settings(50, 30, 3)).run();
        Transactions other = new Simulator(new Settings(50, 30, 4)).run();

        assertThat(again.size()).isEqualTo(once.size());
        assertThat(IntStream.range(0, once.size())
                        .allMatch(row -> once.cents(row) == again.cents(row)
                                && once.second(row) == again.second(row)
                                && once.scenario(row) == again.scenario(row)))
                .isTrue();
        assertThat(other.size()).isNotEqualTo(once.size());
    }

    @Test
    void theFilesHoldTheRowsAndTheDirtThatIsStated() throws IOException {
        Settings settings = new Settings(200, 20, 5);
        Transactions transactions = new Simulator(settings).run();
        DailyFiles files = new DailyFiles(settings, 0.05, 0.0432);
        files.write(transactions, folder);

        List<String> lines;
        try (var paths = Files.list(folder)) {
            lines = paths.sorted().flatMap(path -> lines(path).stream()).toList();
        }

        assertThat(lines.stream().filter(line -> line.startsWith("# tranaction_id | ")))
                .hasSize(20);
        assertThat(lines).hasSize((int) files.lines() + 20);
        assertThat(files.lines()).isEqualTo(transactions.size() + files.dirt().getOrDefault(Dirt.DUPLICATE, 0));
        assertThat(lines.stream().filter(line -> line.contains(",-999999,")))
                .hasSize(files.dirt().getOrDefault(Dirt.NO_CUSTOMER, 0));
        assertThat(lines.stream().filter(line -> line.contains(" 24:00:00,")))
                .hasSize(files.dirt().getOrDefault(Dirt.MIDNIGHT, 0));
        assertThat(lines.stream().filter(line -> line.contains(",Err,")))
                .hasSize(files.dirt().getOrDefault(Dirt.TERMINAL_ERR, 0));
        assertThat(files.dirt().getOrDefault(Dirt.TERMINAL_PLACEHOLDER, 0) / (double) transactions.size())
                .isCloseTo(0.0432, within(0.01));
    }

    private static List<String> lines(Path path) {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(path)), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
