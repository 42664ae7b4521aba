package dev.mayfly.bench;

import dev.mayfly.postgres.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How near Mayfly is to what PostgreSQL can do at all: {@code make bench-limit}. The statements of a request are sent to the same
 * database by {@code pgbench}, prepared, by as many clients, in rounds that alternate with requests over HTTP. Prints our share.
 */
final class LimitBench {

    private static final Duration ROUND = Duration.ofSeconds(6);
    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

    /** {@code TrackingRunStore.insert} with the one tag that every run has. */
    private static final String CREATE_RUN = """
            \\set start random(1, 1000000000)
            with made as (
              insert into tracking_run (run_id, experiment_id, name, user_id, status, start_time, artifact_uri, lifecycle_stage)
              select md5(random()::text || clock_timestamp()), id, 'placid-owl-1', '', 'RUNNING', :start,
                artifact_location || '/0123456789abcdef0123456789abcdef/artifacts', 'ACTIVE'
              from experiment where id = EXPERIMENT and lifecycle_stage = 'ACTIVE'
              on conflict (run_id) do nothing returning run_id, artifact_uri),
            tagged as (
              insert into run_tag (run_id, key, value)
              select run_id, key, value from made,
                unnest(array['mlflow.runName'], array['placid-owl-1']) as tag (key, value))
            select artifact_uri from made;
            """;

    /** {@code MetricStore.insert}. */
    private static final String LOG_METRICS = """
            \\set n random(1, 1000000000)
            \\set r random(1, 200)
            with run as materialized (
              select run_id, lifecycle_stage from tracking_run where run_id = (array[RUNS])[:r] for key share),
            point as materialized (
              select run_id, point.* from run,
                unnest(array[KEYS], array[STEPS], array[STEPS], array[VALUES]::float8[]) as point (key, step, timestamp, value)
              where lifecycle_stage = 'ACTIVE'),
            history as (
              insert into metric (run_id, key, step, timestamp, value)
              select run_id, key, step, timestamp, value from point order by key, timestamp, step, value
              on conflict do nothing),
            latest as (
              insert into latest_metric (run_id, key, step, timestamp, value)
              select distinct on (key) run_id, key, step, timestamp, value from point
              order by key, step desc, timestamp desc, coalesce(nullif(value, 'NaN'), 0) desc
              on conflict (run_id, key) do update
                set step = excluded.step, timestamp = excluded.timestamp, value = excluded.value
                where (excluded.step, excluded.timestamp, coalesce(nullif(excluded.value, 'NaN'), 0))
                  > (latest_metric.step, latest_metric.timestamp, coalesce(nullif(latest_metric.value, 'NaN'), 0)))
            select lifecycle_stage from run;
            """;

    private final EmbeddedPostgres postgres;
    private final Path pgbench;
    private final Path folder;
    private final LoadDriver driver = new LoadDriver();
    private final TrackingServer server;

    private LimitBench(EmbeddedPostgres postgres, Path pgbench, Path folder, ServerProcess process) {
        this.postgres = postgres;
        this.pgbench = pgbench;
        this.folder = folder;
        this.server = new TrackingServer("Mayfly", process, driver);
    }

    /** Arguments: the launcher, and pgbench. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("mayfly-bench");
        System.out.printf(
                "machine: %d cores, %s, JDK %s; %d clients, %d rounds of %d s, alternating%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                System.getProperty("java.version"),
                LoadDriver.CLIENTS,
                LoadDriver.ROUNDS,
                ROUND.toSeconds());
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("max_connections", "200")
                .start()) {
            try (Database database = Database.connect(postgres.getJdbcUrl("postgres", "postgres"), 1)) {
                database.read(tx -> tx.execute("create database mayfly"));
            }
            ServerProcess process = ServerProcess.start(
                    Path.of(arguments[0]).toAbsolutePath(),
                    folder,
                    Map.of("MAYFLY_DATABASE_URL", postgres.getJdbcUrl("postgres", "mayfly")));
            try {
                new LimitBench(postgres, Path.of(arguments[1]), folder, process).run();
            } finally {
                process.stop();
            }
        }
    }

    private void run() throws Exception {
        server.prepare();
        compare("create run", TrackingServer::createRun, CREATE_RUN.replace("EXPERIMENT", server.small));
        compare("log-metric", TrackingServer::logMetric, logging(1));
        compare("log-batch of 10, many runs", some -> some.logBatch(some.anyRun(), 10), logging(10));
    }

    private String logging(int metrics) {
        List<String> keys = new ArrayList<>();
        for (int n = 0; n < metrics; n++) {
            keys.add("'b" + n + "'");
        }
        String runs = String.join(
                ",", server.runs.stream().map(run -> "'" + run + "'").toList());
        return LOG_METRICS
                .replace("RUNS", runs)
                .replace("KEYS", String.join(",", keys))
                .replace(
                        "STEPS",
                        String.join(",", keys.stream().map(key -> ":n::bigint").toList()))
                .replace(
                        "VALUES",
                        String.join(",", keys.stream().map(key -> "0.5").toList()));
    }

    private void compare(String what, Function<TrackingServer, HttpRequest> call, String script) throws Exception {
        Path file = Files.writeString(folder.resolve("limit.sql"), script.replaceAll("\\n(?!\\\\|with)", " "));
        driver.round(server, call, ROUND);
        double[] limits = new double[LoadDriver.ROUNDS];
        double[] ours = new double[LoadDriver.ROUNDS];
        double[] shares = new double[LoadDriver.ROUNDS];
        for (int n = 0; n < LoadDriver.ROUNDS; n++) {
            limits[n] = limit(file);
            ours[n] = driver.round(server, call, ROUND).perSecond();
            shares[n] = 100 * ours[n] / limits[n];
        }
        Arrays.sort(shares);
        System.out.printf(
                "%-28s pgbench %,8.0f/s | Mayfly %,8.0f/s %,4d MB | %.0f %% (%.0f to %.0f; goal >= 60 %%)%n",
                what,
                LoadDriver.median(Arrays.stream(limits)),
                LoadDriver.median(Arrays.stream(ours)),
                server.residentBytes() >> 20,
                shares[LoadDriver.ROUNDS / 2],
                shares[0],
                shares[LoadDriver.ROUNDS - 1]);
    }

    private double limit(Path script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        pgbench.toString(),
                        "--no-vacuum",
                        "--protocol=prepared",
                        "--client=" + LoadDriver.CLIENTS,
                        "--jobs=2",
                        "--time=" + ROUND.toSeconds(),
                        "--file=" + script,
                        "--host=127.0.0.1",
                        "--port=" + postgres.getPort(),
                        "--username=postgres",
                        "mayfly")
                .redirectErrorStream(true);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher tps = TPS.matcher(output);
        if (process.waitFor() != 0 || !tps.find()) {
            throw new IOException("pgbench failed: " + output);
        }
        return Double.parseDouble(tps.group(1));
    }
}
