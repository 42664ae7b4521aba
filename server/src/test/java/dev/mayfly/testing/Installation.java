package dev.mayfly.testing;

import dev.mayfly.account.JobAccounts;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.capacity.Capacity;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.configuration.AllowedFolders;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.Reconciler;
import dev.mayfly.engine.Wakeups;
import dev.mayfly.log.AttemptLogs;
import dev.mayfly.packages.PackageKey;
import dev.mayfly.packages.PackageKind;
import dev.mayfly.packages.Packages;
import dev.mayfly.packages.Wheels;
import dev.mayfly.postgres.Database;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.RegistryEvents;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.secret.Secrets;
import dev.mayfly.slice.Slices;
import dev.mayfly.task.TaskKinds;
import dev.mayfly.task.promote.PromoteKind;
import dev.mayfly.task.spark.JobTokens;
import dev.mayfly.task.spark.SparkJobs;
import dev.mayfly.task.spark.SparkKind;
import dev.mayfly.tracking.Belonging;
import dev.mayfly.tracking.Tracking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A control plane without HTTP, which has the package {@code jobs}. Thread-safe; closing it closes the database, too. */
public final class Installation implements AutoCloseable {

    public final FakeClusters cloud;
    public final Database database;
    public final Wakeups wakeups;
    public final Clusters clusters;
    public final ArtifactStore artifacts;
    public final AttemptLogs logs;
    public final Tracking tracking;
    public final ModelRegistry registry;
    public final Slices slices;
    public final Packages packages;
    public final Retraining retraining;

    /**
     * Starts to reconcile.
     *
     * @param database with all tables
     * @param folder for artifacts and packages; {@code {{data}}} in pipelines
     * @param threads how many reconcile
     */
    public Installation(Database database, FakeClusters cloud, Capacity capacity, Path folder, int threads)
            throws IOException {
        Clock clock = Clock.systemUTC();
        this.database = database;
        this.cloud = cloud;
        this.wakeups = new Wakeups(database, clock);
        this.clusters = Clusters.open(database, wakeups, clock, capacity, List.of(cloud));
        this.artifacts = new FolderArtifacts(folder.resolve("artifacts"));
        this.logs = new AttemptLogs(clusters, artifacts.ofServer());
        this.tracking = new Tracking(database, clock);
        this.registry = new ModelRegistry(database, artifacts, clock, RegistryEvents.NO_LISTENER);
        this.slices = new Slices(database, AllowedFolders.of(Path.of("/")), clock);
        this.packages = new Packages(
                database, clock, artifacts.ofServer(), AllowedFolders.of(Path.of("/")), folder.resolve("cache"));
        packages.index()
                .storeOwn(
                        new PackageKey(PackageKind.JAR, "jobs", "1"),
                        Files.write(folder.resolve("jobs.jar"), Wheels.zip(Map.of("Main.class", "no class at all"))));
        SparkKind spark = new SparkKind(
                clusters,
                tracking,
                registry,
                logs,
                new SparkJobs(
                        packages,
                        new Secrets(Map.of()),
                        new JobTokens(new JobAccounts(database, clock), registry, new Belonging(database)),
                        "http://127.0.0.1:1"),
                clock);
        this.retraining = new Retraining(
                database,
                new Engine(database, wakeups, clock),
                clusters,
                new TaskKinds(spark, new PromoteKind(tracking, registry, clock)),
                slices,
                packages,
                folder,
                clock);
        List<Reconciler> reconcilers = new ArrayList<>(retraining.reconcilers());
        reconcilers.add(clusters.reconciler());
        wakeups.start("test", threads, reconcilers);
    }

    @Override
    public void close() {
        wakeups.close();
        database.close();
    }
}
