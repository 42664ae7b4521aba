package dev.mayfly.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.engine.Engine;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The program as people start it: the launcher script, processes of its own, one data folder and one port. */
final class Mayfly {

    static final Path HOME = Path.of(System.getProperty("mayfly.home"));
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A PostgreSQL with empty tables, as a server's first start makes it: some seconds that most tests of this JVM need not take again. */
    private static final Path TEMPLATE =
            HOME.resolve("e2e/target/postgres-" + ProcessHandle.current().pid());

    private static boolean isTemplateMade;

    private final Path data;
    private final int port;
    private final List<String> serverOptions;
    private final Map<String, String> variables = new HashMap<>(Map.of("SECRET_OF_THE_TEST", "hunter2"));

    /**
     * @param serverOptions what a server is told besides its folder and port
     */
    Mayfly(Path data, String... serverOptions) throws IOException {
        this.data = data;
        this.serverOptions = List.of(serverOptions);
        try (ServerSocket socket = new ServerSocket(0)) {
            this.port = socket.getLocalPort();
        }
    }

    /** Servers are started with this variable, too. */
    Mayfly with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    /** What a command printed, and its exit code. */
    record Result(int exit, String out, String err) {

        JsonNode lastLine() throws IOException {
            List<String> lines = out.strip().lines().toList();
            return JSON.readTree(lines.get(lines.size() - 1));
        }
    }

    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(HOME.resolve("mayfly").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(data.toFile())
                .redirectInput(new java.io.File("/dev/null"))
                .redirectOutput(data.resolve("out.txt").toFile())
                .redirectError(data.resolve("err.txt").toFile());
        builder.environment().put("MAYFLY_URL", url());
        return builder.start();
    }

    Result run(Duration limit, String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(String.join(" ", arguments) + " took longer than " + limit + "\n"
                    + Files.readString(data.resolve("out.txt")));
        }
        return new Result(
                process.exitValue(),
                Files.readString(data.resolve("out.txt")),
                Files.readString(data.resolve("err.txt")));
    }

    /** Runs a command that talks to the server. */
    Result command(String... arguments) throws IOException, InterruptedException {
        return run(Duration.ofSeconds(30), arguments);
    }

    /** Starts a server on this folder and port; it answers when this returns. */
    Process server() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                HOME.resolve("mayfly").toString(), "server", "--data", folder().toString(), "--port", "" + port));
        command.addAll(serverOptions);
        Path postgres = folder().resolve("postgres");
        if (!Files.exists(postgres) && !variables.containsKey("MAYFLY_DATABASE_URL")) {
            Files.createDirectories(folder());
            tool("cp", "-a", template().toString(), postgres.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new java.io.File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.resolve("server.txt").toFile()));
        builder.environment().put("MAYFLY_ALLOW_CODE", HOME + "," + data);
        builder.environment().put("MAYFLY_ALLOW_INPUTS", HOME + "," + data);
        builder.environment().put("MAYFLY_ALLOW_SECRETS", "env:SECRET_OF_THE_TEST");
        builder.environment().putAll(variables);
        Process process = builder.start();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive() || healthy());
        if (!process.isAlive()) {
            throw new IllegalStateException(serverLog());
        }
        return process;
    }

    private static synchronized Path template() throws IOException {
        if (!isTemplateMade) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> tool("rm", "-rf", TEMPLATE.toString())));
            tool("rm", "-rf", TEMPLATE.toString());
            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(TEMPLATE);
                    Database database = Database.connect(postgres.jdbcUrl(), 2)) {
                Engine.migrate(database);
                database.migrate("server");
            }
            isTemplateMade = true;
        }
        return TEMPLATE;
    }

    private static void tool(String... command) {
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": exit code " + process.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Path folder() {
        return data.resolve("mayfly-data");
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    String serverLog() throws IOException {
        return Files.readString(data.resolve("server.txt"));
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path)).build();
        return JSON.readTree(HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body());
    }

    /** Posts an empty object. */
    JsonNode post(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        return JSON.readTree(HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body());
    }

    /** The command lines of all processes that belong to this data folder: servers, PostgreSQL, Spark. */
    List<String> processes() {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(data.toString()))
                .toList();
    }

    boolean healthy() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/health"))
                    .timeout(Duration.ofSeconds(1))
                    .build();
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .equals("OK");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
