package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.api.ApiClient;
import dev.mayfly.api.ClusterApi;
import dev.mayfly.api.Json;
import dev.mayfly.api.ModelApi;
import dev.mayfly.api.PipelineApi;
import dev.mayfly.api.RunApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a demo did, read from the server at the end: what is not on record there did not happen. */
final class DemoSummary {

    private static final List<String> HEADLINES = List.of(
            "auc_roc",
            "average_precision",
            "card_precision_100",
            "threshold",
            "recall_at_threshold",
            "false_positive_rate_at_threshold",
            "train_rows",
            "train_frauds",
            "test_rows",
            "test_frauds",
            "champion_auc_roc",
            "champion_average_precision",
            "champion_card_precision_100");

    private final DemoPlan plan;
    private final Map<String, Duration> steps;
    private final String url;
    private final List<PipelineApi.Slice> slices = new ArrayList<>();
    /** The run of each slice, by its number. */
    private final Map<Integer, RunApi.Run> cleaned = new TreeMap<>();

    private final List<RunApi.Run> runs = new ArrayList<>();
    private final List<ClusterApi.Cluster> clusters = new ArrayList<>();
    private final Map<String, Double> metrics;
    private final ModelApi.@Nullable Promotion promotion;
    private final Map<String, Integer> aliases;

    DemoSummary(
            ApiClient api, DemoPlan plan, List<String> cleaning, List<String> training, Map<String, Duration> steps) {
        this.plan = plan;
        this.steps = steps;
        this.url = api.base();
        for (PipelineApi.Slice slice : api.call(PipelineApi.SLICES, new PipelineApi.ByName("clean-transactions"))) {
            if (slice.input().startsWith(plan.transactions() + "/")) {
                slices.add(slice);
                if (slice.run() != null) {
                    cleaned.put(slice.number(), api.call(RunApi.SHOW, new RunApi.ById(slice.run())));
                }
            }
        }
        List<String> ids = new ArrayList<>(cleaning);
        ids.addAll(training);
        for (String id : ids) {
            RunApi.Run run = api.call(RunApi.SHOW, new RunApi.ById(id));
            runs.add(run);
            clusters.addAll(Objects.requireNonNullElse(run.clusters(), List.of()));
        }
        Optional<RunApi.Run> trained = training.isEmpty() ? Optional.empty() : Optional.of(runs.get(runs.size() - 1));
        this.metrics = metrics(trained, "train");
        this.promotion =
                lastAttempt(trained, "promote").map(RunApi.Attempt::promotion).orElse(null);
        this.aliases = promotion == null
                ? Map.of()
                : api.call(ModelApi.SHOW, new ModelApi.ByName(promotion.model(), null))
                        .aliases();
    }

    /**
     * Whether every slice is done, every run succeeded, a version was judged, there is a champion, and every cluster's
     * deletion is proved.
     */
    boolean ok() {
        return !slices.isEmpty()
                && slices.stream().allMatch(slice -> slice.state().equals("done"))
                && !runs.isEmpty()
                && runs.stream().allMatch(RunApi.Run::succeeded)
                && metrics.containsKey("average_precision")
                && promotion != null
                && aliases.containsKey("champion")
                && !clusters.isEmpty()
                && clusters.stream().allMatch(cluster -> cluster.life().proved() != null);
    }

    private static Map<String, Double> metrics(Optional<RunApi.Run> run, String task) {
        return lastAttempt(run, task).map(RunApi.Attempt::metrics).orElse(Map.of());
    }

    private static Optional<RunApi.Attempt> lastAttempt(Optional<RunApi.Run> run, String name) {
        return run.stream()
                .flatMap(some -> some.tasks().stream())
                .filter(task -> task.name().equals(name) && !task.attempts().isEmpty())
                .map(task -> task.attempts().get(task.attempts().size() - 1))
                .findFirst();
    }

    String text(Duration took, @Nullable Path stoppedServerLog) {
        StringBuilder text = new StringBuilder("\n");
        text.append("Slices\n").append(slicesTable().text("  ")).append('\n');
        if (!metrics.isEmpty()) {
            text.append("Model, judged on the last test week\n")
                    .append(metricsTable().text("  "))
                    .append('\n');
        }
        if (promotion != null) {
            text.append("  ").append(RunCommand.promotion(promotion)).append('\n');
            List<String> words = new ArrayList<>();
            aliases.forEach((alias, version) -> words.add(alias + " = version " + version));
            text.append("  aliases: ").append(String.join(", ", words)).append("\n\n");
        }
        text.append("Clusters of this demo\n")
                .append(ClusterCommand.table(clusters).text("  "))
                .append('\n');
        text.append("Time\n");
        steps.forEach((step, time) -> text.append(String.format("  %-14s%s%n", step, Format.duration(time))));
        text.append(String.format("  %-14s%s%n%n", "all", Format.duration(took)));
        failures(text);
        text.append("Where to look next\n").append(next(stoppedServerLog));
        text.append(ok() ? "\nDone: every step succeeded.\n" : "\nNOT done: see the states and reasons above.\n");
        return text.toString();
    }

    private void failures(StringBuilder text) {
        runs.stream()
                .filter(run -> !run.succeeded())
                .forEach(run -> text.append("  run ")
                        .append(run.id())
                        .append(' ')
                        .append(run.state())
                        .append(": ")
                        .append(run.reason())
                        .append("\n\n"));
    }

    private String next(@Nullable Path stoppedServerLog) {
        String run = runs.isEmpty()
                ? "RUN"
                : Format.shortId(runs.get(runs.size() - 1).id());
        String start = stoppedServerLog == null
                ? "  " + url + (runs.isEmpty() ? "" : "/runs/" + run) + "   the run, in a browser\n"
                : "  mayfly server --data " + plan.data() + "   starts the server again (log of this one: "
                        + stoppedServerLog + ")\n";
        return start + "  mayfly run show " + run + "   mayfly run logs " + run
                + " train   mayfly model show card-fraud\n"
                + "  MLFLOW_TRACKING_URI=" + url + "   for MLflow clients\n"
                + "  " + plan.lake() + "   clean and quarantined rows\n";
    }

    private Table slicesTable() {
        Table table = new Table("SLICE", "STATE", "DAYS", "ROWS IN", "ROWS OUT", "REJECTED", "BY REASON", "CLEANED IN");
        for (PipelineApi.Slice slice : slices) {
            Optional<RunApi.Run> run = Optional.ofNullable(cleaned.get(slice.number()));
            Map<String, Double> counts = metrics(run, "clean");
            table.row(
                    Integer.toString(slice.number()),
                    Format.state(slice.state()),
                    Integer.toString(slice.files()),
                    number(counts, "rows_in"),
                    number(counts, "rows_out"),
                    number(counts, "rows_rejected"),
                    reasons(counts),
                    run.map(this::cleanedIn).orElse("-"));
        }
        return table;
    }

    private String cleanedIn(RunApi.Run run) {
        boolean isOurs = runs.stream().anyMatch(other -> other.id().equals(run.id()));
        return Format.between(run.times().started(), run.times().ended()) + (isOurs ? "" : " (earlier)");
    }

    private static String reasons(Map<String, Double> counts) {
        List<String> reasons = new ArrayList<>();
        new TreeMap<>(counts).forEach((name, count) -> {
            if (name.startsWith("rejected_") && !name.equals("rejected_share")) {
                reasons.add(name.substring("rejected_".length()) + " " + Format.number(count));
            }
        });
        return reasons.isEmpty() ? "-" : String.join(", ", reasons);
    }

    private Table metricsTable() {
        Table table = new Table("METRIC", "VALUE");
        for (String name : HEADLINES) {
            if (metrics.containsKey(name)) {
                table.row(name, number(metrics, name));
            }
        }
        return table;
    }

    private static String number(Map<String, Double> values, String name) {
        Double value = values.get(name);
        return value == null ? "-" : Format.number(value);
    }

    JsonNode json(Duration took) {
        ObjectNode json = ApiClient.JSON.createObjectNode();
        json.put("ok", ok()).put("url", url).put("data", plan.data().toString());
        ArrayNode sliceList = json.putArray("slices");
        for (PipelineApi.Slice slice : slices) {
            sliceList
                    .addObject()
                    .put("number", slice.number())
                    .put("state", slice.state())
                    .put("files", slice.files())
                    .put("run", slice.run())
                    .set("counts", Json.tree(metrics(Optional.ofNullable(cleaned.get(slice.number())), "clean")));
        }
        json.set("metrics", Json.tree(metrics));
        if (promotion != null) {
            json.set("promotion", Json.tree(promotion));
        }
        json.set("aliases", Json.tree(aliases));
        json.set("clusters", Json.tree(clusters));
        ObjectNode times = json.putObject("seconds");
        steps.forEach((step, time) -> times.put(step, time.toMillis() / 1000.0));
        times.put("all", took.toMillis() / 1000.0);
        return json;
    }
}
