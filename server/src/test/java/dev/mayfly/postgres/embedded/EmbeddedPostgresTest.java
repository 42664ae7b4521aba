package dev.mayfly.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.postgres.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

    @TempDir
    private Path folder;

    @Test
    void dataSurvivesAStopAndAKilledServerAndAForgottenOne() throws IOException {
        try (EmbeddedPostgres first = EmbeddedPostgres.start(folder);
                Database database = Database.connect(first.jdbcUrl(), 2)) {
            database.useTransaction(tx -> tx.execute("create table kept (n int)"));
            assertThat(setting(database, "fsync")).isEqualTo("on");
        }
        EmbeddedPostgres killed = EmbeddedPostgres.start(folder);
        insert(killed);
        ProcessHandle.of(Long.parseLong(Files.readAllLines(folder.resolve("data/postmaster.pid"))
                        .get(0)))
                .orElseThrow()
                .destroyForcibly();
        EmbeddedPostgres forgotten = EmbeddedPostgres.start(folder);
        insert(forgotten);
        try (EmbeddedPostgres last = EmbeddedPostgres.start(folder);
                Database database = Database.connect(last.jdbcUrl(), 2)) {
            List<Integer> rows = database.inTransaction(tx ->
                    tx.createQuery("select n from kept").mapTo(Integer.class).list());
            assertThat(rows).hasSize(2);
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
