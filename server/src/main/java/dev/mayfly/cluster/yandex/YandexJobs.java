package dev.mayfly.cluster.yandex;

import dev.mayfly.cluster.ClusterProvider.JobFile;
import dev.mayfly.cluster.ClusterProvider.JobSpec;
import dev.mayfly.cluster.ClusterProvider.Program;
import dev.mayfly.cluster.ClusterProvider.ReportedJob;
import dev.mayfly.cluster.ProviderUnavailable;
import dev.mayfly.cluster.PythonModule;
import dev.mayfly.cluster.ReasonLines;
import dev.mayfly.digest.Sha256;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import yandex.cloud.api.dataproc.v1.CancelJobRequest;
import yandex.cloud.api.dataproc.v1.CreateJobRequest;
import yandex.cloud.api.dataproc.v1.Job;
import yandex.cloud.api.dataproc.v1.JobServiceGrpc;
import yandex.cloud.api.dataproc.v1.ListJobLogRequest;
import yandex.cloud.api.dataproc.v1.ListJobLogResponse;
import yandex.cloud.api.dataproc.v1.ListJobsRequest;
import yandex.cloud.api.dataproc.v1.PysparkJob;
import yandex.cloud.api.dataproc.v1.SparkJob;

/**
 * Jobs on Data Processing clusters. The cloud does not enforce unique names, so a job is searched for by its name
 * before it is created, and created under an idempotency key. Thread-safe.
 */
final class YandexJobs {

    private static final int MOST_PROPERTIES = 100;
    private static final Limits SPARK = new Limits(256, 10_000, 256);
    private static final Limits PYSPARK = new Limits(2_500, 100_000, 10_000);

    private static final String IN_MASTER = "spark.yarn.appMasterEnv.";

    private final YandexClient calls;
    private final Staging staging;
    private final YandexLogs logs = new YandexLogs(this::page);

    YandexJobs(YandexClient calls, Staging staging) {
        this.calls = calls;
        this.staging = staging;
    }

    /** The API's limits: the number of arguments, and the length of an argument and of a property's value. */
    private record Limits(int arguments, int argument, int property) {}

    void submit(String cluster, JobSpec job) {
        if (cluster.isEmpty()) {
            throw new ProviderUnavailable(
                    "job " + job.name() + ": its cluster no longer exists", new IllegalStateException());
        }
        if (find(cluster, job.name()).isPresent()) {
            return;
        }
        CreateJobRequest.Builder request =
                CreateJobRequest.newBuilder().setClusterId(cluster).setName(job.name());
        Map<String, String> properties = properties(job);
        CreateJobRequest complete = job.program()
                .match(
                        jar -> request.setSparkJob(spark(job, jar, properties)),
                        python -> request.setPysparkJob(pyspark(job, python, properties)))
                .build();
        String once = cluster + "/" + job.name();
        UUID key = UUID.nameUUIDFromBytes(once.getBytes(StandardCharsets.UTF_8));
        available("submit " + once, () -> YandexClient.repeatable(jobs(), key).create(complete));
    }

    private SparkJob spark(JobSpec job, Program.Jar program, Map<String, String> properties) {
        return SparkJob.newBuilder()
                .addAllArgs(arguments(job, SPARK))
                .putAllProperties(properties)
                .setMainJarFileUri(staged(program.jar()))
                .setMainClass(program.mainClass())
                .build();
    }

    /** The script is started by another one, which reads the job's token from the file that is fetched with it, and secrets. */
    private PysparkJob pyspark(JobSpec job, Program.Python program, Map<String, String> properties) {
        Map<String, String> all = new LinkedHashMap<>(properties);
        String script = program.main().path().getFileName().toString();
        all.put(IN_MASTER + PythonModule.SCRIPT, script);
        if (!job.hidden().isEmpty()) {
            all.put(IN_MASTER + PythonModule.SECRETS, PythonModule.secrets(job, true));
        }
        String token = job.environment().get("MAYFLY_TOKEN_FILE");
        return PysparkJob.newBuilder()
                .addAllArgs(arguments(job, PYSPARK))
                .putAllProperties(all)
                .setMainPythonFileUri(staged(PythonModule.TEXT, PythonModule.FILE))
                .addPythonFileUris(staged(program.main()))
                .addAllPythonFileUris(
                        program.modules().stream().map(this::staged).toList())
                .addAllFileUris(token == null ? List.of() : List.of(token))
                .addAllJarFileUris(program.jars().stream().map(this::staged).toList())
                .addAllArchiveUris(program.archives().stream()
                        .map(archive ->
                                staged(archive.file()) + (archive.folder().isEmpty() ? "" : "#" + archive.folder()))
                        .toList())
                .build();
    }

    private static Map<String, String> properties(JobSpec job) {
        Map<String, String> properties = new LinkedHashMap<>(job.properties());
        properties.putIfAbsent("spark.submit.deployMode", "cluster");
        job.environment().forEach((name, value) -> {
            properties.put(IN_MASTER + name, value);
            properties.put("spark.executorEnv." + name, value);
        });
        check(job, properties, job.program().match(jar -> SPARK, python -> PYSPARK));
        return properties;
    }

    private static void check(JobSpec job, Map<String, String> properties, Limits limits) {
        if (job.secrets().stream().anyMatch(name -> job.environment().containsKey(name))) {
            throw new IllegalArgumentException("environment " + job.secrets()
                    + " (expected: no env: or file: on yandex, where the job's properties would show the secret;"
                    + " the job itself reads lockbox:SECRET/KEY)");
        }
        if (properties.size() > MOST_PROPERTIES) {
            throw new IllegalArgumentException("properties and environment of job " + job.name() + ": "
                    + properties.size() + " (expected: at most " + MOST_PROPERTIES + ")");
        }
        properties.forEach((name, value) -> {
            if (value.length() > limits.property()) {
                throw new IllegalArgumentException("property " + name + " of job " + job.name() + ": " + value.length()
                        + " characters (expected: at most " + limits.property() + ")");
            }
        });
    }

    /** Passes arguments that are too long or too many in files, as {@code @address}. */
    private List<String> arguments(JobSpec job, Limits limits) {
        if (job.arguments().size() > limits.arguments()) {
            return List.of("@" + staged(String.join("\n", job.arguments()), "arguments.txt"));
        }
        return job.arguments().stream()
                .map(argument ->
                        argument.length() > limits.argument() ? "@" + staged(argument, "argument.txt") : argument)
                .toList();
    }

    /**
     * The address by which jobs read a text.
     *
     * @param name of its file
     */
    String staged(String text, String name) {
        try {
            Path folder = Files.createTempDirectory("mayfly-staged");
            Path file = folder.resolve(name);
            try {
                Files.writeString(file, text);
                return staged(new JobFile(Sha256.of(text), file));
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new ProviderUnavailable("a text could not be staged: " + e.getMessage(), e);
        }
    }

    private String staged(JobFile file) {
        try {
            // the name stays: Python imports by it, and YARN fetches files under it
            return staging.put(file.path(), file.digest() + "/" + file.path().getFileName());
        } catch (IOException e) {
            throw new ProviderUnavailable("file " + file + " could not be staged: " + e.getMessage(), e);
        }
    }

    Optional<ReportedJob> describeJob(String cluster, String job) {
        return cluster.isEmpty() ? Optional.empty() : find(cluster, job).map(found -> sighting(cluster, found));
    }

    private ReportedJob sighting(String cluster, Job job) {
        return switch (job.getStatus()) {
            case DONE -> new ReportedJob(ReportedJob.JobState.SUCCEEDED, "");
            case CANCELLED -> new ReportedJob(ReportedJob.JobState.FAILED, "the job was cancelled");
            case ERROR -> new ReportedJob(ReportedJob.JobState.FAILED, why(cluster, job));
            case STATUS_UNSPECIFIED, PROVISIONING, PENDING, RUNNING, CANCELLING, UNRECOGNIZED ->
                new ReportedJob(ReportedJob.JobState.ACTIVE, "");
        };
    }

    /** A log that can't be read, or is too long to be searched, does not keep a failed job from having failed. */
    private String why(String cluster, Job job) {
        try {
            return logs.lastLine(cluster, job, new ReasonLines())
                    .map(line -> "the job failed: " + ReasonLines.words(line))
                    .orElse("the job failed; its log says more");
        } catch (ProviderUnavailable e) {
            return "the job failed; its log can't be read: " + e.getMessage();
        }
    }

    void cancel(String cluster, String job) {
        if (!cluster.isEmpty()) {
            find(cluster, job)
                    .ifPresent(found -> available(
                            "cancel " + job,
                            () -> jobs().cancel(CancelJobRequest.newBuilder()
                                    .setClusterId(cluster)
                                    .setJobId(found.getId())
                                    .build())));
        }
    }

    byte[] readLog(String cluster, String name, long offset, int maxBytes) {
        Optional<Job> job = cluster.isEmpty() ? Optional.empty() : find(cluster, name);
        return job.isEmpty() ? new byte[0] : logs.read(cluster, job.get(), offset, maxBytes);
    }

    private ListJobLogResponse page(ListJobLogRequest request) {
        return available("log of job " + request.getJobId(), () -> jobs().listLog(request))
                .orElse(ListJobLogResponse.getDefaultInstance());
    }

    private Optional<Job> find(String cluster, String name) {
        return available(
                        "job " + name,
                        () -> jobs().list(ListJobsRequest.newBuilder()
                                .setClusterId(cluster)
                                .setFilter("name=\"" + name + "\"")
                                .build()))
                .flatMap(page -> page.getJobsList().stream()
                        .filter(job -> job.getName().equals(name))
                        .findFirst());
    }

    /** Makes a call; empty if its object does not exist, or existed before. */
    private static <T> Optional<T> available(String what, Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (StatusRuntimeException e) {
            if (YandexClient.is(e, Status.Code.NOT_FOUND) || YandexClient.is(e, Status.Code.ALREADY_EXISTS)) {
                return Optional.empty();
            }
            if (YandexClient.is(e, Status.Code.INVALID_ARGUMENT)) {
                throw new IllegalArgumentException(what + ": " + e.getStatus().getDescription(), e);
            }
            throw new ProviderUnavailable(what + ": " + e.getStatus(), e);
        }
    }

    private JobServiceGrpc.JobServiceBlockingStub jobs() {
        return calls.stub("dataproc", JobServiceGrpc::newBlockingStub);
    }
}
