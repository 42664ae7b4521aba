package dev.mayfly.cluster.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.cluster.ClusterProvider.ClusterRequest;
import dev.mayfly.cluster.ClusterProvider.ListedCluster;
import dev.mayfly.cluster.ClusterProvider.Owner;
import dev.mayfly.cluster.ClusterProvider.ReportedCluster;
import dev.mayfly.cluster.ClusterRef;
import dev.mayfly.cluster.ClusterSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * One Spark standalone cluster in its folder, which only the server's user can read: {@code cluster.properties}, {@code
 * spark.conf} with the cluster's secret, the daemons' logs, {@code jobs}, {@code work}. Whoever does not know the secret
 * can't submit to it.
 */
final class StandaloneCluster {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> DAEMON = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Dspark.authenticate=true",
            "-Dspark.ui.killEnabled=false",
            "-Dspark.master.ui.decommission.allow.mode=DENY");
    /** Where Spark looks for the secret before its configuration, and hands it on to executors. */
    private static final String AUTH_SECRET = "_SPARK_AUTH_SECRET";

    /** Spark's options with the secret, for drivers: a file, because command lines can be read by everybody. */
    static final String DRIVER_CONF = "spark.conf";

    private static final int SECRET_BYTES = 32;
    /** Makes the master end at once if its port is taken by now: at the next port nothing would find it. */
    private static final String PORT_OR_NOTHING = "-Dspark.port.maxRetries=0";

    private static final int ANSWER_MILLIS = 1_000;
    private static final int MOST_BYTES = 4 << 20;
    /** During exec a process has no command line for a moment. */
    private static final Duration STARTING = Duration.ofSeconds(5);

    /** Starts a worker when the master is up: one that finds no master waits ten seconds before its next try. */
    private static final String WHEN_MASTER_IS_UP = """
            trap '' INT HUP; log=$1; shift; n=0
            until grep -q 'New state: ALIVE' "$log" 2>/dev/null; do
              n=$((n+1)); [ $n -gt 900 ] && exit 1; sleep 0.1
            done
            exec "$@"
            """;

    private static final String AT_ONCE = "trap '' INT HUP; shift; exec \"$@\"";

    private final SparkHome spark;
    private final Path home;

    StandaloneCluster(SparkHome spark, Path home) {
        this.spark = spark;
        this.home = home;
    }

    void start(ClusterRequest request) throws IOException {
        String cluster = request.name();
        ClusterSpec spec = request.spec();
        Owner owner = request.labels().owner();
        Folders.createPrivate(home);
        Files.createDirectories(home.resolve("jobs"));
        Files.createDirectories(home.resolve("tmp"));
        Properties facts = writeFacts(request);
        String secret = writeSecret();
        List<String> master = spark.command(
                SparkProcess.marks(cluster, owner.value(), SparkProcess.MASTER),
                256,
                Stream.concat(DAEMON.stream(), Stream.of(PORT_OR_NOTHING)).toList(),
                "org.apache.spark.deploy.master.Master");
        master.addAll(List.of("--host", "127.0.0.1", "--port", facts.getProperty("port")));
        master.addAll(List.of("--webui-port", facts.getProperty("webui")));
        launch(AT_ONCE, "master", master, secret);
        for (int n = 1; n <= spec.workers(); n++) {
            launch(WHEN_MASTER_IS_UP, "worker-" + n, worker(cluster, spec, owner, facts), secret);
        }
    }

    static boolean belongsTo(Owner owner, Path home) {
        try {
            return owner.value().equals(facts(home).getProperty("owner"));
        } catch (IOException e) {
            return false;
        }
    }

    /** What was recorded about a cluster when it was started. */
    static Properties facts(Path home) throws IOException {
        Properties facts = new Properties();
        byte[] text = new LogFile(home.resolve("cluster.properties")).read(0, MOST_BYTES);
        if (text.length == 0) {
            throw new NoSuchFileException(home.resolve("cluster.properties").toString());
        }
        facts.load(new ByteArrayInputStream(text));
        return facts;
    }

    /** The cluster as the reaper sees it; if its facts are lost, it counts as very old. */
    ListedCluster listed(String name) {
        try {
            Properties facts = facts(home);
            return new ListedCluster(
                    ClusterRef.named(name),
                    Instant.parse(facts.getProperty("created")),
                    Optional.of(Instant.parse(facts.getProperty("expires"))));
        } catch (IOException e) {
            return new ListedCluster(ClusterRef.named(name), Instant.EPOCH, Optional.empty());
        }
    }

    ReportedCluster describe(List<SparkProcess> processes) {
        Properties facts;
        try {
            facts = facts(home);
        } catch (IOException e) {
            return new ReportedCluster(
                    ReportedCluster.State.BROKEN, "its cluster.properties can't be read: " + e.getMessage());
        }
        int workers = Integer.parseInt(facts.getProperty("workers"));
        long alive = count(processes, SparkProcess.WORKER);
        String missing = count(processes, SparkProcess.MASTER) < 1
                ? "its master process is not running" + lastLine("master")
                : alive < workers ? alive + " of " + workers + " worker processes are left" : "";
        if (!missing.isEmpty()) {
            boolean starting =
                    Instant.parse(facts.getProperty("created")).plus(STARTING).isAfter(Instant.now());
            return new ReportedCluster(
                    starting ? ReportedCluster.State.PROVISIONING : ReportedCluster.State.BROKEN, missing);
        }
        int inService = workersInService(facts.getProperty("webui"));
        return inService >= workers
                ? new ReportedCluster(ReportedCluster.State.RUNNING, "")
                : new ReportedCluster(
                        ReportedCluster.State.PROVISIONING,
                        inService + " of " + workers + " workers are in service" + lastLine("worker-1"));
    }

    private List<String> worker(String cluster, ClusterSpec spec, Owner owner, Properties facts) {
        List<String> worker = spark.command(
                SparkProcess.marks(cluster, owner.value(), SparkProcess.WORKER),
                256,
                DAEMON,
                "org.apache.spark.deploy.worker.Worker");
        worker.addAll(List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"));
        worker.addAll(List.of("--cores", Integer.toString(spec.worker().cores())));
        worker.addAll(List.of("--memory", spec.worker().memory().megabytes() + "M"));
        worker.addAll(List.of("--work-dir", home.resolve("work").toString()));
        worker.add("spark://127.0.0.1:" + facts.getProperty("port"));
        return worker;
    }

    /** Written once, whole or not at all, before the first process is started. */
    private Properties writeFacts(ClusterRequest request) throws IOException {
        ClusterSpec spec = request.spec();
        Properties facts = new Properties();
        facts.setProperty("owner", request.labels().owner().value());
        facts.setProperty("run", request.labels().run());
        facts.setProperty("created", Instant.now().toString());
        facts.setProperty("expires", request.labels().expires().toString());
        facts.setProperty("port", Integer.toString(freePort()));
        facts.setProperty("webui", Integer.toString(freePort()));
        facts.setProperty("workers", Integer.toString(spec.workers()));
        facts.setProperty("executor.cores", Integer.toString(spec.worker().cores()));
        facts.setProperty("executor.memory", spec.worker().memory().megabytes() + "m");
        facts.setProperty(
                "driver.megabytes", Long.toString(spec.master().memory().megabytes()));
        Path temporary = home.resolve("cluster.properties.tmp");
        try (var writer = Files.newBufferedWriter(temporary)) {
            facts.store(writer, null);
        }
        Files.move(temporary, home.resolve("cluster.properties"), StandardCopyOption.ATOMIC_MOVE);
        return facts;
    }

    /** Makes the secret of the cluster, by which its processes know each other. */
    private String writeSecret() throws IOException {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        String conf = spark.defaults() + "\nspark.authenticate true\nspark.authenticate.secret " + secret + "\n";
        Folders.writePrivate(home.resolve(DRIVER_CONF), conf);
        return secret;
    }

    private void launch(String script, String log, List<String> command, String secret) throws IOException {
        List<String> shell = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
        shell.add(home.resolve("master.log").toString());
        shell.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(shell)
                .directory(home.toFile())
                .redirectInput(new java.io.File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve(log + ".log").toFile());
        spark.equip(builder, home);
        builder.environment().put(AUTH_SECRET, secret);
        builder.start();
    }

    private static long count(List<SparkProcess> processes, String role) {
        return processes.stream().filter(process -> process.role().equals(role)).count();
    }

    private static int workersInService(String port) {
        try {
            URLConnection connection = new URL("http://127.0.0.1:" + port + "/json/").openConnection();
            connection.setConnectTimeout(ANSWER_MILLIS);
            connection.setReadTimeout(ANSWER_MILLIS);
            try (var body = connection.getInputStream()) {
                JsonNode state = JSON.readTree(body.readNBytes(MOST_BYTES));
                return state.path("status").asText().equals("ALIVE")
                        ? state.path("aliveworkers").asInt()
                        : 0;
            }
        } catch (IOException e) {
            return 0;
        }
    }

    /** The last line of a daemon's log, without the stack trace below it. */
    private String lastLine(String log) {
        try {
            return new LogFile(home.resolve(log + ".log"))
                    .lastLine(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                    .map(line -> ": " + line)
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
