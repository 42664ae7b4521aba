package dev.mayfly.fakecloud;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import yandex.cloud.api.dataproc.v1.CreateJobRequest;
import yandex.cloud.api.dataproc.v1.Job;
import yandex.cloud.api.dataproc.v1.ListJobLogResponse;
import yandex.cloud.api.dataproc.v1.PysparkJob;
import yandex.cloud.api.dataproc.v1.SparkJob;

/**
 * Runs Spark jobs for real, each as a {@code spark-submit} in local mode, in a folder of its own, as on a node: what is
 * fetched for a job is there, and what it writes is not where other jobs are.
 */
final class LocalSpark {

    private static final int PAGE = 1 << 20;
    private static final String MASTER_ENVIRONMENT = "spark.yarn.appMasterEnv.";
    private static final Pattern VERSION = Pattern.compile("spark-core_[0-9.]+-([0-9][^-]*).*\\.jar");

    private final Path sparkHome;
    private final Path folder;
    private final @Nullable Integer metadataPort;

    /** @param metadataPort where nodes find their metadata and Lockbox; null if they find none */
    LocalSpark(Path sparkHome, Path folder, @Nullable Integer metadataPort) {
        this.sparkHome = sparkHome.toAbsolutePath().normalize();
        this.folder = folder;
        this.metadataPort = metadataPort;
    }

    /**
     * Starts a job.
     *
     * @throws StatusRuntimeException if it is of a kind that does not run here: it would end well without any work
     */
    Submitted submit(String id, CreateJobRequest request) throws IOException {
        Path node = Files.createDirectories(folder.resolve(id));
        List<String> command = spark();
        Map<String, String> properties;
        if (request.hasSparkJob()) {
            SparkJob job = request.getSparkJob();
            properties = job.getPropertiesMap();
            command.addAll(List.of("--class", job.getMainClass()));
            addProperties(command, properties);
            list(command, "--jars", fetched(node, job.getJarFileUrisList()));
            fetched(node, job.getFileUrisList());
            command.add(fetched(node, List.of(job.getMainJarFileUri())).get(0));
            command.addAll(job.getArgsList());
        } else if (request.hasPysparkJob()) {
            PysparkJob job = request.getPysparkJob();
            properties = job.getPropertiesMap();
            addProperties(command, properties);
            list(command, "--jars", fetched(node, job.getJarFileUrisList()));
            list(command, "--py-files", fetched(node, job.getPythonFileUrisList()));
            fetched(node, job.getFileUrisList());
            command.add(fetched(node, List.of(job.getMainPythonFileUri())).get(0));
            command.addAll(job.getArgsList());
            command = prepared(node, job.getArchiveUrisList(), command);
        } else {
            throw Cloud.refused(
                    Status.UNIMPLEMENTED, "jobs of this kind can't be run here (expected: spark_job or pyspark_job)");
        }
        Path log = folder.resolve(id + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(node.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("SPARK_HOME", sparkHome.toString());
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        if (metadataPort != null) {
            builder.environment().put("MAYFLY_METADATA_URL", "http://127.0.0.1:" + metadataPort);
            builder.environment().put("MAYFLY_LOCKBOX_URL", "http://127.0.0.1:" + metadataPort);
        }
        properties.forEach((name, value) -> {
            if (name.startsWith(MASTER_ENVIRONMENT)) {
                builder.environment().put(name.substring(MASTER_ENVIRONMENT.length()), value);
            }
        });
        return new Submitted(builder.start(), log);
    }

    private List<String> spark() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + sparkHome.resolve("java-options"));
        String archive = "classes-" + System.getProperty("java.vm.version") + ".jsa";
        command.addAll(List.of("-XX:SharedArchiveFile=" + sparkHome.resolve(archive), "-Xlog:cds*=error"));
        command.addAll(List.of("-Xmx1g", "-cp", sparkHome.resolve("conf") + ":" + sparkHome.resolve("jars") + "/*"));
        command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", "local[2]"));
        command.addAll(List.of("--conf", "spark.ui.enabled=false"));
        return command;
    }

    private static void addProperties(List<String> command, Map<String, String> properties) {
        properties.forEach((name, value) -> {
            if (!name.startsWith("spark.yarn.") && !name.equals("spark.submit.deployMode")) {
                command.addAll(List.of("--conf", name + "=" + value));
            }
        });
    }

    private static void list(List<String> command, String option, List<String> paths) {
        if (!paths.isEmpty()) {
            command.addAll(List.of(option, String.join(",", paths)));
        }
    }

    /** Copies files to a node, under their names. */
    private static List<String> fetched(Path node, List<String> addresses) throws IOException {
        List<String> paths = new ArrayList<>();
        for (String address : addresses) {
            Path from = Path.of(URI.create(address));
            Path to = node.resolve(from.getFileName().toString());
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
            paths.add(to.toString());
        }
        return paths;
    }

    /** A command in Python, after its archives were unpacked; installs Spark's Python files first if they are missing. */
    private List<String> prepared(Path node, List<String> archives, List<String> command) throws IOException {
        List<String> prepared = new ArrayList<>(
                List.of("python3", sparkHome.resolve("prepare.py").toString(), sparkHome.toString(), version()));
        for (String archive : archives) {
            String[] parts = archive.split("#", 2);
            Path from = Path.of(URI.create(parts[0]));
            prepared.add(from + "#"
                    + node.resolve(
                            parts.length > 1 ? parts[1] : from.getFileName().toString()));
        }
        prepared.add("--");
        prepared.addAll(command);
        return prepared;
    }

    private String version() throws IOException {
        try (Stream<Path> jars = Files.list(sparkHome.resolve("jars"))) {
            return jars.map(jar -> VERSION.matcher(jar.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(matcher -> matcher.group(1))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no spark-core jar in " + sparkHome + "/jars"));
        }
    }

    /** A job that was started. */
    record Submitted(Process process, Path file) {

        Job.Status status() {
            if (process.isAlive()) {
                return Job.Status.RUNNING;
            }
            return process.exitValue() == 0 ? Job.Status.DONE : Job.Status.ERROR;
        }

        void stop() {
            process.destroy();
        }

        ListJobLogResponse log(long offset) throws IOException {
            try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
                in.seek(offset);
                byte[] page = new byte[(int) Math.min(PAGE, Math.max(0, in.length() - offset))];
                in.readFully(page);
                ListJobLogResponse.Builder answer =
                        ListJobLogResponse.newBuilder().setContent(new String(page, StandardCharsets.UTF_8));
                return (page.length > 0 ? answer.setNextPageToken(Long.toString(offset + page.length)) : answer)
                        .build();
            }
        }
    }
}
