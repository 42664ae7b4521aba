package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job, small: {@code mayfly demo} twice, and once interrupted. Real PostgreSQL, real Spark clusters. */
class DemoTest {

    private static final String[] SMALL = {
        "demo",
        "--json",
        "--days",
        "35",
        "--customers",
        "300",
        "--train-days",
        "7",
        "--trials",
        "2",
        "--data",
        "mayfly-data"
    };

    @TempDir
    private Path folder;

    @Test
    void fromRawTransactionsToAChampionAndThenAChallenger() throws Exception {
        Mayfly mayfly = new Mayfly(folder);

        Mayfly.Result first = mayfly.run(Duration.ofMinutes(6), SMALL);

        assertThat(first.exit()).as(first.out() + first.err()).isZero();
        JsonNode summary = first.lastLine();
        assertThat(summary.path("ok").asBoolean()).isTrue();
        rowsAreThoseTheSimulatorSays(summary);
        assertThat(summary.path("metrics").path("auc_roc").asDouble()).isBetween(0.55, 1.0);
        assertThat(summary.path("promotion").path("promoted").asBoolean()).isTrue();
        assertThat(summary.path("aliases").path("champion").asInt()).isEqualTo(1);
        assertThat(summary.path("clusters")).hasSize(2).allSatisfy(cluster -> {
            assertThat(cluster.path("state").asText()).isEqualTo("deleted");
            assertThat(cluster.path("life").path("proved").isTextual()).isTrue();
        });
        assertThat(first.err()).contains("Done: every step succeeded.");
        assertThat(mayfly.processes()).as("nothing is left").isEmpty();
        theModelIsCompleteAndLoadable();

        Mayfly.Result second = mayfly.run(Duration.ofMinutes(3), SMALL);

        assertThat(second.exit()).as(second.out() + second.err()).isZero();
        JsonNode again = second.lastLine();
        assertThat(second.err()).contains("cleaning: every slice is done already");
        assertThat(again.path("clusters")).as("only training needed one").hasSize(1);
        assertThat(again.path("promotion").path("version").asInt()).isEqualTo(2);
        assertThat(again.path("promotion").path("promoted").asBoolean())
                .as("the same model is no gain")
                .isFalse();
        assertThat(again.path("promotion").path("reason").asText())
                .contains("gain +0.0000, at least +0.0000 (expected: more than 0.0000)");
        assertThat(again.path("aliases").path("champion").asInt()).isEqualTo(1);
        assertThat(again.path("aliases").path("challenger").asInt()).isEqualTo(2);
        assertThat(mayfly.processes()).isEmpty();
    }

    private void rowsAreThoseTheSimulatorSays(JsonNode summary) throws Exception {
        Path manifest;
        try (Stream<Path> files = Files.walk(folder.resolve("mayfly-data/transactions"))) {
            manifest = files.filter(file -> file.endsWith("manifest.json"))
                    .findFirst()
                    .orElseThrow();
        }
        JsonNode truth = new ObjectMapper().readTree(Files.readAllBytes(manifest));
        JsonNode dirt = truth.path("dirt");
        assertThat(summary.path("slices")).hasSize(1);
        assertThat(sum(summary, "rows_in")).isEqualTo(truth.path("lines").asLong());
        assertThat(sum(summary, "rejected_duplicate"))
                .isEqualTo(dirt.path("duplicate").asLong());
        assertThat(sum(summary, "rejected_customer_unknown"))
                .isEqualTo(dirt.path("no_customer").asLong());
        assertThat(sum(summary, "rejected_terminal_id"))
                .isEqualTo(dirt.path("terminal_err").asLong()
                        + dirt.path("terminal_empty").asLong());
        assertThat(sum(summary, "rows_out") + sum(summary, "rows_rejected")).isEqualTo(sum(summary, "rows_in"));
    }

    /** Over slices. */
    private static long sum(JsonNode summary, String count) {
        long sum = 0;
        for (JsonNode slice : summary.path("slices")) {
            sum += slice.path("counts").path(count).asLong();
        }
        return sum;
    }

    private void theModelIsCompleteAndLoadable() throws Exception {
        List<String> files;
        try (Stream<Path> all = Files.walk(folder.resolve("mayfly-data/artifacts/files"))) {
            files = all.filter(Files::isRegularFile).map(Path::toString).toList();
        }
        assertThat(files).anyMatch(file -> file.endsWith("/artifacts/model/MLmodel"));
        assertThat(files).anyMatch(file -> file.endsWith("/artifacts/model/scorer.bin"));
        assertThat(files).anyMatch(file -> file.endsWith("/artifacts/model_card.html"));
        assertThat(files).anyMatch(file -> file.endsWith("/artifacts/plots/precision_recall.png"));
        assertThat(files).anyMatch(file -> file.endsWith("/artifacts/data_report.html"));
        assertThat(files).anyMatch(file -> file.endsWith("/sparkml/metadata/_SUCCESS"));
        assertThat(files).anyMatch(file -> file.matches(".*/sparkml/metadata/\\.part-.*\\.crc"));
        assertThat(files).anyMatch(file -> file.matches(".*/sparkml/stages/2_.*/data/part-.*\\.parquet"));
    }

    @Test
    void anInterruptLeavesNoProcessAndAFolderThatTheNextStartAccepts() throws Exception {
        Assumptions.assumeFalse(
                isInterruptIgnored(),
                "interrupts are ignored here: a shell without job control started this in the background");
        Mayfly mayfly = new Mayfly(folder);
        Process demo = mayfly.start(SMALL);
        Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .until(() -> Files.readString(folder.resolve("err.txt")).contains("cluster running"));

        new ProcessBuilder("kill", "-INT", "" + demo.pid()).start().waitFor();

        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(130);
        assertThat(Files.readString(folder.resolve("err.txt"))).contains("stopped; the next demo continues from here");
        assertThat(mayfly.processes()).isEmpty();

        Process server = mayfly.server();
        JsonNode runs = mayfly.get("/api/v1/runs");
        assertThat(runs.findValuesAsText("state")).contains("cancelled").doesNotContain("running");
        server.destroy();
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(mayfly.processes()).isEmpty();
    }

    /** What is ignored stays so in every process that is started; Linux only. */
    private static boolean isInterruptIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        String ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(ignored.substring("SigIgn:".length()).strip(), 16) >> 1 & 1) == 1;
    }
}
