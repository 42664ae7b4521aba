package dev.mayfly.cluster.local;

import dev.mayfly.capacity.DataSize;
import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterRef;
import dev.mayfly.cluster.ClusterRefused;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.cluster.OutOfCapacity;
import dev.mayfly.cluster.ProviderUnavailable;
import dev.mayfly.digest.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The {@code local} provider. It reads what exists (processes, files) from the machine every time, so any number of
 * control planes may manage the same clusters. Thread-safe. Signals and process look-ups need Linux or
 * macOS.
 */
public final class LocalClusters implements ClusterProvider {

    private static final DataSize LEAST_ROOM = DataSize.ofMegabytes(512);
    private static final DataSize LEAST_MEMORY = DataSize.ofMegabytes(512);
    private static final Timing PACE = new Timing(Duration.ofMillis(300), Duration.ofMinutes(2), Duration.ZERO);

    private final Path folder;
    private final SparkHome spark;

    /**
     * @param folder where clusters keep their files; it must be on a file system that executors and driver share
     * @param sparkHome a Spark distribution: a folder with {@code jars}, and {@code conf} if it has one
     * @param javaOptions a file of options with which Spark runs on this JDK
     * @throws IllegalArgumentException if there is no Spark at {@code sparkHome}
     */
    public LocalClusters(Path folder, Path sparkHome, Path javaOptions) {
        this.folder = folder.toAbsolutePath().normalize();
        this.spark = new SparkHome(sparkHome, javaOptions);
    }

    @Override
    public String name() {
        return "local";
    }

    @Override
    public void check(ClusterSpec spec) {
        for (ClusterSpec.Node node : List.of(spec.master(), spec.worker())) {
            if (node.memory().bytes() < LEAST_MEMORY.bytes()) {
                throw new ClusterRefused(
                        "memory: " + node.memory() + " (expected: at least " + LEAST_MEMORY + ", Spark's own minimum)");
            }
        }
        if (!spec.options().isEmpty()) {
            throw new ClusterRefused("options: " + spec.options() + " (expected: none for the provider local)");
        }
    }

    @Override
    public Timing timing() {
        return PACE;
    }

    @Override
    public Optional<String> create(ClusterRequest request) {
        String cluster = request.name();
        if (SparkProcess.of(cluster).isEmpty()) {
            requireRoom(cluster);
            attempt(cluster, () -> new StandaloneCluster(spark, folder.resolve(cluster)).start(request));
        }
        return Optional.empty();
    }

    /** A cluster on a full disk would fail its jobs, and take the last room from the database. */
    private void requireRoom(String cluster) {
        attempt(cluster, () -> {
            Files.createDirectories(folder);
            DataSize left = DataSize.ofMegabytes(Files.getFileStore(folder).getUsableSpace() >> 20);
            if (left.bytes() < LEAST_ROOM.bytes()) {
                throw new OutOfCapacity("the disk of the data folder has " + left + " left (expected: at least "
                        + LEAST_ROOM + " before a cluster is made)");
            }
        });
    }

    @Override
    public Optional<ReportedCluster> describe(ClusterRef cluster) {
        List<SparkProcess> processes = SparkProcess.of(cluster.name());
        Path home = folder.resolve(cluster.name());
        if (processes.isEmpty() && !Files.exists(home)) {
            return SparkProcess.leftOf(cluster.name()).isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ReportedCluster(
                            ReportedCluster.State.BROKEN, "its jobs have left processes behind that do not end"));
        }
        return Optional.of(new StandaloneCluster(spark, home).describe(processes));
    }

    @Override
    public List<ListedCluster> list(Owner owner) {
        Stream<String> running = SparkProcess.all().stream()
                .filter(process -> process.owner().equals(owner.value()))
                .map(SparkProcess::cluster);
        return Stream.concat(running, left(owner))
                .distinct()
                .sorted()
                .map(name -> new StandaloneCluster(spark, folder.resolve(name)).listed(name))
                .toList();
    }

    @Override
    public void delete(ClusterRef cluster) {
        SparkProcess.of(cluster.name()).forEach(SparkProcess::kill);
        SparkProcess.leftOf(cluster.name()).forEach(ProcessHandle::destroyForcibly);
        if (SparkProcess.of(cluster.name()).isEmpty()
                && SparkProcess.leftOf(cluster.name()).isEmpty()) {
            attempt(cluster.name(), () -> Folders.delete(folder.resolve(cluster.name())));
        }
    }

    @Override
    public String place(ClusterRef cluster, String name, String text) {
        Path file = folder.resolve(cluster.name()).resolve("files").resolve(Sha256.of(text) + "-" + name);
        attempt(cluster.name(), () -> {
            Files.createDirectories(file.getParent());
            Path temporary = Files.createTempFile(file.getParent(), "placing", ".tmp");
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        });
        return file.toString();
    }

    @Override
    public void submit(ClusterRef cluster, JobSpec job) {
        attempt(cluster.name(), () -> job(cluster, job.name()).submit(job));
    }

    @Override
    public Optional<ReportedJob> describeJob(ClusterRef cluster, String job) {
        return job(cluster, job).describeJob();
    }

    @Override
    public void cancel(ClusterRef cluster, String job) {
        attempt(cluster.name(), () -> job(cluster, job).cancel());
    }

    @Override
    public List<String> logs(ClusterRef cluster, String job) {
        try {
            return job(cluster, job).logs();
        } catch (IOException e) {
            throw new ProviderUnavailable("logs of " + cluster + "/" + job + ": " + e.getMessage(), e);
        }
    }

    @Override
    public byte[] readLog(ClusterRef cluster, String job, String log, long offset, int maxBytes) {
        try {
            return job(cluster, job).readLog(log, offset, maxBytes);
        } catch (IOException e) {
            throw new ProviderUnavailable("log " + log + " of " + cluster + "/" + job + ": " + e.getMessage(), e);
        }
    }

    private DriverProcess job(ClusterRef cluster, String job) {
        return new DriverProcess(spark, folder.resolve(cluster.name()), cluster.name(), job);
    }

    private Stream<String> left(Owner owner) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> folders = Files.list(folder)) {
            return folders
                    .filter(home -> StandaloneCluster.belongsTo(owner, home))
                    .map(home -> home.getFileName().toString())
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new ProviderUnavailable("folder " + folder + " can't be listed: " + e.getMessage(), e);
        }
    }

    private interface Act {
        void run() throws IOException;
    }

    private static void attempt(String cluster, Act act) {
        try {
            act.run();
        } catch (IOException | UncheckedIOException e) {
            throw new ProviderUnavailable("cluster " + cluster + ": " + e.getMessage(), e);
        }
    }
}
