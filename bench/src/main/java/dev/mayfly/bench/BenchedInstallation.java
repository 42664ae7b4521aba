package dev.mayfly.bench;

import dev.mayfly.capacity.Capacity;
import dev.mayfly.engine.Engine;
import dev.mayfly.postgres.Database;
import dev.mayfly.testing.FakeClusters;
import dev.mayfly.testing.Installation;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

/** An installation on a PostgreSQL of its own with {@code fsync} on, and on a cloud that takes no time. */
record BenchedInstallation(EmbeddedPostgres postgres, Installation installation) implements AutoCloseable {

    private static final int THREADS = 6;

    BenchedInstallation(Capacity capacity, Duration poll) throws IOException {
        this(
                EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("max_connections", "100")
                        .start(),
                capacity,
                poll);
    }

    private BenchedInstallation(EmbeddedPostgres postgres, Capacity capacity, Duration poll) throws IOException {
        this(
                postgres,
                new Installation(
                        migrated(postgres),
                        new FakeClusters(poll),
                        capacity,
                        Files.createTempDirectory("mayfly-bench"),
                        THREADS));
    }

    private static Database migrated(EmbeddedPostgres postgres) {
        Database database = Database.connect(postgres.getJdbcUrl("postgres", "postgres"), 16);
        Engine.migrate(database);
        database.migrate("server");
        return database;
    }

    @Override
    public void close() throws IOException {
        installation.close();
        postgres.close();
    }
}
