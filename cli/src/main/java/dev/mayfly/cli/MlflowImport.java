package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.api.ApiClient;
import java.util.ArrayList;
import java.util.List;

/**
 * Imports everything of a server that speaks MLflow's protocol, with its ids. What exists already stays as it is, so an
 * interrupted import continues when it is run again; a run that was imported completely has the tag {@link #MARK} and
 * is skipped.
 */
final class MlflowImport {

    /** The tag of a run that was imported completely: from where, and how many points, files and bytes it had. */
    static final String MARK = "mayfly.imported";

    private static final int POINTS_AT_ONCE = 1_000;
    private static final int TEXTS_AT_ONCE = 100;

    private final MlflowServer from;
    private final MlflowServer to;
    private final ArtifactCopy artifacts;
    private final ImportReport report;
    private int passedOver;

    MlflowImport(MlflowServer from, MlflowServer to, ArtifactCopy artifacts, ImportReport report) {
        this.from = from;
        this.to = to;
        this.artifacts = artifacts;
        this.report = report;
    }

    /** Returns how many runs had been imported before. */
    int passedOver() {
        return passedOver;
    }

    void run() {
        List<JsonNode> experiments = new ArrayList<>();
        from.experiments(experiments::add);
        for (JsonNode experiment : experiments) {
            experiment(experiment);
        }
        new MlflowRegistryImport(from, to, artifacts, report).run();
    }

    private void experiment(JsonNode experiment) {
        String name = experiment.path("name").asText();
        report.say("experiment '" + name + "'");
        report.there("experiments", 1);
        ObjectNode asked = ApiClient.JSON.createObjectNode().put("name", name);
        asked.put("creation_time", experiment.path("creation_time").asLong());
        asked.set("tags", list(experiment.path("tags")));
        if (artifacts.isReference()) {
            asked.put(
                    "artifact_location",
                    referable(experiment.path("artifact_location").asText()));
        }
        JsonNode made = to.put("experiments", asked).path("experiment");
        if (made.path("lifecycle_stage").asText().equals("deleted")) {
            to.send(
                    "experiments/restore",
                    one("experiment_id", made.path("experiment_id").asText()));
        }
        String theirs = experiment.path("experiment_id").asText();
        from.runs(theirs, run -> {
            report.there("runs", 1);
            report.each("run " + run.at("/info/run_id").asText(), () -> run(run, made));
        });
        from.loggedModels(theirs, model -> {
            report.there("logged models", 1);
            report.each("logged model " + model.at("/info/model_id").asText(), () -> loggedModel(model, made));
        });
        report.here(
                "experiments",
                to.experiment(made.path("experiment_id").asText()).isEmpty() ? 0 : 1);
        if (experiment.path("lifecycle_stage").asText().equals("deleted")) {
            to.send(
                    "experiments/delete",
                    one("experiment_id", made.path("experiment_id").asText()));
        }
    }

    /** Returns the place if artifacts can stay there: clients must reach it without the other server. */
    private static String referable(String place) {
        if (place.startsWith("mlflow-artifacts:")) {
            throw new CommandFailed(
                    CommandFailed.FAILED,
                    "artifacts at " + place + " (expected: object storage that clients reach themselves, such as s3://;"
                            + " the other server keeps these: use --artifacts copy)");
        }
        return place;
    }

    private void run(JsonNode run, JsonNode experiment) {
        JsonNode info = run.path("info");
        String id = info.path("run_id").asText();
        String place = artifacts.place(
                info.path("artifact_uri").asText(),
                experiment.path("artifact_location").asText() + "/" + id + "/artifacts");
        ObjectNode asked = ApiClient.JSON.createObjectNode();
        asked.put("experiment_id", experiment.path("experiment_id").asText());
        asked.put("run_name", name(run));
        for (String field : List.of("user_id", "status", "start_time", "end_time")) {
            if (info.has(field)) {
                asked.set(field, info.path(field));
            }
        }
        asked.put("artifact_uri", place);
        JsonNode there = to.put("runs/" + id, asked).path("run");
        String mark = tag(there, MARK);
        boolean isComplete = mark.startsWith(from.base() + " ")
                && !info.path("status").asText().equals("RUNNING");
        Copied copied = isComplete ? Copied.parse(mark) : copy(run, there, place);
        passedOver += isComplete ? 1 : 0;
        count(run, copied);
        if (info.path("lifecycle_stage").asText().equals("deleted")) {
            to.send("runs/delete", one("run_id", id));
        }
    }

    /** What was counted while a run was copied. */
    private record Copied(long points, long files, long bytes) {

        static Copied parse(String mark) {
            String[] words = mark.split(" ", -1);
            return new Copied(Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
        }
    }

    private Copied copy(JsonNode run, JsonNode there, String place) {
        String id = run.path("info").path("run_id").asText();
        if (there.path("info").path("lifecycle_stage").asText().equals("deleted")) {
            to.send("runs/restore", one("run_id", id));
        }
        log(id, "params", run.path("data").path("params"));
        log(id, "tags", run.path("data").path("tags"));
        inputs(id, run);
        long points = 0;
        for (JsonNode metric : run.path("data").path("metrics")) {
            long[] count = {0};
            from.history(id, metric.path("key").asText(), page -> count[0] += points(id, page));
            points += count[0];
        }
        ArtifactCopy.Files files = artifacts.copy(MlflowServer.Root.ofRun(id), place);
        Copied copied = new Copied(points, files.count(), files.bytes());
        ArrayNode mark = ApiClient.JSON.createArrayNode();
        mark.addObject()
                .put("key", MARK)
                .put("value", from.base() + " " + copied.points() + " " + copied.files() + " " + copied.bytes());
        log(id, "tags", mark);
        return copied;
    }

    private long points(String run, JsonNode page) {
        for (int n = 0; n < page.size(); n += POINTS_AT_ONCE) {
            ObjectNode batch = one("run_id", run);
            ArrayNode metrics = batch.putArray("metrics");
            for (int m = n; m < Math.min(page.size(), n + POINTS_AT_ONCE); m++) {
                metrics.add(page.get(m));
            }
            to.send("runs/log-batch", batch);
        }
        return page.size();
    }

    private void log(String run, String field, JsonNode texts) {
        for (int n = 0; n < texts.size(); n += TEXTS_AT_ONCE) {
            ObjectNode batch = one("run_id", run);
            ArrayNode some = batch.putArray(field);
            for (int m = n; m < Math.min(texts.size(), n + TEXTS_AT_ONCE); m++) {
                some.add(texts.get(m));
            }
            to.send("runs/log-batch", batch);
        }
    }

    private void inputs(String id, JsonNode run) {
        ObjectNode inputs = one("run_id", id);
        inputs.set("datasets", list(run.path("inputs").path("dataset_inputs")));
        inputs.set("models", list(run.path("inputs").path("model_inputs")));
        if (inputs.path("datasets").size() + inputs.path("models").size() > 0) {
            to.send("runs/log-inputs", inputs);
        }
        JsonNode made = run.path("outputs").path("model_outputs");
        if (!made.isEmpty()) {
            ObjectNode outputs = one("run_id", id);
            outputs.set("models", made);
            to.send("runs/outputs", outputs);
        }
    }

    private void count(JsonNode run, Copied copied) {
        JsonNode data = run.path("data");
        report.there("points", copied.points());
        report.there("params", data.path("params").size());
        report.there("tags", data.path("tags").size());
        report.there("datasets", run.path("inputs").path("dataset_inputs").size());
        report.there("files", copied.files());
        report.there("bytes", copied.bytes());
        String id = run.path("info").path("run_id").asText();
        JsonNode counts = to.put("runs/" + id + "/counts", ApiClient.JSON.createObjectNode());
        report.here("runs", counts.isEmpty() ? 0 : 1);
        report.here("points", counts.path("points").asLong());
        report.here("params", counts.path("params").asLong());
        report.here("tags", counts.path("tags").asLong() - added(run));
        report.here("datasets", counts.path("datasets").asLong());
        found(MlflowServer.Root.ofRun(id));
    }

    private void found(MlflowServer.Root root) {
        ArtifactCopy.Files files = artifacts.found(root);
        report.here("files", files.count());
        report.here("bytes", files.bytes());
    }

    /** Returns the number of tags that only the imported run has: the mark. */
    private static int added(JsonNode run) {
        return tag(run, MARK).isEmpty() ? 1 : 0;
    }

    private void loggedModel(JsonNode model, JsonNode experiment) {
        JsonNode info = model.path("info");
        String id = info.path("model_id").asText();
        String place = artifacts.place(
                info.path("artifact_uri").asText(),
                experiment.path("artifact_location").asText() + "/models/" + id + "/artifacts");
        ObjectNode asked = ApiClient.JSON.createObjectNode();
        asked.setAll((ObjectNode) info);
        asked.put("experiment_id", experiment.path("experiment_id").asText());
        asked.put("artifact_uri", place);
        asked.set("params", list(model.path("data").path("params")));
        asked.set("metrics", list(model.path("data").path("metrics")));
        asked.set("tags", list(info.path("tags")));
        to.put("logged-models/" + ApiClient.encode(id), asked);
        ArtifactCopy.Files files = artifacts.copy(MlflowServer.Root.ofLoggedModel(id), place);
        report.there("files", files.count());
        report.there("bytes", files.bytes());
        found(MlflowServer.Root.ofLoggedModel(id));
        report.here("logged models", to.loggedModel(id).isEmpty() ? 0 : 1);
    }

    private static String name(JsonNode run) {
        String name = run.path("info").path("run_name").asText("");
        return name.isEmpty() ? tag(run, "mlflow.runName") : name;
    }

    private static String tag(JsonNode run, String key) {
        for (JsonNode tag : run.path("data").path("tags")) {
            if (tag.path("key").asText().equals(key)) {
                return tag.path("value").asText();
            }
        }
        return "";
    }

    private static ObjectNode one(String field, String value) {
        return ApiClient.JSON.createObjectNode().put(field, value);
    }

    private static JsonNode list(JsonNode array) {
        return array.isArray() ? array : ApiClient.JSON.createArrayNode();
    }
}
