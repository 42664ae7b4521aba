package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real server, killed again and again at random instants ({@code -Dmayfly.kills=N}, {@code -Dmayfly.seed=N}), with its real
 * PostgreSQL, whose backends are killed too, and with a fake cloud in a process of its own that misbehaves.
 */
class ChaosTest {

    private static final int KILLS = Integer.getInteger("mayfly.kills", 20);
    private static final long SEED = Long.getLong("mayfly.seed", new Random().nextLong());
    private static final Duration RECOVERY = Duration.ofSeconds(10);

    private static final String PIPELINE = """
            name: chaos-%d
            max_active_runs: 4
            timeout: 45 s
            cluster:
              provider: yandex
              master: {cores: 2, memory: 8 GB, disk: 20 GB, disk_type: ssd}
              workers: {count: 1, cores: 2, memory: 8 GB, disk: 20 GB, disk_type: ssd}
              max_age: 10 min
            tasks:
              clean:
                spark: {package: mayfly-jobs, main_class: Clean}
                retries: {count: 3, backoff: 500 ms}
                timeout: 10 s
              train:
                needs: [clean]
                spark: {package: mayfly-jobs, main_class: Train}
                retries: {count: 3, backoff: 500 ms}
                timeout: 10 s
            """;

    private static final String CONFIGURATION = """
            pools: {yandex: {ssd: 200 GB, cores: 32, instances: 12, operations: 5}}
            yandex:
              {folder: f, cloud: c, subnet: s, service_account: a, bucket: b, endpoint: "127.0.0.1:%d",
               token: "env:SECRET_OF_THE_TEST", staging: %s, poll_seconds: 0.5}
            """;

    private final Random random = new Random(SEED);
    private final List<Process> started = new ArrayList<>();
    private Duration slowest = Duration.ZERO;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : started) {
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void nothingIsLeakedLostOrDoubledHoweverOftenTheServerIsKilled() throws Exception {
        System.out.println("seed " + SEED + ", " + KILLS + " kills");
        Path events = folder.resolve("events.txt");
        int cloud = startCloud(events);
        Path configuration = Files.writeString(
                folder.resolve("mayfly.yaml"), CONFIGURATION.formatted(cloud, folder.resolve("staging")));
        Mayfly mayfly = new Mayfly(folder, "--config", configuration.toString());
        Process server = mayfly.server();
        for (int n = 0; n < 3; n++) {
            Path file = Files.writeString(folder.resolve(n + ".yaml"), PIPELINE.formatted(n));
            assertThat(mayfly.command("pipeline", "apply", file.toString()).exit())
                    .isZero();
        }

        int opened = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            if (random.nextInt(3) > 0) {
                mayfly.post("/api/v1/pipelines/chaos-" + random.nextInt(3) + "/runs");
                opened++;
            }
            Thread.sleep(random.nextInt(2_500));
            if (random.nextInt(4) == 0) {
                killBackends();
                Thread.sleep(random.nextInt(500));
            }
            server.destroyForcibly().waitFor();
            long begin = System.nanoTime();
            server = mayfly.server();
            Duration recovery = Duration.ofNanos(System.nanoTime() - begin);
            slowest = recovery.compareTo(slowest) > 0 ? recovery : slowest;
        }
        started.add(server);

        Awaitility.await()
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> unfinished(mayfly) == 0 && left(events).isEmpty());
        JsonNode runs = mayfly.get("/api/v1/runs?limit=9999");
        assertThat(runs).as("no run is lost").hasSize(opened);
        List<String> jobs = events(events, "job-created");
        assertThat(jobs).as("no job is submitted twice").doesNotHaveDuplicates();
        assertThat(mayfly.get("/api/v1/clusters/orphans")).isEmpty();
        assertThat(slowest).as("the server is back after a kill").isLessThan(RECOVERY);
        System.out.printf(
                "%d kills: %d runs (%s), %d clusters, %d jobs; 0 leaked, 0 lost, 0 doubled; slowest recovery %d ms%n",
                KILLS,
                opened,
                StreamSupport.stream(runs.spliterator(), false)
                        .map(run -> run.path("state").asText())
                        .collect(Collectors.groupingBy(state -> state, Collectors.counting())),
                events(events, "cluster-created").size(),
                jobs.size(),
                slowest.toMillis());
    }

    private int startCloud(Path events) throws IOException {
        Path log = folder.resolve("cloud.txt");
        started.add(new ProcessBuilder(
                        Mayfly.HOME.resolve("mayfly").toString(),
                        "fake-cloud",
                        "--port",
                        "0",
                        "--speed",
                        "60",
                        "--faults",
                        "0.5",
                        "--seed",
                        "" + SEED,
                        "--events",
                        events.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> Files.readString(log).contains("is ready at"));
        return Integer.parseInt(Files.readString(log).replaceAll("(?s).*127\\.0\\.0\\.1:(\\d+).*", "$1"));
    }

    /** Kills some of the database's backends, as an operating system short of memory does; it recovers by itself. */
    private void killBackends() throws IOException {
        Path pid = folder.resolve("mayfly-data/postgres/data/postmaster.pid");
        long postmaster = Long.parseLong(Files.readAllLines(pid).get(0).strip());
        ProcessHandle.of(postmaster).stream()
                .flatMap(ProcessHandle::children)
                .filter(child -> random.nextInt(4) == 0)
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static long unfinished(Mayfly mayfly) throws Exception {
        long unfinished = 0;
        for (JsonNode run : mayfly.get("/api/v1/runs?limit=9999")) {
            if (!run.path("state").asText().matches("succeeded|failed|cancelled")) {
                unfinished++;
            }
        }
        return unfinished;
    }

    private static Set<String> left(Path events) throws IOException {
        Set<String> left = events(events, "cluster-created").stream().collect(Collectors.toSet());
        left.removeAll(events(events, "cluster-deleted"));
        return left;
    }

    /** The names of the events of one kind. */
    private static List<String> events(Path events, String kind) throws IOException {
        return Files.readAllLines(events).stream()
                .filter(line -> line.startsWith(kind + " "))
                .map(line -> line.split(" ", -1)[1])
                .toList();
    }
}
