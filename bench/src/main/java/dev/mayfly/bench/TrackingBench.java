package dev.mayfly.bench;

import dev.mayfly.postgres.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Mayfly beside MLflow's own server, on one PostgreSQL server, under one load driver of 20 clients, in alternating rounds: {@code
 * make bench-tracking}. Prints requests a second and the 95th percentile of both, and their ratio with its spread.
 */
public final class TrackingBench {

    private static final int CLIENTS = 20;
    private static final int ROUNDS = 3;
    private static final Duration ROUND = Duration.ofSeconds(4);
    private static final int RUNS = 23_500;
    private static final String API = "/api/2.0/mlflow/";
    private static final Pattern RUN_ID = Pattern.compile("\"run_id\"\\s*:\\s*\"([0-9a-f]{32})\"");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong numbers = new AtomicLong();

    private TrackingBench() {}

    /** Arguments: the launcher, and MLflow's own command, whose environment has psycopg2. */
    public static void main(String[] arguments) throws Exception {
        Path launcher = Path.of(arguments[0]).toAbsolutePath();
        Path mlflow = Path.of(arguments[1]).toAbsolutePath();
        System.out.printf(
                "machine: %d cores, %s, JDK %s; %d clients, %d rounds of %d s each, alternating%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                System.getProperty("java.version"),
                CLIENTS,
                ROUNDS,
                ROUND.toSeconds());
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("max_connections", "200")
                .start()) {
            try (Database database = Database.connect(postgres.getJdbcUrl("postgres", "postgres"), 1)) {
                database.read(tx -> tx.execute("create database mlflow"));
                database.read(tx -> tx.execute("create database mayfly"));
            }
            new TrackingBench().compare(launcher, mlflow, postgres);
        }
    }

    private void compare(Path launcher, Path mlflow, EmbeddedPostgres postgres) throws Exception {
        Path folder = Files.createTempDirectory("mayfly-bench");
        String ours = postgres.getJdbcUrl("postgres", "mayfly");
        ServerProcess mayfly =
                ServerProcess.start(launcher, folder.resolve("mayfly-data"), Map.of("MAYFLY_DATABASE_URL", ours));
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Process peer = new ProcessBuilder(
                        mlflow.toString(),
                        "server",
                        "--backend-store-uri",
                        "postgresql+psycopg2://postgres@127.0.0.1:" + postgres.getPort() + "/mlflow",
                        "--artifacts-destination",
                        folder.resolve("mlflow").toString(),
                        "--port",
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("mlflow.txt").toFile())
                .start();
        try {
            Server one = new Server("MLflow", "http://127.0.0.1:" + port);
            Server two = new Server("Mayfly", mayfly.url());
            awaitHealth(one.url);
            for (Server server : List.of(one, two)) {
                server.prepare();
            }
            fill(postgres, one.experiment, two.experiment);
            scenarios(one, two);
            System.out.printf("resident memory of Mayfly afterwards: %d MB%n", mayfly.residentBytes() >> 20);
        } finally {
            peer.descendants().forEach(ProcessHandle::destroy);
            peer.destroy();
            if (!peer.waitFor(10, TimeUnit.SECONDS)) {
                peer.destroyForcibly();
            }
            mayfly.stop();
        }
    }

    private void scenarios(Server one, Server two) throws Exception {
        compare(
                "create run",
                one,
                two,
                server -> post(
                        server,
                        "runs/create",
                        "{\"experiment_id\":\"" + server.small + "\",\"start_time\":" + numbers.incrementAndGet()
                                + "}"));
        compare(
                "log-metric",
                one,
                two,
                server -> post(
                        server, "runs/log-metric", "{\"run_id\":\"" + server.anyRun() + "\"," + metric("m") + "}"));
        compare(
                "log-batch of 10, many runs",
                one,
                two,
                server -> post(server, "runs/log-batch", batch(server.anyRun(), 10)));
        compare(
                "log-batch of 10, one run",
                one,
                two,
                server -> post(server, "runs/log-batch", batch(server.runs.get(0), 10)));
        compare(
                "log-batch of 500, many runs",
                one,
                two,
                server -> post(server, "runs/log-batch", batch(server.anyRun(), 500)));
        compare("get run", one, two, server -> get(server, "runs/get?run_id=" + server.anyRun()));
        compare(
                "search 1,000 of 23,500 runs",
                one,
                two,
                server -> post(
                        server,
                        "runs/search",
                        "{\"experiment_ids\":[\"" + server.experiment + "\"],\"max_results\":1000}"));
        compare(
                "filter and order by metrics",
                one,
                two,
                server -> post(
                        server,
                        "runs/search",
                        "{\"experiment_ids\":[\"" + server.experiment
                                + "\"],\"max_results\":100,\"filter\":\"metrics.m1 > 0.9"
                                + " and params.p1 = '3'\",\"order_by\":[\"metrics.m2 DESC\"]}"));
    }

    /** One request; the answer's status is checked by the caller. */
    private interface Call {
        HttpRequest request(Server server);
    }

    private final class Server {

        final String name;
        final String url;
        final List<String> runs = new ArrayList<>();
        String experiment = "";
        String small = "";

        Server(String name, String url) {
            this.name = name;
            this.url = url;
        }

        void prepare() throws Exception {
            experiment = id(send(post(this, "experiments/create", "{\"name\":\"large\"}")));
            small = id(send(post(this, "experiments/create", "{\"name\":\"small\"}")));
            for (int n = 0; n < 200; n++) {
                Matcher matcher =
                        RUN_ID.matcher(send(post(this, "runs/create", "{\"experiment_id\":\"" + small + "\"}")));
                if (!matcher.find()) {
                    throw new IllegalStateException(name + " made no run");
                }
                runs.add(matcher.group(1));
            }
        }

        String anyRun() {
            return runs.get((int) (numbers.incrementAndGet() % runs.size()));
        }

        private String id(String reply) {
            return reply.replaceAll("(?s).*\"experiment_id\"\\s*:\\s*\"(\\d+)\".*", "$1");
        }
    }

    private record Measured(double perSecond, double p95Millis, int failed) {}

    private void compare(String what, Server one, Server two, Call call) throws Exception {
        round(one, call, Duration.ofSeconds(1));
        round(two, call, Duration.ofSeconds(2));
        List<Measured> theirs = new ArrayList<>();
        List<Measured> ours = new ArrayList<>();
        for (int n = 0; n < ROUNDS; n++) {
            theirs.add(round(one, call, ROUND));
            ours.add(round(two, call, ROUND));
        }
        double[] ratios = new double[ROUNDS];
        for (int n = 0; n < ROUNDS; n++) {
            ratios[n] = ours.get(n).perSecond / theirs.get(n).perSecond;
        }
        Arrays.sort(ratios);
        int failed = theirs.stream().mapToInt(Measured::failed).sum();
        System.out.printf(
                "%-30s MLflow %,8.1f/s p95 %7.1f ms | Mayfly %,8.1f/s p95 %7.1f ms | %.1f times (%.1f to %.1f), p95 1/%.1f%s%n",
                what,
                median(theirs.stream().mapToDouble(Measured::perSecond)),
                median(theirs.stream().mapToDouble(Measured::p95Millis)),
                median(ours.stream().mapToDouble(Measured::perSecond)),
                median(ours.stream().mapToDouble(Measured::p95Millis)),
                ratios[ROUNDS / 2],
                ratios[0],
                ratios[ROUNDS - 1],
                median(theirs.stream().mapToDouble(Measured::p95Millis))
                        / median(ours.stream().mapToDouble(Measured::p95Millis)),
                failed == 0 ? "" : "; " + failed + " requests to MLflow failed, and do not count");
    }

    private Measured round(Server server, Call call, Duration length) throws Exception {
        ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<IOException> failures = new ConcurrentLinkedQueue<>();
        long end = System.nanoTime() + length.toNanos();
        List<Thread> threads = new ArrayList<>();
        long begin = System.nanoTime();
        for (int n = 0; n < CLIENTS; n++) {
            Thread thread = new Thread(() -> {
                try {
                    while (System.nanoTime() < end) {
                        long sent = System.nanoTime();
                        try {
                            send(call.request(server));
                            millis.add((System.nanoTime() - sent) / 1e6);
                        } catch (IOException e) {
                            failures.add(e);
                        }
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (!failures.isEmpty() && (millis.isEmpty() || server.name.equals("Mayfly"))) {
            throw failures.peek();
        }
        double[] sorted =
                millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Measured(sorted.length / seconds, sorted[sorted.length * 95 / 100], failures.size());
    }

    private String send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(request.uri() + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private static HttpRequest post(Server server, String path, String body) {
        return HttpRequest.newBuilder(URI.create(server.url + API + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static HttpRequest get(Server server, String path) {
        return HttpRequest.newBuilder(URI.create(server.url + API + path)).build();
    }

    private String metric(String key) {
        long number = numbers.incrementAndGet();
        return "\"key\":\"" + key + "\",\"value\":" + number % 1_000 / 1e3 + ",\"timestamp\":" + number + ",\"step\":"
                + number;
    }

    private String batch(String run, int metrics) {
        StringBuilder body = new StringBuilder("{\"run_id\":\"").append(run).append("\",\"metrics\":[");
        for (int n = 0; n < metrics; n++) {
            body.append(n == 0 ? "{" : ",{").append(metric("b" + n)).append('}');
        }
        return body.append("]}").toString();
    }

    private static double median(java.util.stream.DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** The same runs for both, by SQL: five metrics and two parameters each. */
    private static void fill(EmbeddedPostgres postgres, String theirs, String ours) {
        try (Database database = Database.connect(postgres.getJdbcUrl("postgres", "mlflow"), 1)) {
            database.useTransaction(tx -> {
                tx.execute("""
                        insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status,
                          start_time, end_time, lifecycle_stage, artifact_uri, experiment_id)
                        select md5(n::text), 'run ' || n, 'LOCAL', '', '', 'ann', 'FINISHED', n, n, 'active', 'mlflow-artifacts:/x', ?
                        from generate_series(1, ?) n""", Integer.valueOf(theirs), RUNS);
                tx.execute("""
                        insert into latest_metrics (key, value, timestamp, step, is_nan, run_uuid)
                        select 'm' || k, (n * k % 1000) / 1000.0, n, 0, false, md5(n::text)
                        from generate_series(1, ?) n, generate_series(1, 5) k""", RUNS);
                tx.execute("""
                        insert into params (key, value, run_uuid)
                        select 'p' || k, (n % 10)::text, md5(n::text)
                        from generate_series(1, ?) n, generate_series(1, 2) k""", RUNS);
            });
            database.read(tx -> tx.execute("analyze"));
        }
        try (Database database = Database.connect(postgres.getJdbcUrl("postgres", "mayfly"), 1)) {
            database.useTransaction(tx -> {
                tx.execute("""
                        insert into tracking_run (run_id, experiment_id, name, user_id, status, start_time, end_time,
                          artifact_uri, lifecycle_stage)
                        select md5(n::text), ?, 'run ' || n, 'ann', 'FINISHED', n, n, 'mlflow-artifacts:/x', 'ACTIVE'
                        from generate_series(1, ?) n""", Long.valueOf(ours), RUNS);
                tx.execute("""
                        insert into latest_metric (run_id, key, step, timestamp, value)
                        select md5(n::text), 'm' || k, 0, n, (n * k % 1000) / 1000.0
                        from generate_series(1, ?) n, generate_series(1, 5) k""", RUNS);
                tx.execute("""
                        insert into param (run_id, key, value)
                        select md5(n::text), 'p' || k, (n % 10)::text
                        from generate_series(1, ?) n, generate_series(1, 2) k""", RUNS);
            });
            database.read(tx -> tx.execute("analyze"));
        }
    }

    private void awaitHealth(String url) throws Exception {
        for (int n = 0; n < 600; n++) {
            try {
                send(HttpRequest.newBuilder(URI.create(url + "/health")).build());
                return;
            } catch (IOException e) {
                Thread.sleep(200);
            }
        }
        throw new IOException(url + " does not answer");
    }
}
