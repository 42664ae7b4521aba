package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.capacity.DataSize;
import dev.mayfly.cluster.ClusterProvider.ClusterRequest;
import dev.mayfly.cluster.ClusterProvider.JobFile;
import dev.mayfly.cluster.ClusterProvider.JobSpec;
import dev.mayfly.cluster.ClusterProvider.Labels;
import dev.mayfly.cluster.ClusterProvider.Owner;
import dev.mayfly.cluster.ClusterProvider.Program;
import dev.mayfly.cluster.ClusterProvider.ReportedCluster;
import dev.mayfly.cluster.ClusterProvider.ReportedJob;
import dev.mayfly.cluster.ClusterRef;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.cluster.OutOfCapacity;
import dev.mayfly.cluster.ProviderUnavailable;
import dev.mayfly.cluster.yandex.YandexClusters;
import dev.mayfly.cluster.yandex.YandexConfig;
import dev.mayfly.digest.Sha256;
import dev.mayfly.jobs.tracking.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The provider's contract against a cloud that does exactly what a script says. */
class YandexTest {

    private static final Owner OWNER = new Owner("owner");

    @TempDir
    private Path folder;

    private FakeCloud cloud;
    private YandexClusters clusters;

    @AfterEach
    void close() {
        if (clusters != null) {
            clusters.close();
        }
        cloud.close();
    }

    /** A cloud in which a minute passes in 50 ms. */
    private void start(String script, String... options) throws IOException {
        Path file = Files.writeString(folder.resolve("script.txt"), script);
        List<String> all =
                new ArrayList<>(List.of("--speed", "1200", "--script", file.toString(), "--metadata-port", "0"));
        all.addAll(List.of(options));
        cloud = FakeCloud.start(folder, all.toArray(String[]::new));
        clusters = new YandexClusters(
                new YandexConfig(
                        new YandexConfig.Place(
                                "folder",
                                Optional.of("cloud"),
                                "z",
                                "subnet",
                                List.of(),
                                Optional.of(cloud.endpoint())),
                        new YandexConfig.Account("account", null, null, Optional.of(cloud.metadata())),
                        new YandexConfig.Image("2.1", "bucket", Optional.empty()),
                        Map.of(),
                        "s3://staging",
                        Duration.ofMillis(100)),
                (path, name) -> "s3a://staging/" + name);
    }

    @Test
    void aCreationWhoseAnswerWasLostIsTheSameWhenItIsAskedForAgain() throws IOException {
        start("clusters.create 1 lost-answer");
        ClusterRequest request = request("lost");

        assertThatThrownBy(() -> clusters.create(request)).isInstanceOf(ProviderUnavailable.class);
        String id = clusters.create(request).orElseThrow();

        assertThat(clusters.create(request)).contains(id);
        assertThat(cloud.events("cluster-created")).containsExactly("lost");
    }

    @Test
    void whatACreationLeftThatEndedInAnErrorIsFoundAndDeleted() throws IOException {
        start("cluster 1 error-though-created\ndelete 1 refused");
        ClusterRequest request = request("error");
        ClusterRef ref = new ClusterRef("error", clusters.create(request).orElseThrow());

        assertThat(clusters.describe(ref)).isPresent();
        assertThat(clusters.list(OWNER))
                .singleElement()
                .satisfies(listed -> assertThat(listed.ref().name()).isEqualTo("error"));
        assertThatThrownBy(() -> clusters.delete(ref)).isInstanceOf(ProviderUnavailable.class);
        clusters.delete(ref);
        Awaitility.await().until(() -> clusters.describe(ref).isEmpty());
        clusters.delete(ref);
        assertThat(cloud.left()).isEmpty();
    }

    @Test
    void aDeadClusterIsBrokenThoughItsStatusIsRunning() throws IOException {
        start("cluster 1 dead");
        ClusterRef ref = new ClusterRef("dead", clusters.create(request("dead")).orElseThrow());
        Awaitility.await().until(() -> seen(ref) == ReportedCluster.State.BROKEN);
    }

    @Test
    void wantOfRoomIsNoFailure() throws IOException {
        start("cluster 1 no-room");
        ClusterRequest request = request("room");
        assertThatThrownBy(() -> clusters.create(request)).isInstanceOf(OutOfCapacity.class);
        assertThat(clusters.create(request)).isPresent();
    }

    @Test
    void aTokenThatTheCloudRefusesIsReplaced() throws Exception {
        start("", "--token-minutes", "10");
        assertThat(clusters.list(OWNER)).isEmpty();
        Thread.sleep(700); // by the cloud's clock the token is too old; by ours it has ten minutes left

        assertThatThrownBy(() -> clusters.list(OWNER))
                .isInstanceOf(ProviderUnavailable.class)
                .hasMessageContaining("UNAUTHENTICATED");
        assertThat(clusters.list(OWNER)).isEmpty();
    }

    @Test
    void anOutageIsWaitedOut() throws IOException {
        start("clusters.list 2 outage");
        assertThat(clusters.list(OWNER)).isEmpty();
        assertThatThrownBy(() -> clusters.list(OWNER)).isInstanceOf(ProviderUnavailable.class);
        Awaitility.await().until(answers(() -> clusters.list(OWNER).isEmpty()));
    }

    @Test
    void aJobIsSubmittedOnceAlthoughTheAnswerWasLost() throws IOException {
        start("jobs.create 1 lost-answer\njob 2 fails");
        ClusterRef ref = new ClusterRef("jobs", clusters.create(request("jobs")).orElseThrow());
        Awaitility.await().until(() -> seen(ref) == ReportedCluster.State.RUNNING);

        assertThatThrownBy(() -> clusters.submit(ref, job("good"))).isInstanceOf(ProviderUnavailable.class);
        clusters.submit(ref, job("good"));
        clusters.submit(ref, job("bad"));

        assertThat(cloud.events("job-created")).containsExactly("good", "bad");
        Awaitility.await().until(() -> looked(ref, "good") == ReportedJob.JobState.SUCCEEDED);
        Awaitility.await().until(() -> looked(ref, "bad") == ReportedJob.JobState.FAILED);
        assertThat(clusters.describeJob(ref, "none")).isEmpty();
    }

    @Test
    void lockboxIsReadByTheServerAndByJobs() throws IOException {
        start("", "--secret", "e6q/password=hunter2");
        assertThat(clusters.secret("e6q", "password")).isEqualTo("hunter2");
        assertThatThrownBy(() -> clusters.secret("e6q", "user"))
                .hasMessage("lockbox:e6q/user (expected: an entry that the secret has)");
        assertThatThrownBy(() -> clusters.secret("none", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lockbox:none (expected: a secret that this server may read)");

        Secrets inJob = new Secrets(Map.of(
                "PASSWORD",
                "lockbox:e6q/password",
                "PLAIN",
                "as it is",
                "MAYFLY_METADATA_URL",
                cloud.metadata(),
                "MAYFLY_LOCKBOX_URL",
                cloud.metadata()));
        assertThat(inJob.of("PASSWORD")).isEqualTo("hunter2");
        assertThat(inJob.of("PLAIN")).isEqualTo("as it is");
        assertThatThrownBy(() -> inJob.of("NONE")).hasMessageContaining("environment NONE: not set");
    }

    @Test
    void aScriptThatIsWrongIsRefusedWithItsLine() throws IOException {
        Path script = Files.writeString(folder.resolve("wrong.txt"), "# one\ncluster 1 sleepy\n");
        cloud = FakeCloud.start(folder, "--script", script.toString());

        assertThat(cloud.isRunning()).isFalse();
        assertThat(cloud.said())
                .contains("wrong.txt:2: 'sleepy' (expected: one of [dead, error-though-created, init-failed,");
    }

    @Test
    void theSelfDestructScriptDeletesItsClusterOnceItIsTooOld() throws Exception {
        start("");
        Path tools = Files.createDirectory(folder.resolve("bin"));
        Path called = folder.resolve("called.txt");
        Path yc = Files.writeString(tools.resolve("yc"), "#!/bin/sh\necho \"$@\" >>" + called + "\n");
        assertThat(yc.toFile().setExecutable(true)).isTrue();
        Path script = folder.resolve("self-destruct.sh");
        try (var bytes = YandexClusters.class.getResourceAsStream("self-destruct.sh")) {
            Files.copy(bytes, script);
        }

        assertThat(runScript(script, tools, "computenode")).isZero();
        assertThat(runScript(script, tools, "masternode")).isZero();

        Awaitility.await()
                .until(() -> Files.exists(called)
                        && Files.readString(called).contains("dataproc cluster delete --id c9q1 --async"));
        assertThat(Files.readString(called).lines().filter(line -> line.contains("delete")))
                .hasSize(1);
    }

    private static int runScript(Path script, Path tools, String role) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString(), "0").inheritIO();
        builder.environment()
                .putAll(Map.of("ROLE", role, "CLUSTER_ID", "c9q1", "PATH", tools + ":" + System.getenv("PATH")));
        return builder.start().waitFor();
    }

    private ReportedCluster.State seen(ClusterRef ref) {
        return clusters.describe(ref).map(ReportedCluster::state).orElse(null);
    }

    private ReportedJob.JobState looked(ClusterRef ref, String job) {
        return clusters.describeJob(ref, job).map(ReportedJob::state).orElse(null);
    }

    private static Callable<Boolean> answers(Callable<Boolean> call) {
        return () -> {
            try {
                return call.call();
            } catch (ProviderUnavailable e) {
                return false;
            }
        };
    }

    private JobSpec job(String name) throws IOException {
        Path jar = Files.writeString(folder.resolve("jobs.jar"), "");
        return new JobSpec(
                name,
                new Program.Jar(new JobFile(Sha256.of(jar), jar), "Main"),
                List.of(),
                Map.of(),
                Map.of(),
                Set.of(),
                Map.of());
    }

    private static ClusterRequest request(String name) {
        ClusterSpec.Node node = node();
        ClusterSpec spec = new ClusterSpec("yandex", node, 1, node, lifetime(), 0, Map.of());
        return new ClusterRequest(
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                name,
                spec,
                new Labels(OWNER, "run", Instant.now().plusSeconds(3_600)));
    }

    private static ClusterSpec.Node node() {
        return new ClusterSpec.Node(2, DataSize.parse("8 GB"), DataSize.parse("20 GB"), ClusterSpec.DiskType.SSD);
    }

    private static ClusterSpec.Lifetime lifetime() {
        return new ClusterSpec.Lifetime(Duration.ofHours(1), Duration.ZERO);
    }
}
