package dev.mayfly.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** A server in a process of its own, ready when it answers {@code /health}. */
final class ServerProcess {

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Mayfly, by its launcher, which becomes the server by {@code exec}. */
    static ServerProcess start(Path launcher, Path data, Map<String, String> variables, String... options)
            throws IOException, InterruptedException {
        return start(
                port -> {
                    List<String> command = new ArrayList<>(List.of(
                            launcher.toString(),
                            "server",
                            "--data",
                            data.toString(),
                            "--port",
                            Integer.toString(port)));
                    command.addAll(List.of(options));
                    return command;
                },
                data,
                variables);
    }

    /** MLflow's own server, with its default workers; artifacts go to the folder. */
    static ServerProcess startMlflow(Path mlflow, Path data, String backend) throws IOException, InterruptedException {
        return start(
                port -> List.of(
                        mlflow.toString(),
                        "server",
                        "--backend-store-uri",
                        backend,
                        "--artifacts-destination",
                        data.resolve("artifacts").toString(),
                        "--port",
                        Integer.toString(port)),
                data,
                Map.of());
    }

    private static ServerProcess start(IntFunction<List<String>> command, Path data, Map<String, String> variables)
            throws IOException, InterruptedException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path output = Files.createDirectories(data).resolve("server.txt");
        ProcessBuilder builder = new ProcessBuilder(command.apply(port))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(variables);
        ServerProcess server = new ServerProcess(builder.start(), port);
        while (!server.isHealthy()) {
            if (!server.process.isAlive()) {
                throw new IOException(Files.readString(output));
            }
            Thread.sleep(10);
        }
        return server;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /**
     * Returns the resident memory of the process and its children, as Linux counts it: a shared page counts for each.
     */
    long residentBytes() throws IOException {
        long sum = 0;
        for (ProcessHandle each : Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList()) {
            sum += Files.readAllLines(Path.of("/proc", Long.toString(each.pid()), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .sum();
        }
        return sum;
    }

    void stop() throws IOException, InterruptedException {
        List<ProcessHandle> others = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IOException("the server did not stop");
        }
        others.forEach(ProcessHandle::destroyForcibly);
    }

    private boolean isHealthy() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url() + "/health").toURL().openConnection();
            connection.setConnectTimeout(500);
            connection.setReadTimeout(500);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
