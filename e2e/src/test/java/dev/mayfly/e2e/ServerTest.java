package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The server and the command line from outside. */
class ServerTest {

    private static final String PIPELINE = """
            name: clean-small
            parameters: {output: "${data}/lake", limit: 0.5}
            input: {files: FOLDER/*.csv, min_age: 0 s}
            cluster:
              master: {memory: 512 MB}
              workers: {cores: 1, memory: 600 MB}
            tasks:
              clean:
                spark:
                  package: mayfly-jobs
                  main_class: dev.mayfly.jobs.clean.Clean
                  arguments: [--manifest, "${slice.manifest}", --output, "${parameters.output}", --slice, "${slice.number}",
                              --max-rejected-share, "${parameters.limit}"]
                  environment: {TOKEN: "env:SECRET_OF_THE_TEST"}
            """;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private Mayfly mayfly;
    private Process server;

    @BeforeEach
    void start() throws IOException {
        mayfly = new Mayfly(folder);
        server = mayfly.server();
        Files.createDirectories(folder.resolve("in"));
    }

    @AfterEach
    void stop() throws Exception {
        server.destroy();
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(mayfly.processes()).isEmpty();
    }

    @Test
    void aKilledServerIsStartedAgainAndTheRunCompletesWithItsJobSubmittedOnce() throws Exception {
        transactions("a, [1] {x} #1%20.csv", "0,2018-04-01 00:00:31,596,3156,57.16,31,0,0,0");
        apply(PIPELINE);
        String run = open();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> taskState(run).equals("running")
                        && attempt(run).path("started").isTextual());

        server.destroyForcibly().waitFor();
        assertThat(mayfly.processes())
                .as("the job goes on meanwhile")
                .anyMatch(line -> line.contains("mayfly.role=driver"));
        server = mayfly.server();

        assertThat(finalState(run)).isEqualTo("succeeded");
        JsonNode details = mayfly.get("/api/v1/runs/" + run);
        assertThat(details.path("tasks").path(0).path("attempts")).hasSize(1);
        assertThat(details.path("clusters")).hasSize(1);
        assertThat(details.path("clusters").path(0).path("life").path("proved").isTextual())
                .isTrue();
        assertThat(attempt(run).path("metrics").path("rows_out").asInt()).isEqualTo(1);
        assertThat(mayfly.processes()).noneMatch(line -> line.contains("mayfly.cluster="));
        assertThat(mayfly.serverLog()).doesNotContain("hunter2");
    }

    @Test
    void aFailingJobFailsItsRunSaysWhyKeepsItsLogsAndItsSliceComesAgain() throws Exception {
        transactions("a.csv", "0,2018-04-01 00:00:31,596,Err,57.16,31,0,0,0");
        apply(PIPELINE);
        String run = open();

        assertThat(finalState(run)).isEqualTo("failed");

        JsonNode details = mayfly.get("/api/v1/runs/" + run);
        assertThat(details.path("reason").asText())
                .isEqualTo("task clean: exit code 1: rejected share: 1.0 (expected: at most 0.5); reasons:"
                        + " {rejected_terminal_id=1, rows_in=1, rows_out=0, rows_rejected=1}; nothing was published");
        assertThat(details.path("clusters").path(0).path("state").asText()).isEqualTo("deleted");
        JsonNode tracked = mayfly.get("/api/2.0/mlflow/runs/get?run_id="
                + attempt(run).path("tracking_run").asText());
        assertThat(tracked.path("run").path("info").path("status").asText()).isEqualTo("FAILED");
        Mayfly.Result logs = mayfly.command("run", "logs", run.substring(0, 8), "clean", "--executors");
        assertThat(logs.exit()).isZero();
        assertThat(logs.out()).contains("==> clean/1/driver <==", "rejected share: 1.0", "==> clean/1/executor-0 <==");
        assertThat(logs.out()).doesNotContain("hunter2");
        assertThat(mayfly.get("/api/v1/pipelines/clean-small/slices").findValuesAsText("state"))
                .containsExactly("failed");

        transactions("a.csv", "0,2018-04-01 00:00:31,596,1,57.16,31,0,0,0");
        Mayfly.Result again = mayfly.run(Duration.ofMinutes(2), "pipeline", "run", "clean-small", "--wait");
        assertThat(again.exit()).as(again.out() + again.err()).isZero();
        assertThat(mayfly.get("/api/v1/pipelines/clean-small/slices").findValuesAsText("state"))
                .containsExactly("done");
        assertThat(mayfly.command("pipeline", "run", "clean-small").out()).contains("no slice of clean-small waits");
    }

    @Test
    void wrongYamlIsRefusedWithEveryPlaceAndNothingIsStored() throws Exception {
        Path file = Files.writeString(folder.resolve("wrong.yaml"), "name: x\ntask: {}\ntasks: {a: {spark: {}}}\n");

        Mayfly.Result result = mayfly.command("pipeline", "apply", file.toString());

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .contains(file + ":2:1: unknown key 'task'", "did you mean 'tasks'?")
                .contains(file + ":3:13: tasks.a.spark has no 'main_class'");
        assertThat(mayfly.get("/api/v1/pipelines")).isEmpty();
        assertThat(mayfly.command("pipeline", "show", "x").err()).contains("pipeline 'x' (expected: one of [])");
        assertThat(mayfly.command("pipeline", "schema").out()).contains("\"title\": \"Mayfly pipeline\"");
        assertThat(mayfly.command("run", "show", "abcd").exit()).isEqualTo(1);
        assertThat(mayfly.command("run", "shoe").exit()).isEqualTo(2);
        assertThat(mayfly.command("model", "list", "--json").out().strip()).isEqualTo("[]");
        assertThat(mayfly.command("cluster", "list", "--server", "http://127.0.0.1:1")
                        .exit())
                .isEqualTo(3);
    }

    @Test
    void aScheduledRunOpensByItselfOnceAndAPausedPipelineRests() throws Exception {
        transactions("a.csv", "0,2018-04-01 00:00:31,596,3156,57.16,31,0,0,0");
        // the due time of this midnight is caught up with, the next one is far
        String yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1).toString();
        apply(PIPELINE.replace(
                "parameters:",
                "schedule: {cron: \"0 0 * * *\", start: " + yesterday + ", catchup: true}\nparameters:"));
        assertThat(mayfly.command("pipeline", "list").out()).contains("0 0 * * * UTC");

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !mayfly.get("/api/v1/runs").isEmpty());
        String run = mayfly.get("/api/v1/runs").path(0).path("id").asText();
        assertThat(mayfly.command("pipeline", "delete", "clean-small").err())
                .containsPattern("has the active run [0-9a-f]+ \\(expected: none");
        assertThat(mayfly.command("pipeline", "pause", "clean-small").exit()).isZero();
        assertThat(mayfly.command("run", "cancel", run, "--reason", "enough", "--wait")
                        .exit())
                .isZero();

        JsonNode details = mayfly.get("/api/v1/runs/" + run);
        assertThat(details.path("origin").path("trigger").asText()).isEqualTo("schedule");
        assertThat(details.path("state").asText()).isEqualTo("cancelled");
        assertThat(details.path("reason").asText()).isEqualTo("enough");
        assertThat(mayfly.get("/api/v1/runs")).hasSize(1);
        assertThat(mayfly.processes()).noneMatch(line -> line.contains("mayfly.cluster="));
    }

    @Test
    void whatKeepsAServerFromStartingIsOneClearLine() throws Exception {
        Mayfly.Result sameFolder = mayfly.run(
                Duration.ofSeconds(30),
                "server",
                "--port",
                "0",
                "--data",
                mayfly.folder().toString());
        assertThat(sameFolder.exit()).isEqualTo(1);
        assertThat(sameFolder.err().strip())
                .startsWith("mayfly server: data folder " + mayfly.folder() + " is in use by another mayfly server")
                .doesNotContain("\n");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Mayfly.Result samePort = mayfly.run(
                    Duration.ofSeconds(30), "server", "--port", "" + taken.getLocalPort(), "--data", "other");
            assertThat(samePort.exit()).isEqualTo(1);
            assertThat(samePort.err().strip())
                    .contains("port " + taken.getLocalPort() + " of 127.0.0.1 can't be opened")
                    .doesNotContain("\n");
        }
        Files.createFile(folder.resolve("file"));
        Mayfly.Result noFolder = mayfly.run(Duration.ofSeconds(30), "server", "--port", "0", "--data", "file/data");
        assertThat(noFolder.exit()).isEqualTo(1);
        assertThat(noFolder.err().strip()).contains("can't be written").doesNotContain("\n");
    }

    private void transactions(String name, String line) throws IOException {
        Files.writeString(folder.resolve("in").resolve(name), line + "\n");
    }

    private void apply(String yaml) throws Exception {
        Path file = Files.writeString(
                folder.resolve("p.yaml"),
                yaml.replace("FOLDER", folder.resolve("in").toString()));
        Mayfly.Result applied = mayfly.command("pipeline", "apply", file.toString());
        assertThat(applied.exit()).as(applied.err()).isZero();
    }

    private String open() throws Exception {
        return mayfly.command("pipeline", "run", "clean-small", "--json")
                .lastLine()
                .path("runs")
                .path(0)
                .asText();
    }

    private JsonNode attempt(String run) throws Exception {
        return mayfly.get("/api/v1/runs/" + run)
                .path("tasks")
                .path(0)
                .path("attempts")
                .path(0);
    }

    private String taskState(String run) throws Exception {
        return mayfly.get("/api/v1/runs/" + run)
                .path("tasks")
                .path(0)
                .path("state")
                .asText();
    }

    private String finalState(String run) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(300))
                .until(
                        () -> mayfly.get("/api/v1/runs/" + run).path("state").asText(),
                        state -> state.matches("succeeded|failed|cancelled"));
    }
}
