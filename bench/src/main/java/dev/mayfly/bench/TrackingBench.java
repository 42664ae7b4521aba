package dev.mayfly.bench;

import dev.mayfly.postgres.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Mayfly beside MLflow's own server, on one PostgreSQL server, under one load driver of 20 clients, in alternating rounds: {@code
 * make bench-tracking}. Prints requests a second, the 95th percentile and the resident memory of both, and their ratio with its
 * spread.
 */
final class TrackingBench {

    /** What clients ask, by name. */
    static final Map<String, Function<TrackingServer, HttpRequest>> CALLS = new LinkedHashMap<>();

    static {
        CALLS.put("create run", TrackingServer::createRun);
        CALLS.put("log-metric", TrackingServer::logMetric);
        CALLS.put("log-batch of 10, many runs", server -> server.logBatch(server.anyRun(), 10));
        CALLS.put("log-batch of 10, one run", server -> server.logBatch(server.runs.get(0), 10));
        CALLS.put("log-batch of 500, many runs", server -> server.logBatch(server.anyRun(), 500));
        CALLS.put("get run", server -> server.get("runs/get?run_id=" + server.anyRun()));
        CALLS.put("search 1,000 of 23,500 runs", server -> server.search(server.large, "\"max_results\":1000"));
        String byMetric = "\"max_results\":100,\"filter\":\"metrics.m1 > 0.9 and params.p1 = '3'\","
                + "\"order_by\":[\"metrics.m2 DESC\"]";
        CALLS.put("filter and order in 23,500 runs", server -> server.search(server.large, byMetric));
        CALLS.put("filter and order in 100,000 runs", server -> server.search(server.larger, byMetric));
        CALLS.put(
                "history of 100,000 points",
                server -> server.get(
                        "metrics/get-history?metric_key=loss&max_results=25000&run_id=" + TrackingRows.LONG_RUN));
        CALLS.put(
                "registry search by tag",
                server -> server.get("registered-models/search?max_results=100&filter=tags.team%20%3D%20%277%27"));
    }

    private TrackingBench() {}

    /**
     * Arguments: the launcher, MLflow's own command, whose environment has psycopg2, and parts of the names of the
     * steps to run (default: all).
     */
    public static void main(String[] arguments) throws Exception {
        Path launcher = Path.of(arguments[0]).toAbsolutePath();
        Path mlflow = Path.of(arguments[1]).toAbsolutePath();
        List<String> only = List.of(arguments).subList(2, arguments.length);
        System.out.printf(
                "machine: %d cores, %s, JDK %s; %d clients, %d rounds, alternating%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                System.getProperty("java.version"),
                LoadDriver.CLIENTS,
                LoadDriver.ROUNDS);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("max_connections", "200")
                .start()) {
            try (Database database = Database.connect(postgres.getJdbcUrl("postgres", "postgres"), 1)) {
                database.read(tx -> tx.execute("create database mlflow"));
                database.read(tx -> tx.execute("create database mayfly"));
            }
            compare(launcher, mlflow, postgres, only);
        }
    }

    private static void compare(Path launcher, Path mlflow, EmbeddedPostgres postgres, List<String> only)
            throws Exception {
        Path folder = Files.createTempDirectory("mayfly-bench");
        String backend = "postgresql+psycopg2://postgres@127.0.0.1:" + postgres.getPort() + "/mlflow";
        Map<String, String> variables = Map.of("MAYFLY_DATABASE_URL", postgres.getJdbcUrl("postgres", "mayfly"));
        Starter starter = new Starter(launcher, mlflow, folder, backend, variables);
        if (chosen(only, "start")) {
            starter.compare();
        }
        ServerProcess peer = starter.mlflow();
        ServerProcess mayfly = starter.mayfly();
        try {
            LoadDriver driver = new LoadDriver();
            TrackingServer one = new TrackingServer("MLflow", peer, driver);
            TrackingServer two = new TrackingServer("Mayfly", mayfly, driver);
            if (chosen(only, "day")) {
                new WorkingDay(mlflow.resolveSibling("python"), folder).compare(one, two);
            }
            if (chosen(only, "artifacts")) {
                new ArtifactTransfers(folder).compare(one, two);
            }
            Map<String, Function<TrackingServer, HttpRequest>> calls = new LinkedHashMap<>(CALLS);
            calls.keySet().removeIf(call -> !chosen(only, call));
            if (!calls.isEmpty()) {
                one.prepare();
                two.prepare();
                TrackingRows.fillMlflow(postgres.getJdbcUrl("postgres", "mlflow"), one);
                TrackingRows.fillMayfly(postgres.getJdbcUrl("postgres", "mayfly"), two);
            }
            for (Map.Entry<String, Function<TrackingServer, HttpRequest>> call : calls.entrySet()) {
                driver.compare(call.getKey(), one, two, call.getValue());
            }
        } finally {
            peer.stop();
            mayfly.stop();
        }
    }

    /** Starts both servers. */
    private record Starter(Path launcher, Path command, Path folder, String backend, Map<String, String> variables) {

        ServerProcess mlflow() throws Exception {
            return ServerProcess.startMlflow(command, folder.resolve("mlflow"), backend);
        }

        ServerProcess mayfly() throws Exception {
            return ServerProcess.start(launcher, folder.resolve("mayfly"), variables);
        }

        /**
         * Measures how long each takes to be ready while the other is down. The first start, which creates the tables,
         * does not count.
         */
        void compare() throws Exception {
            mlflow().stop();
            mayfly().stop();
            List<Double> theirs = new ArrayList<>();
            List<Double> ours = new ArrayList<>();
            long theirMemory = 0;
            long ourMemory = 0;
            for (int n = 0; n < LoadDriver.ROUNDS; n++) {
                long begin = System.nanoTime();
                ServerProcess peer = mlflow();
                theirs.add((System.nanoTime() - begin) / 1e9);
                theirMemory = peer.residentBytes();
                peer.stop();
                begin = System.nanoTime();
                ServerProcess mayfly = mayfly();
                ours.add((System.nanoTime() - begin) / 1e9);
                ourMemory = mayfly.residentBytes();
                mayfly.stop();
            }
            double their = LoadDriver.median(theirs.stream().mapToDouble(Double::doubleValue));
            double our = LoadDriver.median(ours.stream().mapToDouble(Double::doubleValue));
            System.out.printf(
                    "start until /health answers: MLflow %.1f s, %,d MB | Mayfly %.1f s, %d MB | %.1f times%n",
                    their, theirMemory >> 20, our, ourMemory >> 20, their / our);
        }
    }

    /** Whether a step is asked for: by a part of its name, or because none is. */
    static boolean chosen(List<String> only, String step) {
        return only.isEmpty() || only.stream().anyMatch(step::contains);
    }
}
