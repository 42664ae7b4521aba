package dev.mayfly.pipeline;

import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.engine.Retry;
import dev.mayfly.engine.TriggerRule;
import dev.mayfly.packages.PackageReference;
import dev.mayfly.slice.SliceRules;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A pipeline as its YAML states it, checked, with all defaults filled in. */
public record Pipeline(
        String name,
        String description,
        Trigger trigger,
        Map<String, String> parameters,
        Optional<Input> input,
        Optional<ClusterSpec> cluster,
        Limits limits,
        List<Task> tasks) {

    public Pipeline {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        tasks = List.copyOf(tasks);
    }

    /**
     * Returns, by task, why no worker of the cluster can hold the executor that the task asks for; empty if all can.
     *
     * @param values of the references to parameters; a property with another reference is not judged
     */
    public Map<String, String> misfits(Map<String, String> values) {
        Map<String, String> misfits = new LinkedHashMap<>();
        cluster.ifPresent(spec -> sparkWork().forEach((task, work) -> {
            Map<String, String> properties = new LinkedHashMap<>(work.properties());
            properties.replaceAll((name, text) ->
                    values.keySet().containsAll(Template.references(text)) ? Template.fill(text, values) : text);
            ExecutorMemory.problem(spec, properties).ifPresent(problem -> misfits.put(task, problem));
        }));
        return misfits;
    }

    /**
     * Returns, by task, what its job is given that is longer than a process may get; empty if none is. Secrets do not count.
     *
     * @param references the values of all references but secrets
     */
    public Map<String, String> longArguments(Map<String, String> references) {
        Map<String, String> problems = new LinkedHashMap<>();
        Map<String, String> values = new LinkedHashMap<>(references);
        sparkWork()
                .values()
                .forEach(work -> work.secrets().keySet().forEach(name -> values.put(Template.SECRET + name, "")));
        sparkWork()
                .forEach((task, work) ->
                        ArgumentLength.problem(work.texts(), values).ifPresent(problem -> problems.put(task, problem)));
        return problems;
    }

    /** Returns, by task, what its job is given that is too long whatever its references stand for; empty if none is. */
    Map<String, String> longArgumentsAtLeast(String dataFolder) {
        Map<String, String> problems = new LinkedHashMap<>();
        Map<String, String> values = new LinkedHashMap<>(Map.of("data", dataFolder, "pipeline.name", name));
        values.putAll(Template.parameters(parameters, dataFolder));
        Optional<Input> filled = input.map(some -> new Input(Template.fill(some.files(), values), some.rules()));
        sparkWork()
                .forEach((task, work) -> ArgumentLength.problemAtLeast(work.texts(), filled)
                        .ifPresent(problem -> problems.put(task, problem)));
        return problems;
    }

    /** The packages that its jobs use. */
    public Set<PackageReference> packages() {
        Set<PackageReference> references = new LinkedHashSet<>();
        for (SparkWork work : sparkWork().values()) {
            for (CodeFile file : work.code().files()) {
                if (file instanceof CodeFile.OfPackage some) {
                    references.add(some.reference());
                }
            }
        }
        return references;
    }

    /** Whether a job gets the files of its slice as one argument or value. */
    public boolean joinsFiles() {
        return sparkWork().values().stream()
                .flatMap(work -> work.texts().values().stream())
                .anyMatch(text -> Template.references(text).contains("slice.files"));
    }

    /** The registered models that jobs may use, and those that are promoted. */
    public record Models(Set<String> used, Set<String> promoted) {}

    /**
     * Returns the experiments that jobs may log to besides the pipeline's own.
     *
     * @param parameters the values of the references to parameters
     */
    public Set<String> experiments(Map<String, String> parameters) {
        Map<String, String> values = new LinkedHashMap<>(parameters);
        values.put("pipeline.name", name);
        return sparkWork().values().stream()
                .flatMap(work -> work.reporting().experiments().stream())
                .map(text -> filled(text, values))
                .collect(Collectors.toSet());
    }

    /**
     * Returns the models of all tasks; a reference to what only a run knows stands in a name as it is written.
     *
     * @param parameters the values of the references to parameters
     */
    public Models models(Map<String, String> parameters) {
        Map<String, String> values = new LinkedHashMap<>(parameters);
        values.put("pipeline.name", name);
        Set<String> used = new LinkedHashSet<>();
        Set<String> promoted = new LinkedHashSet<>();
        for (Task task : tasks) {
            if (task.work() instanceof SparkWork work) {
                work.reporting().models().forEach(model -> used.add(filled(model, values)));
            } else if (task.work() instanceof PromoteWork work) {
                promoted.add(filled(work.model(), values));
            }
        }
        return new Models(used, promoted);
    }

    /** What only a run knows, such as its date, stays as it is written. */
    private static String filled(String text, Map<String, String> values) {
        Map<String, String> all = new LinkedHashMap<>(values);
        Template.references(text).forEach(name -> all.putIfAbsent(name, "${" + name + "}"));
        return Template.fill(text, all);
    }

    private Map<String, SparkWork> sparkWork() {
        Map<String, SparkWork> works = new LinkedHashMap<>();
        for (Task task : tasks) {
            if (task.work() instanceof SparkWork work) {
                works.put(task.name(), work);
            }
        }
        return works;
    }

    /** What opens runs automatically: a schedule, the success of another pipeline, or nothing. */
    public record Trigger(Optional<Schedule> schedule, Optional<String> after) {

        static final Trigger NONE = new Trigger(Optional.empty(), Optional.empty());
    }

    /** How many runs may be active at once, and how long one may take. */
    public record Limits(int maxActiveRuns, Duration timeout) {}

    /** Files that runs process slice by slice: a path whose last part may hold wildcards, and how they become slices. */
    public record Input(String files, SliceRules rules) {}

    /** One task; {@link Pipeline#tasks} lists every task after those it needs. */
    public record Task(String name, List<String> needs, TriggerRule rule, Retry retry, Duration timeout, Work work) {

        public Task {
            needs = List.copyOf(needs);
        }
    }

    /** What a task does. */
    public sealed interface Work {

        boolean onCluster();
    }

    /**
     * A Spark job. The environment's values are plain or references ({@code env:}, {@code file:}, {@code lockbox:}), never
     * secrets.
     *
     * @param secrets references by name; in arguments, properties and environment <code>${secret.NAME}</code> stands for one
     */
    public record SparkWork(
            Code code,
            List<String> arguments,
            Map<String, String> properties,
            Map<String, String> environment,
            Map<String, String> secrets,
            Reporting reporting)
            implements Work {

        public SparkWork {
            arguments = List.copyOf(arguments);
            properties = Map.copyOf(properties);
            environment = Map.copyOf(environment);
            secrets = Map.copyOf(secrets);
        }

        /** What the job's process is given, by what messages call it. */
        private Map<String, String> texts() {
            Map<String, String> texts = new LinkedHashMap<>();
            for (int n = 0; n < arguments.size(); n++) {
                texts.put("argument " + (n + 1), arguments.get(n));
            }
            properties.forEach((name, text) -> texts.put("property " + name, text));
            environment.forEach((name, text) -> texts.put("environment " + name, text));
            return texts;
        }

        @Override
        public boolean onCluster() {
            return true;
        }
    }

    /**
     * What a job tells tracking and the registry.
     *
     * @param joins whether it logs to the run that was made for it; if not, it makes runs of its own
     * @param experiments those besides its pipeline's that it may log to
     * @param models the registered models that it may read and add versions to
     * @param products what it must have made when it ends well
     */
    public record Reporting(boolean joins, List<String> experiments, List<String> models, Products products) {

        public Reporting {
            experiments = List.copyOf(experiments);
            models = List.copyOf(models);
        }
    }

    /**
     * What a job must have made.
     *
     * @param model a registered model of which it adds a whole version
     * @param files paths on the server's machine, each of a file that is not empty, or of a folder that holds one
     * @param metrics that it logs, each a number
     */
    public record Products(Optional<String> model, List<String> files, List<String> metrics) {

        public static final Products NONE = new Products(Optional.empty(), List.of(), List.of());

        public Products {
            files = List.copyOf(files);
            metrics = List.copyOf(metrics);
        }
    }

    /** What a Spark job runs. */
    public sealed interface Code {

        /** Every file that it needs. */
        List<CodeFile> files();
    }

    /** A class of a jar. */
    public record JarCode(CodeFile jar, String mainClass) implements Code {

        @Override
        public List<CodeFile> files() {
            return List.of(jar);
        }
    }

    /**
     * A script with its modules, archives and jars.
     *
     * @param interpreter that runs it, from where the archives are unpacked; empty if it is the machine's own
     */
    public record PythonCode(
            CodeFile file,
            List<CodeFile> modules,
            List<Archive> archives,
            List<CodeFile> jars,
            Optional<String> interpreter)
            implements Code {

        public PythonCode {
            modules = List.copyOf(modules);
            archives = List.copyOf(archives);
            jars = List.copyOf(jars);
        }

        @Override
        public List<CodeFile> files() {
            return Stream.of(
                            List.of(file),
                            modules,
                            archives.stream().map(Archive::file).toList(),
                            jars)
                    .flatMap(Collection::stream)
                    .toList();
        }
    }

    /** An archive that is unpacked beside a script, into a folder; if that has no name, it is the archive's. */
    public record Archive(CodeFile file, String folder) {}

    /** Makes the model version that the task {@code from} registered the champion, if it passes the gate. */
    public record PromoteWork(String model, String from, Gate gate) implements Work {

        @Override
        public boolean onCluster() {
            return false;
        }
    }

    /**
     * What a version must reach: at least {@code minimum} of the metric; against a champion, on the same data, a gain
     * whose lower bound is more than {@code minGain}; and every guard, by its metric.
     */
    public record Gate(
            String metric, double minimum, double minGain, Map<String, Guard> guards, Comparison comparison) {

        /** How a version is compared with the champion. */
        public enum Comparison {
            /** By what its training measured of both on the same data, with the lower bound of the gain. */
            SAME_DATA,
            /** By what each one's own training logged, whatever data that was on. */
            OWN_METRICS
        }

        public Gate {
            guards = Collections.unmodifiableMap(new LinkedHashMap<>(guards));
        }
    }

    /** Bounds of a metric, and of how far it may be from the champion's on the same data. */
    public record Guard(
            Optional<Double> atLeast, Optional<Double> atMost, Optional<Double> maxDrop, Optional<Double> maxRise) {}
}
