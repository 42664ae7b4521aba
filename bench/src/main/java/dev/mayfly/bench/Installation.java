package dev.mayfly.bench;

import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.capacity.Capacity;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.Wakeups;
import dev.mayfly.packages.Packages;
import dev.mayfly.pipeline.Pipelines;
import dev.mayfly.postgres.Database;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.retraining.OpenDueRuns;
import dev.mayfly.retraining.OpenRuns;
import dev.mayfly.retraining.PipelineTasks;
import dev.mayfly.retraining.PipelineTexts;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.retraining.Rooms;
import dev.mayfly.tracking.Tracking;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A control plane without HTTP, on a real PostgreSQL with {@code fsync} on and on a cloud that takes no time. */
final class Installation implements AutoCloseable {

    private static final int THREADS = 6;

    final InstantCloud cloud;
    final Database database;
    final Wakeups wakeups;
    final Clusters clusters;
    final Retraining retraining;
    private final EmbeddedPostgres postgres;

    Installation(Capacity capacity, Duration poll) throws IOException {
        Clock clock = Clock.systemUTC();
        Path folder = Files.createTempDirectory("mayfly-bench");
        cloud = new InstantCloud(poll);
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "100")
                .start();
        database = Database.connect(postgres.getJdbcUrl("postgres", "postgres"), 16);
        Engine.migrate(database);
        database.migrate("server");
        wakeups = new Wakeups(database, clock);
        clusters = Clusters.open(database, wakeups, clock, capacity, List.of(cloud));
        Packages packages = new Packages(database, clock, folder.resolve("packages"));
        packages.store("jobs", Files.writeString(folder.resolve("jobs.jar"), ""));
        ModelRegistry registry = new ModelRegistry(database, new FolderArtifacts(folder.resolve("artifacts")), clock);
        Rooms rooms = new Rooms(clusters, packages, new Tracking(database, clock), registry);
        PipelineTexts texts = new PipelineTexts(database, new Pipelines(), clusters.providerNames());
        Engine engine = new Engine(database, wakeups, clock);
        PipelineTasks tasks = new PipelineTasks(
                database,
                clock,
                rooms,
                texts,
                new OpenRuns(engine, texts, clock, folder),
                new PipelineTasks.Surroundings(folder, Map.of(), Optional.empty(), "http://127.0.0.1:1"));
        retraining = new Retraining(database, clock, engine, rooms, texts, tasks);
        wakeups.start(
                "bench",
                THREADS,
                List.of(engine.reconciler(tasks), clusters.reconciler(), new OpenDueRuns(retraining, clock)));
    }

    @Override
    public void close() throws IOException {
        wakeups.close();
        database.close();
        postgres.close();
    }
}
