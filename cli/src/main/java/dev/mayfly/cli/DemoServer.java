package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.api.ApiClient;
import dev.mayfly.api.ApiFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server of a demo: one that holds the data folder already, or one started for it. */
final class DemoServer {

    private static final int DEFAULT_PORT = 8484;
    private static final int START_SECONDS = 90;
    private static final int STOP_SECONDS = 30;

    /** Shields the server from a Ctrl-C meant for the demo, which needs the server to clean up. */
    private static final String SHIELD =
            "trap '' INT; if command -v setsid >/dev/null; then exec setsid \"$@\"; fi; exec \"$@\"";

    private final Path home;
    private final Path data;
    private final Path inputs;
    private volatile @Nullable Process process;
    private volatile @Nullable ApiClient api;

    /** @param inputs a folder in which its pipelines may name inputs */
    DemoServer(Path home, Path data, Path inputs) {
        this.home = home;
        this.inputs = inputs;
        this.data = data;
    }

    /** The server's API, once it has answered. */
    ApiClient api() {
        ApiClient current = api;
        if (current == null) {
            throw new IllegalStateException("the server has not answered yet (expected: start() first)");
        }
        return current;
    }

    boolean hasAnswered() {
        return api != null;
    }

    boolean isOurs() {
        return process != null;
    }

    Path log() {
        return data.resolve("server.log");
    }

    /**
     * Finds or starts the server; it answers when this returns. Throws {@link CommandFailed} with the server's own
     * message.
     */
    void start(Progress progress) throws IOException, InterruptedException {
        Optional<ApiClient> running = running();
        if (running.isPresent()) {
            api = running.get();
            return;
        }
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new CommandFailed(
                    CommandFailed.FAILED, "data folder " + data + " can't be written: " + e.getMessage());
        }
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SHIELD, "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(List.of("-Dmayfly.home=" + home, "-cp", home.resolve("dist/server") + "/*"));
        command.addAll(List.of("dev.mayfly.app.Main", "--data", data.toString()));
        command.addAll(List.of("--port", Integer.toString(freePort())));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new java.io.File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        builder.environment().remove("MAYFLY_PUBLIC_URL");
        builder.environment()
                .merge("MAYFLY_ALLOW_INPUTS", inputs.toAbsolutePath().toString(), (others, own) -> others + "," + own);
        Process started = builder.start();
        process = started;
        await(started, progress);
    }

    private void await(Process started, Progress progress) throws IOException, InterruptedException {
        for (int tenth = 0; tenth < START_SECONDS * 10; tenth++) {
            Optional<ApiClient> found = running();
            if (found.isPresent()) {
                api = found.get();
                return;
            }
            if (!started.isAlive()) {
                process = null;
                throw new CommandFailed(CommandFailed.FAILED, "the server did not start: " + lastLine());
            }
            progress.live("starting the control plane and PostgreSQL");
            Thread.sleep(100);
        }
        throw new CommandFailed(
                CommandFailed.FAILED, "the server did not answer in " + START_SECONDS + " s; see " + log());
    }

    /** Stops the server if it was started here. Jobs must be over by then. */
    void stop() throws InterruptedException {
        Process current = process;
        if (current != null) {
            current.destroy();
            if (!current.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                current.destroyForcibly();
            }
            process = null;
        }
    }

    private Optional<ApiClient> running() {
        try {
            JsonNode said = ApiClient.JSON.readTree(Files.readAllBytes(data.resolve("server.json")));
            String url = said.path("url").asText();
            ApiClient candidate = ServerOptions.api(url, Credentials.ownerToken(data, url));
            boolean alive = ProcessHandle.of(said.path("pid").asLong()).isPresent();
            boolean ok = alive && new String(candidate.bytes("/health"), StandardCharsets.UTF_8).equals("OK");
            return ok ? Optional.of(candidate) : Optional.empty();
        } catch (IOException | CommandFailed | ApiFailure e) {
            return Optional.empty();
        }
    }

    private String lastLine() throws IOException {
        List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
        return lines.isEmpty()
                ? "it printed nothing"
                : lines.get(lines.size() - 1).replaceFirst("^mayfly server: ", "");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), DEFAULT_PORT));
            return DEFAULT_PORT;
        } catch (IOException e) {
            return 0;
        }
    }
}
