package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real server, killed again and again at random instants ({@code -Dmayfly.kills=N}, {@code -Dmayfly.seed=N}), with its real
 * PostgreSQL, whose backends are killed too, or which is killed itself ({@code -Dmayfly.databaseKills=N}), and with a
 * fake cloud in a process of its own that misbehaves.
 */
class ChaosTest {

    private static final int KILLS = Integer.getInteger("mayfly.kills", 4);
    private static final int DATABASE_KILLS = Integer.getInteger("mayfly.databaseKills", 1);
    private static final long SEED = Long.getLong("mayfly.seed", new Random().nextLong());

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
              {folder: f, cloud: c, subnet: s, service_account: a, bucket: b, endpoint: "%s",
               token: "env:SECRET_OF_THE_TEST", staging: %s, poll_seconds: 0.5}
            """;

    private final Random random = new Random(SEED);
    private Duration slowest = Duration.ZERO;
    private int opened;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void nothingIsLeakedLostOrDoubledHoweverOftenTheServerIsKilled() throws Exception {
        try (FakeCloud cloud = startCloud()) {
            Mayfly mayfly = new Mayfly(folder, "--config", configuration(cloud).toString());
            storm(cloud, List.of(mayfly), KILLS, this::killBackends, ChaosTest::killServer);
        }
    }

    @Test
    void norIfTheDatabaseIsKilledWhileTheServerGoesOn() throws Exception {
        try (FakeCloud cloud = startCloud()) {
            Mayfly mayfly = new Mayfly(folder, "--config", configuration(cloud).toString());
            storm(cloud, List.of(mayfly), DATABASE_KILLS, this::killBackends, (plane, server) -> {
                postmaster().destroyForcibly();
                // what /health says was true a second ago: a list is asked of the database itself
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> plane.healthy()
                                && plane.get("/api/v1/runs?limit=1").isArray());
                assertThat(server.isAlive()).isTrue();
                return server;
            });
        }
    }

    @Test
    void norIfTwoServersShareADatabaseAndAreKilledInTurn() throws Exception {
        try (FakeCloud cloud = startCloud();
                EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .start()) {
            List<Mayfly> planes = new ArrayList<>();
            for (String name : List.of("one", "two")) {
                Path own = Files.createDirectory(folder.resolve(name));
                planes.add(new Mayfly(own, "--config", configuration(cloud).toString())
                        .with("MAYFLY_DATABASE_URL", postgres.getJdbcUrl("postgres", "postgres")));
            }
            storm(cloud, planes, KILLS / 2, () -> {}, ChaosTest::killServer);
        }
    }

    private FakeCloud startCloud() throws IOException {
        return FakeCloud.start(folder, "--speed", "60", "--faults", "0.5", "--seed", "" + SEED);
    }

    private Path configuration(FakeCloud cloud) throws IOException {
        return Files.writeString(
                folder.resolve("mayfly.yaml"), CONFIGURATION.formatted(cloud.endpoint(), folder.resolve("staging")));
    }

    /** What may go wrong beside the kills. */
    private interface Trouble {
        void strike() throws Exception;
    }

    /** Kills something; returns the server's process when it is in service again. */
    private interface Kill {
        Process strike(Mayfly plane, Process server) throws Exception;
    }

    private static Process killServer(Mayfly plane, Process server) throws Exception {
        server.destroyForcibly().waitFor();
        return plane.server();
    }

    private void storm(FakeCloud cloud, List<Mayfly> planes, int kills, Trouble trouble, Kill act) throws Exception {
        System.out.println("seed " + SEED + ", " + planes.size() + " servers, " + kills + " kills");
        List<Process> servers = new ArrayList<>();
        for (Mayfly plane : planes) {
            servers.add(plane.server());
        }
        try {
            apply(planes.get(0));
            for (int kill = 0; kill < kills; kill++) {
                int victim = random.nextInt(planes.size());
                if (random.nextInt(3) > 0) {
                    opened += open(planes.get(victim), "chaos-" + random.nextInt(3));
                }
                Thread.sleep(random.nextInt(2_500));
                if (random.nextInt(4) == 0) {
                    trouble.strike();
                    Thread.sleep(random.nextInt(500));
                }
                long begin = System.nanoTime();
                servers.set(victim, act.strike(planes.get(victim), servers.get(victim)));
                Duration recovery = Duration.ofNanos(System.nanoTime() - begin);
                slowest = recovery.compareTo(slowest) > 0 ? recovery : slowest;
            }
            judge(cloud, planes.get(0), kills);
        } finally {
            for (Process server : servers) {
                server.destroy();
                assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    /** Returns how many runs it opened: none if the database has just gone. */
    private static int open(Mayfly mayfly, String pipeline) throws IOException, InterruptedException {
        JsonNode answer = mayfly.post("/api/v1/pipelines/" + pipeline + "/runs");
        return answer.path("type").asText().equals("/api#unavailable") ? 0 : 1;
    }

    private void apply(Mayfly mayfly) throws Exception {
        for (int n = 0; n < 3; n++) {
            Path file = Files.writeString(folder.resolve(n + ".yaml"), PIPELINE.formatted(n));
            assertThat(mayfly.command("pipeline", "apply", file.toString()).exit())
                    .isZero();
        }
    }

    private void judge(FakeCloud cloud, Mayfly mayfly, int kills) throws Exception {
        Awaitility.await()
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> unfinished(mayfly) == 0 && cloud.left().isEmpty());
        JsonNode runs = mayfly.get("/api/v1/runs?limit=9999");
        assertThat(runs).as("no run is lost").hasSize(opened);
        List<String> jobs = cloud.events("job-created");
        assertThat(jobs).as("no job is submitted twice").doesNotHaveDuplicates();
        assertThat(orphans(mayfly)).isEmpty();
        System.out.printf(
                "%d kills: %d runs (%s), %d clusters, %d jobs; 0 leaked, 0 lost, 0 doubled; slowest recovery %d ms%n",
                kills,
                opened,
                StreamSupport.stream(runs.spliterator(), false)
                        .map(run -> run.path("state").asText())
                        .collect(Collectors.groupingBy(state -> state, Collectors.counting())),
                cloud.events("cluster-created").size(),
                jobs.size(),
                slowest.toMillis());
    }

    /** Kills some of the database's backends, as an operating system short of memory does; it recovers by itself. */
    private void killBackends() throws IOException {
        postmaster().children().filter(child -> random.nextInt(4) == 0).forEach(ProcessHandle::destroyForcibly);
    }

    private ProcessHandle postmaster() throws IOException {
        Path pid = folder.resolve("mayfly-data/postgres/data/postmaster.pid");
        return ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).get(0).strip()))
                .orElseThrow();
    }

    /** Asks until the cloud, which misbehaves, does not. */
    private static JsonNode orphans(Mayfly mayfly) {
        return Awaitility.await()
                .until(
                        () -> mayfly.get("/api/v1/clusters/orphans"),
                        answer -> !answer.path("type").asText().equals("/api#unavailable"));
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
}
