package dev.mayfly.bench;

import dev.mayfly.postgres.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What accounts cost: Mayfly where each request brings a token beside Mayfly where nobody signs in, on one PostgreSQL server, under
 * one load driver, in alternating rounds: {@code make bench-accounts}. Prints one line a call as {@link TrackingBench} does.
 */
final class AccountsBench {

    private AccountsBench() {}

    /** Arguments: the launcher, and parts of the names of the calls to make (default: all). */
    public static void main(String[] arguments) throws Exception {
        List<String> only = List.of(arguments).subList(1, arguments.length);
        Path launcher = Path.of(arguments[0]).toAbsolutePath();
        Path folder = Files.createTempDirectory("mayfly-bench");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("max_connections", "200")
                .start()) {
            try (Database database = Database.connect(postgres.getJdbcUrl("postgres", "postgres"), 1)) {
                database.read(tx -> tx.execute("create database anonymous"));
                database.read(tx -> tx.execute("create database accounts"));
            }
            String anonymousUrl = postgres.getJdbcUrl("postgres", "anonymous");
            String accountsUrl = postgres.getJdbcUrl("postgres", "accounts");
            ServerProcess anonymous = ServerProcess.start(
                    launcher, folder.resolve("anonymous"), Map.of("MAYFLY_DATABASE_URL", anonymousUrl));
            Path data = folder.resolve("accounts");
            ServerProcess accounts =
                    ServerProcess.start(launcher, data, Map.of("MAYFLY_DATABASE_URL", accountsUrl), "--accounts");
            try {
                LoadDriver driver = new LoadDriver();
                TrackingServer one = new TrackingServer("anonymous", anonymous, driver);
                String token = Files.readString(data.resolve("owner-token")).strip();
                TrackingServer two = new TrackingServer("by token", accounts, driver, Optional.of(token));
                one.prepare();
                two.prepare();
                TrackingRows.fillMayfly(anonymousUrl, one);
                TrackingRows.fillMayfly(accountsUrl, two);
                for (Map.Entry<String, Function<TrackingServer, HttpRequest>> call : TrackingBench.CALLS.entrySet()) {
                    if (TrackingBench.chosen(only, call.getKey())) {
                        driver.compare(call.getKey(), one, two, call.getValue());
                    }
                }
            } finally {
                anonymous.stop();
                accounts.stop();
            }
        }
    }
}
