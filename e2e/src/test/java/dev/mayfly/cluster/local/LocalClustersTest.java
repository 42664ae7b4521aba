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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
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

    /** Anybody on the machine reaches the master's port. */
    @Test
    void whoDoesNotKnowTheSecretOfAClusterCannotSubmitToIt() throws Exception {
        clusters().create(request());
        awaitRunning();
        Path home = folder.resolve(cluster.name());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("spark.conf"))))
                .isEqualTo("rw-------");
        String secret = Files.readString(home.resolve("spark.conf"))
                .lines()
                .filter(line -> line.startsWith("spark.authenticate.secret "))
                .map(line -> line.substring("spark.authenticate.secret ".length()))
                .findFirst()
                .orElseThrow();
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse("")))
                .as("the secret is on no command line")
                .noneMatch(line -> line.contains(secret));

        String answer = "has already finished or does not exist";
        assertThat(asksToKillADriver(secret, List.of("-Dspark.authenticate=true")))
                .contains(answer);
        assertThat(asksToKillADriver("a guess", List.of("-Dspark.authenticate=true")))
                .doesNotContain(answer);
        assertThat(asksToKillADriver("", List.of())).doesNotContain(answer);
    }

    /** What Spark's own client is told by the master. */
    private String asksToKillADriver(String secret, List<String> options) throws Exception {
        List<String> jvm = new ArrayList<>(options);
        Path logging = Files.writeString(folder.resolve("log4j2.properties"), """
                rootLogger.level = info
                rootLogger.appenderRef.console.ref = console
                appender.console.type = Console
                appender.console.name = console
                appender.console.layout.type = PatternLayout
                """);
        jvm.add("-Dlog4j2.configurationFile=" + logging);
        jvm.add("-Dspark.rpc.askTimeout=8s");
        jvm.add("-Dspark.rpc.lookupTimeout=8s");
        SparkHome spark = new SparkHome(HOME.resolve("dist/spark"), OPTIONS);
        List<String> command = spark.command(List.of(), 256, jvm, "org.apache.spark.deploy.Client");
        command.addAll(List.of(
                "kill",
                "spark://127.0.0.1:"
                        + StandaloneCluster.facts(folder.resolve(cluster.name()))
                                .getProperty("port"),
                "driver-20200101000000-0001"));
        Path output = folder.resolve("client.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        spark.equip(builder, folder.resolve("client"));
        builder.environment().put("_SPARK_AUTH_SECRET", secret);
        Process client = builder.start();
        if (!client.waitFor(20, TimeUnit.SECONDS)) {
            client.destroyForcibly().waitFor();
        }
        return Files.readString(output);
    }

    /** A command line is everybody's to read. */
    @Test
    void whatAJobIsToldStandsOnNoCommandLine() throws Exception {
        clusters().create(request());
        awaitRunning();
        String odd = "two words \"quoted\" back\\slash @file *\nand a line";
        JobSpec told = new JobSpec(
                "told",
                new ClusterProvider.Program.Jar(new ClusterProvider.JobFile(Sha256.of("any"), teller()), "Teller"),
                List.of("{{key}}", odd),
                Map.of("spark.hadoop.key", "{{key}}"),
                Map.of("VARIABLE", "by {{key}}"),
                Set.of("VARIABLE"),
                Map.of("{{key}}", "hunter2"));
        clusters().submit(cluster, told);

        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(new String(
                                clusters().readLog(cluster, "told", "driver", 0, 100_000), StandardCharsets.UTF_8))
                        .contains("told: [hunter2|" + odd + "] by hunter2, hunter2;"));
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse("")))
                .noneMatch(line -> line.contains("hunter2"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                        folder.resolve(cluster.name()).resolve("jobs/told/submit-options"))))
                .isEqualTo("rw-------");
    }

    /** A jar whose main class says what it is told, and then waits to be looked at. */
    private Path teller() throws Exception {
        Path source = Files.writeString(folder.resolve("Teller.java"), """
                public class Teller {
                    public static void main(String[] arguments) throws Exception {
                        System.out.println("told: [" + String.join("|", arguments) + "] " + System.getenv("VARIABLE") + ", "
                            + System.getProperty("spark.hadoop.key") + ";");
                        Thread.sleep(60_000);
                    }
                }
                """);
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", folder.toString(), source.toString()))
                .isZero();
        Path jar = folder.resolve("teller.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("Teller.class"));
            zip.write(Files.readAllBytes(folder.resolve("Teller.class")));
        }
        return jar;
    }

    /** A job may start what outlives it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatAJobLeftBehindEndsWithItsCluster() throws Exception {
        clusters().create(request());
        awaitRunning();
        ProcessBuilder left = new ProcessBuilder("setsid", "sleep", "1000");
        left.environment().put(SparkProcess.CLUSTER_VARIABLE, cluster.name());
        Process sleeping = left.start();
        Awaitility.await().until(() -> !SparkProcess.leftOf(cluster.name()).isEmpty());
        Folders.delete(folder.resolve(cluster.name()));
        SparkProcess.of(cluster.name()).forEach(SparkProcess::kill);
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                clusters().describe(cluster).orElseThrow().reason())
                        .contains("left processes behind"));
        clusters().delete(cluster);
        assertThat(sleeping.waitFor()).isNotZero();
        Awaitility.await()
                .untilAsserted(() -> assertThat(clusters().describe(cluster)).isEmpty());
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
                Set.of("SECRET"),
                Map.of());
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
