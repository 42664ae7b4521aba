package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a demo did, asked of the server when all is over: what is not on record there did not happen. */
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
    private final List<JsonNode> slices = new ArrayList<>();
    private final Map<String, JsonNode> cleaned = new TreeMap<>();
    private final List<JsonNode> runs = new ArrayList<>();
    private final List<JsonNode> clusters = new ArrayList<>();
    private final JsonNode metrics;
    private final JsonNode promotion;
    private final JsonNode aliases;

    DemoSummary(
            ApiClient api, DemoPlan plan, List<String> cleaning, List<String> training, Map<String, Duration> steps) {
        this.plan = plan;
        this.steps = steps;
        this.url = api.base();
        for (JsonNode slice : api.get("/api/v1/pipelines/clean-transactions/slices")) {
            if (slice.path("input").asText().startsWith(plan.transactions() + "/")) {
                slices.add(slice);
                cleaned.put(
                        slice.path("number").asText(),
                        api.get("/api/v1/runs/" + slice.path("run").asText()));
            }
        }
        List<String> ids = new ArrayList<>(cleaning);
        ids.addAll(training);
        for (String id : ids) {
            JsonNode run = api.get("/api/v1/runs/" + id);
            runs.add(run);
            run.path("clusters").forEach(clusters::add);
        }
        JsonNode trained = training.isEmpty() ? ApiClient.JSON.nullNode() : runs.get(runs.size() - 1);
        this.metrics = lastAttempt(trained, "train").path("metrics");
        this.promotion = lastAttempt(trained, "promote").path("promotion");
        this.aliases = promotion.isObject()
                ? api.get("/api/v1/models/"
                                + ApiClient.encode(promotion.path("model").asText()))
                        .path("aliases")
                : ApiClient.JSON.nullNode();
    }

    /** Every slice done, every run of this demo succeeded, a version judged, a champion there, every cluster proved gone. */
    boolean ok() {
        return !slices.isEmpty()
                && slices.stream()
                        .allMatch(slice -> slice.path("state").asText().equals("done"))
                && !runs.isEmpty()
                && runs.stream().allMatch(run -> run.path("state").asText().equals("succeeded"))
                && metrics.path("average_precision").isNumber()
                && promotion.isObject()
                && aliases.has("champion")
                && !clusters.isEmpty()
                && clusters.stream()
                        .allMatch(cluster -> cluster.path("life").path("proved").isTextual());
    }

    private JsonNode cleaningRun(JsonNode slice) {
        return cleaned.getOrDefault(slice.path("number").asText(), ApiClient.JSON.missingNode());
    }

    private static JsonNode lastAttempt(JsonNode run, String name) {
        for (JsonNode task : run.path("tasks")) {
            JsonNode attempts = task.path("attempts");
            if (task.path("name").asText().equals(name) && !attempts.isEmpty()) {
                return attempts.path(attempts.size() - 1);
            }
        }
        return ApiClient.JSON.missingNode();
    }

    String text(Duration took, @Nullable Path stoppedServerLog) {
        StringBuilder text = new StringBuilder("\n");
        text.append("Slices\n").append(slicesTable().text("  ")).append('\n');
        if (metrics.isObject()) {
            text.append("Model, judged on the last test week\n")
                    .append(metricsTable().text("  "))
                    .append('\n');
        }
        if (promotion.isObject()) {
            text.append("  ").append(RunCommand.promotion(promotion)).append('\n');
            List<String> words = new ArrayList<>();
            aliases.properties()
                    .forEach(alias -> words.add(
                            alias.getKey() + " = version " + alias.getValue().asText()));
            text.append("  aliases: ").append(String.join(", ", words)).append("\n\n");
        }
        text.append("Clusters of this demo\n")
                .append(ClusterCommand.table(list(clusters)).text("  "))
                .append('\n');
        text.append("Time\n");
        steps.forEach((step, time) -> text.append(String.format("  %-14s%s%n", step, Format.duration(time))));
        text.append(String.format("  %-14s%s%n%n", "all", Format.duration(took)));
        failures(text);
        text.append("Where to look next\n").append(next(stoppedServerLog));
        text.append(ok() ? "\nDone: all of it really happened.\n" : "\nNOT done: see the states and reasons above.\n");
        return text.toString();
    }

    private void failures(StringBuilder text) {
        for (JsonNode run : runs) {
            if (!run.path("state").asText().equals("succeeded")) {
                text.append("  run ")
                        .append(run.path("id").asText())
                        .append(' ')
                        .append(run.path("state").asText())
                        .append(": ")
                        .append(run.path("reason").asText())
                        .append("\n\n");
            }
        }
    }

    private String next(@Nullable Path stoppedServerLog) {
        String run = runs.isEmpty()
                ? "RUN"
                : Format.shortId(runs.get(runs.size() - 1).path("id").asText());
        String start = stoppedServerLog == null
                ? "  the server runs at " + url + "\n"
                : "  mayfly server --data " + plan.data() + "   starts the server again (log of this one: "
                        + stoppedServerLog + ")\n";
        return start + "  mayfly run show " + run + "   mayfly run logs " + run
                + " train   mayfly model show card-fraud\n"
                + "  MLFLOW_TRACKING_URI=" + url + "   for MLflow clients\n"
                + "  " + plan.lake() + "   clean and quarantined rows\n";
    }

    private Table slicesTable() {
        Table table = new Table("SLICE", "STATE", "DAYS", "ROWS IN", "ROWS OUT", "REJECTED", "BY REASON", "CLEANED IN");
        for (JsonNode slice : slices) {
            JsonNode run = cleaningRun(slice);
            JsonNode counts = lastAttempt(run, "clean").path("metrics");
            table.row(
                    slice.path("number").asText(),
                    Format.state(slice.path("state").asText()),
                    slice.path("files").asText(),
                    number(counts, "rows_in"),
                    number(counts, "rows_out"),
                    number(counts, "rows_rejected"),
                    reasons(counts),
                    Format.between(run.path("started"), run.path("ended")) + (runs.contains(run) ? "" : " (earlier)"));
        }
        return table;
    }

    private static String reasons(JsonNode counts) {
        List<String> reasons = new ArrayList<>();
        counts.properties().forEach(count -> {
            if (count.getKey().startsWith("rejected_") && !count.getKey().equals("rejected_share")) {
                reasons.add(count.getKey().substring("rejected_".length()) + " "
                        + Format.number(count.getValue().asDouble()));
            }
        });
        return reasons.isEmpty() ? "-" : String.join(", ", reasons);
    }

    private Table metricsTable() {
        Table table = new Table("METRIC", "VALUE");
        for (String name : HEADLINES) {
            if (metrics.has(name)) {
                table.row(name, number(metrics, name));
            }
        }
        return table;
    }

    private static String number(JsonNode values, String name) {
        return values.path(name).isNumber() ? Format.number(values.path(name).asDouble()) : "-";
    }

    private static ArrayNode list(List<JsonNode> nodes) {
        ArrayNode list = ApiClient.JSON.createArrayNode();
        nodes.forEach(list::add);
        return list;
    }

    ObjectNode json(Duration took) {
        ObjectNode json = ApiClient.JSON.createObjectNode();
        json.put("ok", ok()).put("url", url).put("data", plan.data().toString());
        ArrayNode sliceList = json.putArray("slices");
        for (JsonNode slice : slices) {
            ObjectNode one = sliceList.addObject();
            one.put("number", slice.path("number").asInt())
                    .put("state", slice.path("state").asText());
            one.put("files", slice.path("files").asInt())
                    .put("run", slice.path("run").asText());
            one.set("counts", lastAttempt(cleaningRun(slice), "clean").path("metrics"));
        }
        json.set("metrics", metrics);
        json.set("promotion", promotion);
        json.set("aliases", aliases);
        json.set("clusters", list(clusters));
        ObjectNode times = json.putObject("seconds");
        steps.forEach((step, time) -> times.put(step, time.toMillis() / 1000.0));
        times.put("all", took.toMillis() / 1000.0);
        return json;
    }
}
