package dev.mayfly.pipeline;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.capacity.DataSize;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.digest.Sha256;
import dev.mayfly.engine.Retry;
import dev.mayfly.engine.TriggerRule;
import dev.mayfly.problem.Problem;
import dev.mayfly.problem.Refused;
import dev.mayfly.slice.SliceRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Turns a document that fits the schema into a pipeline, and finds what a schema can't: references to names that do not
 * exist.
 */
final class PipelineReader {

    private static final Duration DAY = Duration.ofDays(1);
    private static final List<String> KINDS = List.of("spark", "pyspark", "promote");
    /** Where secrets may stand. */
    private static final Pattern OF_JOB =
            Pattern.compile("/tasks/[^/]+/(spark|pyspark)/(arguments|properties|environment)/.*");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final YamlDocument document;
    private final Set<String> providers;
    private final List<Problem> problems = new ArrayList<>();
    private final Set<String> references = new TreeSet<>();
    private final Map<String, String> secrets;
    private final CodeReader code;

    /** @param withText the files that came with the text, by their paths from there */
    PipelineReader(YamlDocument document, Set<String> providers, Map<String, Sha256> withText) {
        this.document = document;
        this.code = new CodeReader(withText, this::add);
        this.providers = new TreeSet<>(providers);
        this.secrets = texts(document.root().path("secrets"));
    }

    Pipeline read() {
        JsonNode root = document.root();
        Map<String, String> parameters = texts(root.path("parameters"));
        references.add("data");
        checkReferences(root.path("parameters"), "/parameters");
        parameters.keySet().forEach(name -> references.add("parameters." + name));
        references.add("pipeline.name");
        Optional<Pipeline.Input> input = input(root.path("input"));
        references.remove("data");
        references.addAll(List.of("run.id", "interval.start", "interval.end", "interval.date"));
        if (input.isPresent()) {
            references.addAll(List.of("slice.number", "slice.files", "slice.manifest"));
        }
        checkReferences(root.path("tasks"), "/tasks");
        Optional<ClusterSpec> cluster =
                cluster(root.path("cluster"), root.path("priority").asInt(0));
        List<Pipeline.Task> tasks = tasks(root.path("tasks"), cluster.isPresent());
        Pipeline.Limits limits =
                new Pipeline.Limits(root.path("max_active_runs").asInt(1), duration(root.path("timeout"), DAY));
        Pipeline.Trigger trigger = new TriggerReader(this::add)
                .read(root.path("schedule"), root.path("name").asText());
        refuseProblems();
        return new Pipeline(
                root.path("name").asText(),
                root.path("description").asText(),
                trigger,
                parameters,
                input,
                cluster,
                limits,
                inOrder(tasks));
    }

    /** What it has met that has to be sent with the text. */
    BesideText besideText() {
        return code.besideText();
    }

    /** Refuses what no run of a pipeline could do. A stored pipeline is not asked: its runs say it when they open. */
    void check(Pipeline pipeline, String dataFolder) {
        pipeline.misfits(Template.parameters(pipeline.parameters(), dataFolder)).forEach(this::addToTask);
        pipeline.longArgumentsAtLeast(dataFolder).forEach(this::addToTask);
        pipeline.tasks().forEach(this::checkGain);
        refuseProblems();
    }

    /** Two trainings differ by chance, even by the same script on the same data: a gate for these has to say by how much. */
    private void checkGain(Pipeline.Task task) {
        if (task.work() instanceof Pipeline.PromoteWork promote
                && promote.gate().comparison() == Pipeline.Gate.Comparison.OWN_METRICS
                && promote.gate().minGain() <= 0) {
            problems.add(document.atKey(
                    YamlDocument.child("/tasks", task.name()) + "/promote/gate",
                    "compare: own_metrics without a min_gain (expected: more than 0, the gain that is no chance: two"
                            + " trainings differ a little even on the same data)"));
        }
    }

    private void addToTask(String task, String problem) {
        problems.add(document.atKey(YamlDocument.child("/tasks", task), "task '" + task + "': " + problem));
    }

    private void refuseProblems() {
        if (!problems.isEmpty()) {
            throw Refused.invalidPipeline(problems);
        }
    }

    private Optional<Pipeline.Input> input(JsonNode node) {
        if (node.isMissingNode()) {
            return Optional.empty();
        }
        String files = node.path("files").asText();
        checkText(files, "/input/files");
        int slash = files.lastIndexOf('/');
        if (files.substring(0, Math.max(slash, 0)).matches(".*[*?].*")) {
            add("/input/files", "files '" + files + "' (expected: * and ? only after the last /)");
        }
        SliceRules rules = SliceRules.DEFAULT;
        return Optional.of(new Pipeline.Input(
                files,
                new SliceRules(
                        node.path("files_per_slice").asInt(rules.filesPerSlice()),
                        duration(node.path("min_age"), rules.minAge()),
                        node.path("max_failures").asInt(rules.maxFailures()),
                        SliceRules.Rewritten.valueOf(
                                node.path("rewritten").asText("show").toUpperCase(Locale.ROOT)))));
    }

    private Optional<ClusterSpec> cluster(JsonNode node, int priority) {
        if (node.isMissingNode()) {
            return Optional.empty();
        }
        String provider = node.path("provider").asText("local");
        if (!providers.contains(provider)) {
            add("/cluster/provider", "provider '" + provider + "' (expected: one of " + providers + ")");
        }
        return Optional.of(new ClusterSpec(
                provider,
                node(node.path("master")),
                node.path("workers").path("count").asInt(1),
                node(node.path("workers")),
                new ClusterSpec.Lifetime(
                        duration(node.path("max_age"), Duration.ofHours(6)),
                        duration(node.path("keep_warm"), Duration.ZERO)),
                priority,
                JSON.convertValue(
                        node.has("options") ? node.path("options") : JSON.createObjectNode(),
                        new TypeReference<Map<String, Object>>() {})));
    }

    private static ClusterSpec.Node node(JsonNode node) {
        return new ClusterSpec.Node(
                node.path("cores").asInt(1),
                DataSize.parse(node.path("memory").asText("1 GB")),
                DataSize.parse(node.path("disk").asText("20 GB")),
                ClusterSpec.DiskType.valueOf(
                        node.path("disk_type").asText("hdd").toUpperCase(Locale.ROOT)));
    }

    private List<Pipeline.Task> tasks(JsonNode node, boolean hasCluster) {
        List<Pipeline.Task> tasks = new ArrayList<>();
        node.properties().forEach(entry -> {
            String at = YamlDocument.child("/tasks", entry.getKey());
            task(entry.getKey(), entry.getValue(), at, hasCluster).ifPresent(tasks::add);
        });
        Map<String, Pipeline.Task> byName = new LinkedHashMap<>();
        tasks.forEach(task -> byName.put(task.name(), task));
        tasks.forEach(task -> checkNames(task, byName));
        return tasks.stream().map(task -> withPromoted(task, tasks)).toList();
    }

    /** Returns the task with the models that are promoted from it among those that its job may use. */
    private static Pipeline.Task withPromoted(Pipeline.Task task, List<Pipeline.Task> tasks) {
        if (!(task.work() instanceof Pipeline.SparkWork work)) {
            return task;
        }
        Pipeline.Reporting reporting = work.reporting();
        Set<String> models = new LinkedHashSet<>(reporting.models());
        for (Pipeline.Task other : tasks) {
            if (other.work() instanceof Pipeline.PromoteWork promote
                    && promote.from().equals(task.name())) {
                models.add(promote.model());
            }
        }
        Pipeline.SparkWork whole = new Pipeline.SparkWork(
                work.code(),
                work.arguments(),
                work.properties(),
                work.environment(),
                work.secrets(),
                new Pipeline.Reporting(
                        reporting.joins(), reporting.experiments(), List.copyOf(models), reporting.products()));
        return new Pipeline.Task(task.name(), task.needs(), task.rule(), task.retry(), task.timeout(), whole);
    }

    private Optional<Pipeline.Task> task(String name, JsonNode node, String at, boolean hasCluster) {
        List<String> kinds = KINDS.stream().filter(node::has).toList();
        if (kinds.size() != 1) {
            problems.add(document.atKey(
                    at,
                    "task '" + name + "' has " + (kinds.isEmpty() ? "none" : kinds) + " of " + KINDS
                            + " (expected: exactly one)"));
            return Optional.empty();
        }
        String kind = kinds.get(0);
        if (!kind.equals("promote") && !hasCluster) {
            problems.add(
                    document.atKey(at, "task '" + name + "' runs on Spark (expected: a 'cluster' in the pipeline)"));
        }
        List<String> needs = list(node.path("needs"));
        Retry retry = new Retry(
                node.path("retries").path("count").asInt(0),
                duration(node.path("retries").path("backoff"), Duration.ofSeconds(10)),
                node.path("retries").path("jitter").asDouble(0.1));
        TriggerRule rule = TriggerRule.valueOf(
                node.path("trigger_rule").asText("all_success").toUpperCase(Locale.ROOT));
        Optional<? extends Pipeline.Work> work = switch (kind) {
            case "spark" -> code.spark(node.path("spark"), at + "/spark").map(some -> work(some, node.path("spark")));
            case "pyspark" ->
                code.pyspark(node.path("pyspark"), at + "/pyspark").map(some -> work(some, node.path("pyspark")));
            default -> promote(node.path("promote"));
        };
        return work.map(some ->
                new Pipeline.Task(name, needs, rule, retry, duration(node.path("timeout"), Duration.ofHours(6)), some));
    }

    private Pipeline.SparkWork work(Pipeline.Code code, JsonNode node) {
        List<String> arguments = list(node.path("arguments"));
        Map<String, String> properties = texts(node.path("properties"));
        Map<String, String> environment = texts(node.path("environment"));
        Set<String> named = new LinkedHashSet<>();
        Stream.of(arguments, properties.values(), environment.values())
                .flatMap(Collection::stream)
                .forEach(text -> named.addAll(Template.references(text)));
        Map<String, String> used = new LinkedHashMap<>(secrets);
        used.keySet().removeIf(name -> !named.contains(Template.SECRET + name));
        return new Pipeline.SparkWork(code, arguments, properties, environment, used, reporting(code, node));
    }

    /** A script in Python makes runs of its own, as MLflow's fluent API does; other jobs join the one that was made for them. */
    private static Pipeline.Reporting reporting(Pipeline.Code code, JsonNode node) {
        String usual = code instanceof Pipeline.PythonCode ? "own" : "join";
        JsonNode produces = node.path("produces");
        Optional<String> model = Optional.ofNullable(produces.path("model").textValue());
        List<String> models = new ArrayList<>(list(node.path("models")));
        model.filter(name -> !models.contains(name)).ifPresent(models::add);
        return new Pipeline.Reporting(
                node.path("tracking").asText(usual).equals("join"),
                list(node.path("experiments")),
                models,
                new Pipeline.Products(model, list(produces.path("files")), list(produces.path("metrics"))));
    }

    private static List<String> list(JsonNode node) {
        List<String> texts = new ArrayList<>();
        node.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private static Optional<Pipeline.PromoteWork> promote(JsonNode node) {
        JsonNode gate = node.path("gate");
        return Optional.of(new Pipeline.PromoteWork(
                node.path("model").asText(),
                node.path("from").asText(),
                new Pipeline.Gate(
                        gate.path("metric").asText(),
                        gate.path("minimum").asDouble(0),
                        gate.path("min_gain").asDouble(0),
                        guards(gate.path("guards")),
                        Pipeline.Gate.Comparison.valueOf(
                                gate.path("compare").asText("same_data").toUpperCase(Locale.ROOT)))));
    }

    private static Map<String, Pipeline.Guard> guards(JsonNode node) {
        Map<String, Pipeline.Guard> guards = new LinkedHashMap<>();
        node.properties()
                .forEach(guard -> guards.put(
                        guard.getKey(),
                        new Pipeline.Guard(
                                number(guard.getValue(), "at_least"),
                                number(guard.getValue(), "at_most"),
                                number(guard.getValue(), "max_drop"),
                                number(guard.getValue(), "max_rise"))));
        return guards;
    }

    private static Optional<Double> number(JsonNode node, String name) {
        return node.has(name) ? Optional.of(node.path(name).asDouble()) : Optional.empty();
    }

    private void checkNames(Pipeline.Task task, Map<String, Pipeline.Task> byName) {
        String at = YamlDocument.child("/tasks", task.name());
        for (int n = 0; n < task.needs().size(); n++) {
            String need = task.needs().get(n);
            if (!document.root().path("tasks").has(need)) {
                add(at + "/needs/" + n, "needs '" + need + "' (expected: one of " + byName.keySet() + ")");
            } else if (reaches(need, task.name(), byName, new LinkedHashSet<>())) {
                add(at + "/needs/" + n, "needs '" + need + "', which needs '" + task.name() + "' (expected: no cycle)");
            }
        }
        if (task.work() instanceof Pipeline.PromoteWork promote
                && !reaches(task.name(), promote.from(), byName, new LinkedHashSet<>())) {
            add(
                    at + "/promote/from",
                    "from '" + promote.from() + "' (expected: a task that '" + task.name() + "' needs: " + task.needs()
                            + ")");
        }
    }

    private static boolean reaches(String from, String to, Map<String, Pipeline.Task> byName, Set<String> seen) {
        Pipeline.Task task = byName.get(from);
        if (task == null || !seen.add(from)) {
            return false;
        }
        return task.needs().stream().anyMatch(need -> need.equals(to) || reaches(need, to, byName, seen));
    }

    private void checkReferences(JsonNode node, String pointer) {
        if (node.isTextual()) {
            checkText(node.asText(), pointer);
        }
        node.properties()
                .forEach(entry -> checkReferences(entry.getValue(), YamlDocument.child(pointer, entry.getKey())));
        for (int n = 0; node.isArray() && n < node.size(); n++) {
            checkReferences(node.get(n), pointer + "/" + n);
        }
    }

    private void checkText(String text, String pointer) {
        Set<String> known = new TreeSet<>(references);
        if (OF_JOB.matcher(pointer).matches()) {
            secrets.keySet().forEach(name -> known.add(Template.SECRET + name));
        }
        for (String name : Template.references(text)) {
            if (!known.contains(name)) {
                add(pointer, Template.unknown(name, known));
            }
        }
    }

    /** Returns the tasks so that each follows those it needs, otherwise in the order of the file. */
    private static List<Pipeline.Task> inOrder(List<Pipeline.Task> tasks) {
        List<Pipeline.Task> ordered = new ArrayList<>();
        Set<String> placed = new LinkedHashSet<>();
        while (ordered.size() < tasks.size()) {
            for (Pipeline.Task task : tasks) {
                if (!placed.contains(task.name()) && placed.containsAll(task.needs())) {
                    placed.add(task.name());
                    ordered.add(task);
                }
            }
        }
        return ordered;
    }

    private void add(String pointer, String message) {
        problems.add(document.atValue(pointer, message));
    }

    private static Map<String, String> texts(JsonNode node) {
        Map<String, String> texts = new LinkedHashMap<>();
        node.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    private static Duration duration(JsonNode node, Duration otherwise) {
        if (node.isMissingNode()) {
            return otherwise;
        }
        String text = node.asText();
        String unit = text.replaceAll("[0-9 ]", "");
        long number = Long.parseLong(text.replaceAll("[^0-9]", ""));
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "min" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
