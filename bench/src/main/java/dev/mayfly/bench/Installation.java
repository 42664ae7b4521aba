package dev.mayfly.bench;

import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.capacity.Capacity;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.Reconciler;
import dev.mayfly.engine.Wakeups;
import dev.mayfly.log.AttemptLogs;
import dev.mayfly.packages.Packages;
import dev.mayfly.postgres.Database;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.secret.Secrets;
import dev.mayfly.slice.Slices;
import dev.mayfly.task.TaskKinds;
import dev.mayfly.task.promote.PromoteKind;
import dev.mayfly.task.spark.SparkKind;
import dev.mayfly.tracking.Tracking;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
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
        ArtifactStore artifacts = new FolderArtifacts(folder.resolve("artifacts"));
        Packages packages = new Packages(database, clock, artifacts.ofServer(), folder.resolve("cache"));
        packages.store("jobs", Files.writeString(folder.resolve("jobs.jar"), ""));
        Tracking tracking = new Tracking(database, clock);
        ModelRegistry registry = new ModelRegistry(database, artifacts, clock);
        SparkKind spark = new SparkKind(
                clusters,
                tracking,
                registry,
                new AttemptLogs(clusters, artifacts.ofServer()),
                packages,
                new Secrets(Map.of(), Optional.empty()),
                "http://127.0.0.1:1",
                clock);
        retraining = new Retraining(
                database,
                new Engine(database, wakeups, clock),
                clusters,
                new TaskKinds(spark, new PromoteKind(tracking, registry, clock)),
                new Slices(database, clock),
                folder,
                clock);
        List<Reconciler> reconcilers = new ArrayList<>(retraining.reconcilers());
        reconcilers.add(clusters.reconciler());
        wakeups.start("bench", THREADS, reconcilers);
    }

    @Override
    public void close() throws IOException {
        wakeups.close();
        database.close();
        postgres.close();
    }
}
