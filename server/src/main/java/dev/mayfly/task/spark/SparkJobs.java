package dev.mayfly.task.spark;

import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterProvider.JobFile;
import dev.mayfly.cluster.ClusterProvider.JobSpec;
import dev.mayfly.cluster.ClusterProvider.Program;
import dev.mayfly.cluster.ClusterRef;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.RunId;
import dev.mayfly.packages.JobPackage;
import dev.mayfly.packages.Packages;
import dev.mayfly.pipeline.CodeFile;
import dev.mayfly.pipeline.Pipeline.Code;
import dev.mayfly.pipeline.Pipeline.JarCode;
import dev.mayfly.pipeline.Pipeline.PythonCode;
import dev.mayfly.pipeline.Pipeline.SparkWork;
import dev.mayfly.pipeline.Template;
import dev.mayfly.secret.Secrets;
import dev.mayfly.slice.Slice;
import dev.mayfly.task.AttemptBinding;
import dev.mayfly.task.PipelineRun;
import dev.mayfly.task.TaskKind;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Turns the Spark work of a pipeline into a job for a provider. Thread-safe. */
public final class SparkJobs {

    private static final String MANIFEST = "slice.manifest";

    private final Packages packages;
    private final Secrets secrets;
    private final JobTokens tokens;
    private final String trackingUri;

    /**
     * Spark jobs.
     *
     * @param trackingUri where jobs reach this server's MLflow API
     */
    public SparkJobs(Packages packages, Secrets secrets, JobTokens tokens, String trackingUri) {
        this.packages = packages;
        this.tokens = tokens;
        this.secrets = secrets;
        this.trackingUri = trackingUri;
    }

    /** The packages, files and secrets that a pipeline may not name, or that are not there. */
    List<String> problems(SparkWork work, ClusterProvider provider) {
        return Stream.concat(
                        work.code().files().stream().map(this::refusal).flatMap(Optional::stream),
                        new SecretUse(work, secrets, provider).problems().stream())
                .toList();
    }

    private Optional<String> refusal(CodeFile file) {
        if (file instanceof CodeFile.OfPackage some) {
            return packages.index().refusal(some.reference());
        }
        if (file instanceof CodeFile.WithText some) {
            return packages.has(some.digest(), some.path())
                    ? Optional.empty()
                    : Optional.of("file '" + some.path() + "' with the SHA-256 " + some.digest()
                            + " is not stored (expected: one that was sent before the text)");
        }
        return packages.refusal(((CodeFile.OnServer) file).path());
    }

    /** Returns the jar or script of a run's job; throws {@link IllegalArgumentException} if there is none. */
    JobPackage main(RunId run, Code code) {
        return used(run, code.files().get(0));
    }

    private JobPackage used(RunId run, CodeFile file) {
        if (file instanceof CodeFile.OfPackage some) {
            return packages.referred(run, some.reference());
        }
        if (file instanceof CodeFile.WithText some) {
            return packages.attached(run, some.path(), some.digest());
        }
        return packages.file(run, ((CodeFile.OnServer) file).path());
    }

    private Program program(RunId run, Code code, JobPackage main) {
        if (!(code instanceof PythonCode python)) {
            return new Program.Jar(file(main), ((JarCode) code).mainClass());
        }
        Function<CodeFile, JobFile> used = one -> file(used(run, one));
        return new Program.Python(
                file(main),
                python.modules().stream().map(used).toList(),
                python.archives().stream()
                        .map(archive -> new Program.Archive(used.apply(archive.file()), archive.folder()))
                        .toList(),
                python.jars().stream().map(used).toList());
    }

    private static JobFile file(JobPackage stored) {
        return new JobFile(stored.digest(), stored.file());
    }

    /**
     * Returns the job of an attempt.
     *
     * @param cluster where it runs
     * @throws IllegalArgumentException if a reference or secret leads nowhere
     */
    JobSpec job(TaskKind.Start<SparkWork> start, JobPackage main, Place cluster) {
        SparkWork work = start.work();
        AttemptBinding binding = start.attempt().binding();
        boolean isShown = cluster.provider().showsEnvironment();
        SecretUse use = new SecretUse(work, secrets, cluster.provider());
        Map<String, String> values = values(start, cluster);
        values.putAll(use.marks());
        List<String> arguments = work.arguments().stream()
                .map(text -> Template.fill(text, values))
                .toList();
        Map<String, String> properties = new HashMap<>();
        work.properties().forEach((key, value) -> properties.put(key, Template.fill(value, values)));
        Map<String, String> environment = new HashMap<>();
        work.environment().forEach((key, value) -> environment.put(key, Template.fill(value, values)));
        Secrets.Resolved resolved = secrets.resolve(environment, isShown);
        Map<String, String> complete = new HashMap<>(resolved.values());
        if (work.code() instanceof PythonCode python) {
            python.interpreter().ifPresent(path -> complete.putIfAbsent("PYSPARK_PYTHON", path));
        }
        complete.putAll(lineage(start));
        complete.putAll(token(tokens.open(start, cluster.longest()), binding.attempt(), cluster));
        return new JobSpec(
                binding.attempt().jobName(),
                program(start.pipelineRun().id(), work.code(), main),
                arguments,
                properties,
                complete,
                resolved.secret(),
                use.hidden());
    }

    /** A cluster, the provider that has it, and how long it may live. */
    record Place(ClusterProvider provider, ClusterRef cluster, Duration longest) {}

    /** Where others can read the environment of a job, it gets the address of a file that holds the token. */
    private static Map<String, String> token(String token, AttemptId attempt, Place place) {
        return place.provider().showsEnvironment()
                ? Map.of(
                        "MAYFLY_TOKEN_FILE",
                        place.provider().place(place.cluster(), attempt.jobName() + ".token", token + "\n"))
                : Map.of("MLFLOW_TRACKING_TOKEN", token);
    }

    /** Ends what an attempt was given. */
    void end(TaskKind.Attempt attempt) {
        tokens.close(attempt);
    }

    /** Only a job that refers to the manifest gets one. */
    private static Map<String, String> values(TaskKind.Start<SparkWork> start, Place place) {
        Map<String, String> values = new HashMap<>(start.values());
        SparkWork work = start.work();
        Optional<Slice> slice = start.pipelineRun().slice();
        boolean wanted = Stream.of(
                        work.arguments(),
                        work.properties().values(),
                        work.environment().values())
                .flatMap(Collection::stream)
                .anyMatch(text -> Template.references(text).contains(MANIFEST));
        if (wanted && slice.isPresent()) {
            String paths = String.join("\n", slice.get().files()) + "\n";
            values.put(MANIFEST, place.provider().place(place.cluster(), "slice-manifest.txt", paths));
        }
        return values;
    }

    /** With MLFLOW_RUN_ID, MLflow's client refuses whoever sets an experiment; without it, start_run() makes a new run. */
    private Map<String, String> lineage(TaskKind.Start<SparkWork> start) {
        PipelineRun run = start.pipelineRun();
        AttemptBinding binding = start.attempt().binding();
        AttemptId attempt = binding.attempt();
        Map<String, String> lineage = new HashMap<>(Map.of(
                "MLFLOW_TRACKING_URI", trackingUri,
                "MAYFLY_TRACKING_RUN_ID", binding.trackingRun().value(),
                "MAYFLY_RUN_ID", run.id().toString(),
                "MAYFLY_PIPELINE", run.pipeline(),
                "MAYFLY_TASK", attempt.task(),
                "MAYFLY_ATTEMPT", Integer.toString(attempt.number())));
        if (start.work().reporting().joins()) {
            lineage.put("MLFLOW_RUN_ID", binding.trackingRun().value());
        } else {
            lineage.put("MLFLOW_EXPERIMENT_NAME", run.pipeline());
        }
        return lineage;
    }
}
