package dev.mayfly.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.capacity.DataSize;
import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterProvider.ClusterRequest;
import dev.mayfly.cluster.ClusterProvider.JobSpec;
import dev.mayfly.cluster.ClusterProvider.Owner;
import dev.mayfly.cluster.ClusterProvider.ReportedCluster;
import dev.mayfly.cluster.ClusterProvider.ReportedJob;
import dev.mayfly.cluster.ClusterRef;
import dev.mayfly.cluster.ClusterRefused;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A real Spark standalone cluster, as processes on this machine. */
class LocalClustersTest {

    private static final Path HOME = Path.of(System.getProperty("mayfly.home"));
    private static final Path OPTIONS = HOME.resolve("dist/spark/java-options");
    private static final Owner OWNER =
            new Owner("test" + UUID.randomUUID().toString().substring(0, 6));

    private final ClusterRef cluster = ClusterRef.named("mayfly-" + OWNER.value() + "-abc-1");

    private static final Instant EXPIRES = Instant.parse("2030-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private LocalClusters clusters() {
        return new LocalClusters(folder, HOME.resolve("dist/spark"), OPTIONS);
    }

    @AfterEach
    void leaveNothing() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            clusters().delete(cluster);
            return clusters().describe(cluster).isEmpty();
        });
        assertThat(SparkProcess.of(cluster.name())).isEmpty();
    }

    @Test
    void aClusterComesUpRunsJobsOnceAndIsDeletedWithoutATrace() throws Exception {
        clusters().create(request());
        clusters().create(request());
        awaitRunning();
        assertThat(SparkProcess.of(cluster.name()))
                .extracting(SparkProcess::role)
                .containsOnlyOnce("master", "worker");
        assertThat(clusters().list(OWNER)).singleElement().satisfies(listed -> {
            assertThat(listed.ref()).isEqualTo(cluster);
            assertThat(listed.expires()).hasValue(EXPIRES);
            assertThat(listed.created()).isBetween(Instant.now().minusSeconds(120), Instant.now());
        });
        assertThat(clusters().list(new Owner("someoneelse"))).isEmpty();

        clusters().submit(cluster, job("pi", "org.apache.spark.examples.None"));
        clusters().submit(cluster, job("pi", "org.apache.spark.examples.None"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> clusters()
                        .describeJob(cluster, "pi")
                        .orElseThrow()
                        .state()
                        .equals(ReportedJob.JobState.FAILED));
        assertThat(clusters().describeJob(cluster, "pi").orElseThrow().reason()).startsWith("exit code 101");
        assertThat(clusters().describeJob(cluster, "other")).isEmpty();
        assertThat(clusters().logs(cluster, "pi")).contains("driver");
        assertThat(new String(clusters().readLog(cluster, "pi", "driver", 0, 100_000), StandardCharsets.UTF_8))
                .contains("org.apache.spark.examples.None");

        clusters().delete(cluster);
        clusters().delete(cluster);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            clusters().delete(cluster);
            return clusters().describe(cluster).isEmpty();
        });
        assertThat(Files.exists(folder.resolve(cluster.name()))).isFalse();
    }

    @Test
    void aClusterWhoseWorkerDiedIsBrokenAndSaysSo() {
        clusters().create(request());
        awaitRunning();

        SparkProcess.of(cluster.name()).stream()
                .filter(process -> process.role().equals(SparkProcess.WORKER))
                .forEach(SparkProcess::kill);

        Awaitility.await()
                .until(() -> clusters().describe(cluster).orElseThrow().state() == ReportedCluster.State.BROKEN);
        assertThat(clusters().describe(cluster).orElseThrow().reason()).isEqualTo("0 of 1 worker processes are left");
    }

    /** Where the system tells what a process has mapped. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void itsProcessesTakeSparksClassesFromTheArchive() {
        clusters().create(request());
        awaitRunning();

        assertThat(SparkProcess.of(cluster.name()))
                .filteredOn(process ->
                        Set.of(SparkProcess.MASTER, SparkProcess.WORKER).contains(process.role()))
                .filteredOn(
                        process -> process.handle().info().command().orElse("").endsWith("java"))
                .hasSize(2)
                .allSatisfy(process -> assertThat(
                                Path.of("/proc", Long.toString(process.handle().pid()), "maps"))
                        .content()
                        .contains(HOME.resolve("dist/spark/classes-").toString()));
    }

    @Test
    void whatCanNeverBeHadIsRefused() {
        assertThatThrownBy(() -> clusters().check(spec("100 MB")))
                .isInstanceOf(ClusterRefused.class)
                .hasMessageContaining("memory: 100 MB (expected: at least 512 MB");
        assertThatThrownBy(() -> new LocalClusters(folder, folder.resolve("nowhere"), OPTIONS))
                .hasMessageContaining("(expected: a folder with jars/");
    }

    private void awaitRunning() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> clusters().describe(cluster).orElseThrow().state() == ReportedCluster.State.RUNNING);
    }

    private static JobSpec job(String name, String mainClass) {
        Path jar = HOME.resolve("dist/jobs/mayfly-jobs.jar");
        return new JobSpec(
                name,
                new ClusterProvider.Program.Jar(new ClusterProvider.JobFile(Sha256.of("any"), jar), mainClass),
                List.of(),
                Map.of(),
                Map.of("SECRET", "not in any argument"),
                Set.of("SECRET"));
    }

    private ClusterRequest request() {
        return new ClusterRequest(
                UUID.randomUUID(), cluster.name(), spec("1 GB"), new ClusterProvider.Labels(OWNER, "run", EXPIRES));
    }

    private static ClusterSpec spec(String memory) {
        ClusterSpec.Node node =
                new ClusterSpec.Node(1, DataSize.parse(memory), DataSize.parse("1 GB"), ClusterSpec.DiskType.HDD);
        return new ClusterSpec(
                "local", node, 1, node, new ClusterSpec.Lifetime(Duration.ofHours(1), Duration.ZERO), 0, Map.of());
    }
}
