package dev.mayfly.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks that every create makes something new: many processes send the same bodies at the same milliseconds, without a
 * key, and there must be as many ids as creates. {@code make bench-creates}. Fails if there are fewer.
 */
final class DistinctCreates {

    private static final String API = "/api/2.0/mlflow/";
    private static final int PROCESSES = 32;
    private static final int RUNS = 1_000_000;
    private static final int VERSIONS = 20_000;
    private static final Pattern RUN_ID = Pattern.compile("\"run_id\"\\s*:\\s*\"([0-9a-f]{32})\"");
    private static final Pattern VERSION = Pattern.compile("\"version\"\\s*:\\s*\"(\\d+)\"");

    private DistinctCreates() {}

    /** Arguments: the launcher; or, for a client: its address, path, how many, and the file for the ids. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 4) {
            create(arguments[0], arguments[1], Integer.parseInt(arguments[2]), Path.of(arguments[3]));
            return;
        }
        Path folder = Files.createTempDirectory("mayfly-bench");
        ServerProcess server =
                ServerProcess.start(Path.of(arguments[0]).toAbsolutePath(), folder.resolve("mayfly"), Map.of());
        try {
            post(server.url() + API + "registered-models/create", "{\"name\":\"fraud\"}");
            prove(server.url(), folder, "runs/create", RUNS);
            prove(server.url(), folder, "model-versions/create", VERSIONS);
        } finally {
            server.stop();
        }
    }

    private static void prove(String url, Path folder, String path, int count) throws Exception {
        long begin = System.nanoTime();
        List<Process> clients = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        for (int n = 0; n < PROCESSES; n++) {
            Path file = folder.resolve(path.replace('/', '-') + n);
            files.add(file);
            clients.add(new ProcessBuilder(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-Xmx48m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            DistinctCreates.class.getName(),
                            url,
                            path,
                            Integer.toString(count / PROCESSES),
                            file.toString())
                    .inheritIO()
                    .start());
        }
        for (Process client : clients) {
            if (client.waitFor() != 0) {
                throw new IOException("a client failed");
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Set<String> ids = new HashSet<>();
        int creates = 0;
        for (Path file : files) {
            List<String> some = Files.readAllLines(file);
            creates += some.size();
            ids.addAll(some);
        }
        System.out.printf(
                "%-22s %,d creates by %d processes: %,d ids, %,.0f/s%n",
                path, creates, PROCESSES, ids.size(), creates / seconds);
        if (ids.size() != creates || creates != count) {
            throw new IllegalStateException(creates - ids.size() + " creates got the id of another");
        }
    }

    private static void create(String url, String path, int count, Path file) throws IOException {
        boolean areRuns = path.startsWith("runs");
        Pattern id = areRuns ? RUN_ID : VERSION;
        try (BufferedWriter ids = Files.newBufferedWriter(file)) {
            for (int n = 0; n < count; n++) {
                String body = areRuns
                        ? "{\"experiment_id\":\"0\",\"start_time\":" + System.currentTimeMillis()
                                + ",\"tags\":[{\"key\":\"mlflow.user\",\"value\":\"ann\"}]}"
                        : "{\"name\":\"fraud\",\"source\":\"s3://models/fraud\"}";
                Matcher found = id.matcher(post(url + API + path, body));
                if (!found.find()) {
                    throw new IOException("no id in the answer");
                }
                ids.write(found.group(1));
                ids.newLine();
            }
        }
    }

    private static String post(String url, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body.getBytes(StandardCharsets.UTF_8));
        }
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
