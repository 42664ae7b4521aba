package dev.mayfly.task.spark;

import dev.mayfly.access.Actor;
import dev.mayfly.cluster.ClusterProvider.JobFile;
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
import dev.mayfly.secret.Secrets;
import dev.mayfly.task.AttemptBinding;
import dev.mayfly.task.PipelineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns the Spark work of a pipeline into a job for a provider. Thread-safe. */
final class SparkJobs {

    private final Packages packages;
    private final Secrets secrets;
    private final String trackingUri;

    SparkJobs(Packages packages, Secrets secrets, String trackingUri) {
        this.packages = packages;
        this.secrets = secrets;
        this.trackingUri = trackingUri;
    }

    /** Returns the jar or script of a job; throws {@link IllegalArgumentException} if there is none. */
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

    /** Stores a copy by digest: the job runs these bytes even if the file changes later. */
    private JobPackage stored(String file) {
        Path path = Path.of(file);
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("file: " + file + " (expected: a file that the server can read)");
        }
        return packages.store(Actor.SYSTEM, path.getFileName().toString(), path);
    }

    private Program program(Code code, JobPackage main) {
        if (!(code instanceof PythonCode python)) {
            return new Program.Jar(file(main), ((JarCode) code).mainClass());
        }
        List<Program.Archive> archives = python.archives().stream()
                .map(archive -> archive.split("#", 2))
                .map(parts -> new Program.Archive(file(stored(parts[0])), parts.length > 1 ? parts[1] : ""))
                .toList();
        return new Program.Python(
                file(main),
                python.modules().stream().map(module -> file(stored(module))).toList(),
                archives,
                python.jars().stream().map(jar -> file(stored(jar))).toList());
    }

    private static JobFile file(JobPackage stored) {
        return new JobFile(stored.digest(), stored.file());
    }

    /**
     * Returns the job of an attempt.
     *
     * @param isShown whether the provider shows a job's environment to others
     * @throws IllegalArgumentException if a reference or secret leads nowhere
     */
    JobSpec job(SparkWork work, PipelineRun run, AttemptBinding binding, JobPackage main, boolean isShown) {
        Map<String, String> values = run.values();
        List<String> arguments = work.arguments().stream()
                .map(text -> Template.fill(text, values))
                .toList();
        Map<String, String> properties = new HashMap<>();
        work.properties().forEach((key, value) -> properties.put(key, Template.fill(value, values)));
        Map<String, String> environment = new HashMap<>();
        work.environment().forEach((key, value) -> environment.put(key, Template.fill(value, values)));
        Secrets.Resolved resolved = secrets.resolve(environment, isShown);
        Map<String, String> complete = new HashMap<>(resolved.values());
        complete.putAll(lineage(run, binding));
        return new JobSpec(
                binding.attempt().jobName(),
                program(work.code(), main),
                arguments,
                properties,
                complete,
                resolved.secret());
    }

    private Map<String, String> lineage(PipelineRun run, AttemptBinding binding) {
        AttemptId attempt = binding.attempt();
        return Map.of(
                "MLFLOW_TRACKING_URI", trackingUri,
                "MLFLOW_RUN_ID", binding.trackingRun().value(),
                "MAYFLY_RUN_ID", run.id().toString(),
                "MAYFLY_PIPELINE", run.pipeline(),
                "MAYFLY_TASK", attempt.task(),
                "MAYFLY_ATTEMPT", Integer.toString(attempt.number()));
    }
}
