package dev.mayfly.retraining;

import dev.mayfly.cluster.ClusterProvider.JobSpec;
import dev.mayfly.cluster.ClusterProvider.Program;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.packages.JobPackage;
import dev.mayfly.packages.Packages;
import dev.mayfly.pipeline.Pipeline.Code;
import dev.mayfly.pipeline.Pipeline.JarCode;
import dev.mayfly.pipeline.Pipeline.JarSource;
import dev.mayfly.pipeline.Pipeline.PythonCode;
import dev.mayfly.pipeline.Pipeline.SparkWork;
import dev.mayfly.pipeline.Template;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns a Spark task of a pipeline into the job that a provider is given. */
final class SparkTask {

    private final Packages packages;
    private final Secrets secrets;
    private final String trackingUri;

    SparkTask(Packages packages, Secrets secrets, String trackingUri) {
        this.packages = packages;
        this.secrets = secrets;
        this.trackingUri = trackingUri;
    }

    /** Throws {@link IllegalArgumentException} if there is no such package or jar. */
    JobPackage main(Code code) {
        return code instanceof PythonCode python ? stored(python.file()) : jar(((JarCode) code).jar());
    }

    private JobPackage jar(JarSource source) {
        return switch (source.kind()) {
            case PACKAGE ->
                packages.newest(source.value())
                        .orElseThrow(() -> new IllegalArgumentException(
                                "package: " + source.value() + " (expected: the name of a stored package)"));
            case PATH -> stored(source.value());
        };
    }

    /** What runs later is what was there now: a copy, by the hash of its content. */
    private JobPackage stored(String file) {
        Path path = Path.of(file);
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("file: " + file + " (expected: a file that the server can read)");
        }
        return packages.store(path.getFileName().toString(), path);
    }

    private Program program(Code code, JobPackage main) {
        if (!(code instanceof PythonCode python)) {
            return new Program.Jar(main.file(), ((JarCode) code).mainClass());
        }
        List<Program.Archive> archives = python.archives().stream()
                .map(archive -> archive.split("#", 2))
                .map(parts -> new Program.Archive(stored(parts[0]).file(), parts.length > 1 ? parts[1] : ""))
                .toList();
        return new Program.Python(
                main.file(),
                python.modules().stream().map(module -> stored(module).file()).toList(),
                archives,
                python.jars().stream().map(jar -> stored(jar).file()).toList());
    }

    /**
     * {@code isShown}: the provider shows the environment to others. Throws {@link IllegalArgumentException} if a reference or
     * secret leads nowhere.
     */
    JobSpec job(SparkWork work, PipelineRun run, TaskExecution execution, JobPackage main, boolean isShown) {
        Map<String, String> values = values(run);
        List<String> arguments = work.arguments().stream()
                .map(text -> Template.fill(text, values))
                .toList();
        Map<String, String> properties = new HashMap<>();
        work.properties().forEach((key, value) -> properties.put(key, Template.fill(value, values)));
        Map<String, String> environment = new HashMap<>();
        work.environment().forEach((key, value) -> environment.put(key, Template.fill(value, values)));
        Secrets.Resolved resolved = secrets.resolve(environment, isShown);
        Map<String, String> complete = new HashMap<>(resolved.values());
        complete.putAll(lineage(run, execution));
        return new JobSpec(
                execution.attempt().jobName(),
                program(work.code(), main),
                arguments,
                properties,
                complete,
                resolved.secret());
    }

    private Map<String, String> lineage(PipelineRun run, TaskExecution execution) {
        AttemptId attempt = execution.attempt();
        return Map.of(
                "MLFLOW_TRACKING_URI", trackingUri,
                "MLFLOW_RUN_ID", execution.trackingRun().value(),
                "MAYFLY_RUN_ID", run.id().toString(),
                "MAYFLY_PIPELINE", run.pipeline(),
                "MAYFLY_TASK", attempt.task(),
                "MAYFLY_ATTEMPT", Integer.toString(attempt.number()));
    }

    static Map<String, String> values(PipelineRun run) {
        Map<String, String> values = new HashMap<>();
        run.parameters().forEach((key, value) -> values.put("parameters." + key, value));
        values.put("run.id", run.id().toString());
        values.put("pipeline.name", run.pipeline());
        values.putAll(run.interval().values());
        run.slice().ifPresent(slice -> {
            values.put("slice.number", Integer.toString(slice.number()));
            values.put("slice.files", String.join(",", slice.files()));
        });
        return values;
    }
}
