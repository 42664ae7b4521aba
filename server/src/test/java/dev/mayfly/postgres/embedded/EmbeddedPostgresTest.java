package dev.mayfly.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.DatabaseUnavailable;
import dev.mayfly.postgres.Pulse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

    @TempDir
    private Path folder;

    @Test
    void dataSurvivesAStopAndAServerThatSomebodyLeftRunning() throws Exception {
        try (EmbeddedPostgres first = EmbeddedPostgres.start(folder);
                Database database = Database.connect(first.jdbcUrl(), 2)) {
            database.useTransaction(tx -> tx.execute("create table kept (n int)"));
            assertThat(setting(database, "fsync")).isEqualTo("on");
            insert(first);
        }
        leaveRunning();
        try (EmbeddedPostgres last = EmbeddedPostgres.start(folder)) {
            assertThat(rows(last)).isEqualTo(1);
        }
    }

    private Path program() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("program-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** As a killed server of Mayfly leaves it. */
    private void leaveRunning() throws Exception {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(
                program().resolve("bin/pg_ctl").toString(),
                "start",
                "-w",
                "-D",
                folder.resolve("data").toString(),
                "-l",
                folder.resolve("left.log").toString(),
                "-o",
                "-c listen_addresses='' -c unix_socket_directories='" + folder + "'"));
        assertThat(new ProcessBuilder(command).start().waitFor())
                .as(folder.resolve("left.log").toString())
                .isZero();
    }

    @Test
    void aServerThatIsKilledIsStartedAgainOnTheSameAddress() throws IOException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
                Database database = Database.connect(postgres.jdbcUrl(), 2);
                Pulse pulse = database.pulse()) {
            database.useTransaction(tx -> tx.execute("create table kept (n int)"));
            for (int round = 1; round <= 2; round++) {
                insert(postgres);
                assertThat(pulse.problem()).isEmpty();
                ProcessHandle.of(Long.parseLong(Files.readAllLines(folder.resolve("data/postmaster.pid"))
                                .get(0)))
                        .orElseThrow()
                        .destroyForcibly();
                askMeanwhile(database);
                int rows = round;
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(rows(postgres)).isEqualTo(rows));
                Awaitility.await()
                        .untilAsserted(() -> assertThat(pulse.problem()).isEmpty());
            }
        }
    }

    /** What is asked meanwhile fails as something to be asked again, or waits and is answered. */
    private static void askMeanwhile(Database database) {
        for (int n = 0; n < 20; n++) {
            try {
                database.read(tx -> tx.createQuery("select pg_sleep(0.1)::text")
                        .mapTo(String.class)
                        .one());
            } catch (DatabaseUnavailable e) {
                assertThat(e).hasMessageContaining("does not answer").hasMessageNotContaining("password=m");
            }
        }
    }

    private static int rows(EmbeddedPostgres postgres) {
        try (Database database = Database.connect(postgres.jdbcUrl(), 2)) {
            return database.read(tx -> tx.createQuery("select count(*) from kept")
                    .mapTo(Integer.class)
                    .one());
        }
    }

    private static void insert(EmbeddedPostgres postgres) {
        try (Database database = Database.connect(postgres.jdbcUrl(), 2)) {
            database.useTransaction(tx -> tx.execute("insert into kept values (1)"));
        }
    }

    private static String setting(Database database, String name) {
        return database.inTransaction(
                tx -> tx.createQuery("show " + name).mapTo(String.class).one());
    }
}
