package dev.mayfly.bench;

import dev.mayfly.postgres.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The resident memory of a server of its own, PostgreSQL apart, with 10,000 finished runs in the database: after its
 * start, and after some thousand requests for its lists. Linux only: it reads {@code /proc}.
 */
final class ServerMemory {

    private static final int FINISHED = 10_000;
    private static final int ASKED = 2_000;
    private static final List<String> PATHS =
            List.of("/api/v1/runs", "/api/v1/clusters", "/api/v1/pipelines", "/api/v1/models", "/health");

    private ServerMemory() {}

    public static void main(String[] arguments) throws Exception {
        Path launcher = Path.of(arguments.length > 0 ? arguments[0] : "mayfly").toAbsolutePath();
        Path data = Files.createTempDirectory("mayfly-bench");
        try (EmbeddedPostgres postgres =
                EmbeddedPostgres.builder().setServerConfig("fsync", "on").start()) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            Map<String, String> variables = Map.of("MAYFLY_DATABASE_URL", url);
            ServerProcess server = ServerProcess.start(launcher, data, variables);
            try (Database database = Database.connect(url, 2)) {
                FinishedRuns.fill(database, 0, FINISHED);
            }
            server.stop();
            server = ServerProcess.start(launcher, data, variables);
            long started = server.residentBytes();
            HttpClient client = HttpClient.newHttpClient();
            for (int n = 0; n < ASKED; n++) {
                URI uri = URI.create(server.url() + PATHS.get(n % PATHS.size()));
                int status = client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status != 200) {
                    throw new IllegalStateException(uri + ": " + status + " (expected: 200)");
                }
            }
            Thread.sleep(TimeUnit.SECONDS.toMillis(10));
            System.out.printf(
                    "resident memory with %,d finished runs: %d MB after the start, %d MB after %,d requests (goal <= 350 MB)%n",
                    FINISHED, started >> 20, server.residentBytes() >> 20, ASKED);
            server.stop();
        }
    }
}
