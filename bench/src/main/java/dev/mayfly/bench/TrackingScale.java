package dev.mayfly.bench;

import dev.mayfly.postgres.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Mayfly alone with 1,000,000 runs of 20 metrics in one experiment and 100,000,000 points, loaded by COPY: pages of 100 runs, first ones
 * and deep ones, and log-batch, before and after. {@code make bench-scale}; takes some 20 minutes and 40 GB of disk.
 */
final class TrackingScale {

    private static final int FEW = 10_000;
    private static final int METRICS = 20;
    private static final int POINTS = 5;
    private static final int CHUNK = 100_000;
    private static final int REQUESTS = 200;
    private static final int DEEP = 50;
    private static final int PAGES = 40;
    private static final Pattern TOKEN = Pattern.compile("\"next_page_token\"\\s*:\\s*\"([^\"]+)\"");
    private static final String API = "/api/2.0/mlflow/";

    private final Database database;
    private final Path folder;
    private final LoadDriver driver = new LoadDriver();
    private final AtomicLong numbers = new AtomicLong();

    private TrackingScale(Database database, Path folder) {
        this.database = database;
        this.folder = folder;
    }

    /** Arguments: the launcher, and how many runs (1,000,000). */
    public static void main(String[] arguments) throws Exception {
        Path launcher = Path.of(arguments[0]).toAbsolutePath();
        int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
        System.out.printf(
                "machine: %d cores, JDK %s; %d clients%n",
                Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"), LoadDriver.CLIENTS);
        Path folder = Files.createTempDirectory("mayfly-bench");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("max_connections", "100")
                .setServerConfig("shared_buffers", "2GB")
                .setServerConfig("maintenance_work_mem", "2GB")
                .setServerConfig("max_wal_size", "8GB")
                .start()) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            Map<String, String> variables = Map.of("MAYFLY_DATABASE_URL", url);
            ServerProcess.start(launcher, folder.resolve("data"), variables).stop();
            try (Database database = Database.connect(url, 2)) {
                TrackingScale bench = new TrackingScale(database, folder);
                bench.load(0, FEW);
                ServerProcess server = ServerProcess.start(launcher, folder.resolve("data"), variables);
                bench.logBatch(server, FEW);
                server.stop();
                bench.load(FEW, runs);
                server = ServerProcess.start(launcher, folder.resolve("data"), variables);
                bench.logBatch(server, runs);
                bench.pages(server, "newest first", "");
                bench.pages(server, "ordered by a metric", "\"order_by\":[\"metrics.m2 DESC\"],");
                bench.pages(
                        server,
                        "filtered and ordered by metrics",
                        "\"filter\":\"metrics.m1 > 0.9 and params.p1 = '3'\",\"order_by\":[\"metrics.m2 DESC\"],");
                bench.pages(server, "filtered: 1 of 10,000", "\"filter\":\"metrics.m1 > 0.9999\",");
                System.out.printf("resident memory: %d MB%n", server.residentBytes() >> 20);
                server.stop();
            }
        }
    }

    private static String id(long run) {
        return String.format("%032x", run * 0x9E3779B97F4A7C15L);
    }

    /** Adds runs by COPY, without the indexes, which it builds again afterwards. */
    private void load(int from, int to) throws IOException {
        long begin = System.nanoTime();
        database.read(tx -> tx.execute("""
                insert into experiment (id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
                overriding system value values (1000, 'scale', 'mlflow-artifacts:/1000', 'ACTIVE', 1, 1)
                on conflict do nothing"""));
        List<String> constraints =
                database.read(tx -> tx.createQuery("""
                        select 'alter table ' || conrelid::regclass || ' add constraint ' || conname || ' '
                          || pg_get_constraintdef(oid) from pg_constraint
                        where contype = 'p' and conrelid in ('metric'::regclass, 'latest_metric'::regclass)""").mapTo(String.class).list());
        List<String> indexes =
                database.read(tx -> tx.createQuery("""
                        select indexdef from pg_indexes where tablename in ('metric', 'latest_metric')
                          and indexname not in (select conname from pg_constraint where contype = 'p')""").mapTo(String.class).list());
        indexes.forEach(index -> database.read(tx -> tx.execute("drop index " + index.split(" ", -1)[2])));
        for (String table : List.of("metric", "latest_metric")) {
            database.read(tx -> tx.execute("alter table " + table + " drop constraint " + table + "_pkey"));
        }
        for (int chunk = from; chunk < to; chunk += CHUNK) {
            copy(chunk, Math.min(to, chunk + CHUNK));
            System.out.printf("  %,d runs after %d s%n", Math.min(to, chunk + CHUNK), seconds(begin));
        }
        constraints.forEach(constraint -> database.read(tx -> tx.execute(constraint)));
        indexes.forEach(index -> database.read(tx -> tx.execute(index)));
        database.read(tx -> tx.execute("vacuum analyze"));
        System.out.printf(
                "%,d runs with %d metrics each, %,d points, loaded and indexed in %d s%n",
                to, METRICS, (long) to * METRICS * POINTS, seconds(begin));
    }

    private static long seconds(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    }

    private void copy(int from, int to) throws IOException {
        Random random = new Random(from);
        Path runs = folder.resolve("runs");
        Path params = folder.resolve("params");
        Path latest = folder.resolve("latest");
        Path points = folder.resolve("points");
        try (BufferedWriter r = Files.newBufferedWriter(runs);
                BufferedWriter p = Files.newBufferedWriter(params);
                BufferedWriter l = Files.newBufferedWriter(latest);
                BufferedWriter m = Files.newBufferedWriter(points)) {
            for (int run = from; run < to; run++) {
                String id = id(run);
                r.write(id + "\t1000\trun " + run + "\tann\tFINISHED\t" + run + "\t" + run + "\tmlflow-artifacts:/1000/"
                        + id + "/artifacts\tACTIVE\n");
                p.write(id + "\tp1\t" + random.nextInt(10) + "\n");
                for (int key = 0; key < METRICS; key++) {
                    for (int point = 0; point < POINTS; point++) {
                        String row = id + "\tm" + key + "\t" + point + "\t" + (run + point) + "\t" + random.nextFloat()
                                + "\n";
                        m.write(row);
                        if (point == POINTS - 1) {
                            l.write(row);
                        }
                    }
                }
            }
        }
        copyIn(
                "tracking_run (run_id, experiment_id, name, user_id, status, start_time, end_time, artifact_uri, lifecycle_stage)",
                runs);
        copyIn("param (run_id, key, value)", params);
        copyIn("latest_metric (run_id, key, step, timestamp, value)", latest);
        copyIn("metric (run_id, key, step, timestamp, value)", points);
    }

    private void copyIn(String table, Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        database.read(tx -> tx.execute("copy " + table + " from '" + file + "'"));
        Files.delete(file);
    }

    private record Scaled(String name, ServerProcess process) implements LoadDriver.Target {
        @Override
        public long residentBytes() throws IOException {
            return process.residentBytes();
        }
    }

    private void logBatch(ServerProcess server, int runs) throws Exception {
        Scaled target = new Scaled("Mayfly", server);
        Random random = new Random(7);
        List<LoadDriver.Measured> rounds = new ArrayList<>();
        for (int n = 0; n <= LoadDriver.ROUNDS; n++) {
            rounds.add(
                    driver.round(target, one -> batch(one.process(), id(random.nextInt(runs))), Duration.ofSeconds(5)));
        }
        List<LoadDriver.Measured> warm = rounds.subList(1, rounds.size());
        System.out.printf(
                "log-batch of 10 on any of %,d runs: %,.0f/s, p95 %.1f ms%n",
                runs,
                LoadDriver.median(warm.stream().mapToDouble(LoadDriver.Measured::perSecond)),
                LoadDriver.median(warm.stream().mapToDouble(LoadDriver.Measured::p95Millis)));
    }

    private HttpRequest batch(ServerProcess server, String run) {
        StringBuilder body = new StringBuilder("{\"run_id\":\"" + run + "\",\"metrics\":[");
        for (int n = 0; n < 10; n++) {
            long number = numbers.incrementAndGet();
            body.append(n == 0 ? "" : ",")
                    .append("{\"key\":\"b" + n + "\",\"value\":0." + number % 1_000 + ",\"timestamp\":" + number
                            + ",\"step\":" + number + "}");
        }
        return post(server, "runs/log-batch", body.append("]}").toString());
    }

    private static HttpRequest post(ServerProcess server, String path, String body) {
        return HttpRequest.newBuilder(URI.create(server.url() + API + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** Measures the first page many times, and pages far behind it, by one client. */
    private void pages(ServerProcess server, String what, String clauses) throws Exception {
        String query = "{\"experiment_ids\":[\"1000\"],\"max_results\":100," + clauses;
        double[] first = new double[REQUESTS];
        for (int n = -20; n < REQUESTS; n++) {
            long begin = System.nanoTime();
            driver.send(post(server, "runs/search", query + "\"page_token\":\"\"}"));
            if (n >= 0) {
                first[n] = (System.nanoTime() - begin) / 1e6;
            }
        }
        List<Double> deep = new ArrayList<>();
        String token = "";
        for (int page = 0; page < DEEP + PAGES; page++) {
            long begin = System.nanoTime();
            Matcher next = TOKEN.matcher(
                    driver.send(post(server, "runs/search", query + "\"page_token\":\"" + token + "\"}")));
            if (page >= DEEP) {
                deep.add((System.nanoTime() - begin) / 1e6);
            }
            if (!next.find()) {
                break;
            }
            token = next.group(1);
        }
        Arrays.sort(first);
        double[] sorted =
                deep.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        System.out.printf(
                "%-34s first page p50 %.1f ms, p95 %.1f ms; %s%n",
                what,
                first[REQUESTS / 2],
                first[REQUESTS * 95 / 100],
                sorted.length == 0
                        ? "fewer than " + DEEP + " pages"
                        : "pages " + DEEP + " to " + (DEEP + PAGES)
                                + ": p50 %.1f ms, p95 %.1f ms"
                                        .formatted(sorted[sorted.length / 2], sorted[sorted.length * 95 / 100]));
    }
}
