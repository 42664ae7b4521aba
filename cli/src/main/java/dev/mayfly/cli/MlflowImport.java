package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One import: everything of a server that speaks MLflow's protocol, with its ids. What is there already is left as it is, so an import
 * that was cut short goes on when it is started again; a run that is complete bears the tag {@link #MARK} and is passed over.
 */
final class MlflowImport {

    /** On a run that was copied completely: from where, and how many points, files and bytes it had. */
    static final String MARK = "mayfly.imported";

    static final String[] KINDS = {
        "experiments",
        "runs",
        "points",
        "params",
        "tags",
        "datasets",
        "logged models",
        "files",
        "bytes",
        "models",
        "versions",
        "aliases"
    };
    private static final int POINTS_AT_ONCE = 1_000;
    private static final int TEXTS_AT_ONCE = 100;
    private static final String OWN = "mlflow-artifacts:/";

    private final MlflowServer from;
    private final MlflowServer to;
    private final boolean copiesArtifacts;
    private final Progress progress;
    /** What the source has, and what is found here when it is asked afterwards. */
    final Tally source = new Tally(KINDS);

    final Tally here = new Tally(KINDS);
    /** Where artifacts were, and where they are now. */
    private final Map<String, String> places = new ConcurrentHashMap<>();

    private int passedOver;
    private int incomplete;

    MlflowImport(MlflowServer from, MlflowServer to, boolean copiesArtifacts, Progress progress) {
        this.from = from;
        this.to = to;
        this.copiesArtifacts = copiesArtifacts;
        this.progress = progress;
    }

    /** How many runs, logged models and versions could not be brought over; each was said. */
    int incomplete() {
        return incomplete;
    }

    /** How many runs were complete from before. */
    int passedOver() {
        return passedOver;
    }

    void run() {
        List<JsonNode> experiments = new ArrayList<>();
        from.experiments(experiments::add);
        for (JsonNode experiment : experiments) {
            experiment(experiment);
        }
        from.models(this::model);
    }

    private void experiment(JsonNode experiment) {
        String name = experiment.path("name").asText();
        progress.say("experiment '" + name + "'");
        ObjectNode asked = Api.JSON.createObjectNode().put("name", name);
        asked.put("creation_time", experiment.path("creation_time").asLong());
        asked.set("tags", list(experiment.path("tags")));
        if (!copiesArtifacts) {
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
        source.add("experiments", 1);
        here.add("experiments", 1);
        String theirs = experiment.path("experiment_id").asText();
        from.runs(theirs, run -> each("run " + run.at("/info/run_id").asText(), () -> run(run, made)));
        from.loggedModels(
                theirs,
                model -> each("logged model " + model.at("/info/model_id").asText(), () -> loggedModel(model, made)));
        if (experiment.path("lifecycle_stage").asText().equals("deleted")) {
            to.send(
                    "experiments/delete",
                    one("experiment_id", made.path("experiment_id").asText()));
        }
    }

    /** What fails does not keep the others from coming over; a server that is gone ends it all. */
    private void each(String what, Runnable work) {
        try {
            work.run();
        } catch (Failure e) {
            if (e.exitCode() != Failure.FAILED) {
                throw e;
            }
            incomplete++;
            progress.say(what + " is incomplete: " + e.getMessage());
        }
    }

    /** A place that can stay where it is: one that clients reach without the server that named it. */
    private static String referable(String place) {
        if (place.startsWith("mlflow-artifacts:")) {
            throw new Failure(
                    Failure.FAILED,
                    "artifacts at " + place + " (expected: object storage that clients reach themselves, such as s3://;"
                            + " the other server keeps these: use --artifacts copy)");
        }
        return place;
    }

    private void run(JsonNode run, JsonNode experiment) {
        JsonNode info = run.path("info");
        String id = info.path("run_id").asText();
        String place = copiesArtifacts
                ? experiment.path("artifact_location").asText() + "/" + id + "/artifacts"
                : info.path("artifact_uri").asText();
        places.put(info.path("artifact_uri").asText(), place);
        ObjectNode asked = Api.JSON.createObjectNode();
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
        count(run, copied, place);
        if (info.path("lifecycle_stage").asText().equals("deleted")) {
            to.send("runs/delete", one("run_id", id));
        }
        progress.live("%,d runs, %,d points, %,d files"
                .formatted(source.of("runs"), source.of("points"), source.of("files")));
    }

    /** What of a run was counted while it was copied. */
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
        Tally files = new Tally();
        if (copiesArtifacts) {
            copy(MlflowServer.Root.ofRun(id), MlflowServer.Root.ofRun(id), place, files);
        }
        Copied copied = new Copied(points, files.of("files"), files.of("bytes"));
        ArrayNode mark = Api.JSON.createArrayNode();
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

    /** Copies what is not there in full. Counts what the source has. */
    private void copy(MlflowServer.Root root, MlflowServer.Root ours, String place, Tally count) {
        if (!place.startsWith(OWN)) {
            throw new Failure(
                    Failure.FAILED,
                    "artifacts can't be copied to " + place + " (expected: an experiment of this server's own store; "
                            + "the experiment of this name here has another location)");
        }
        Map<String, Long> there = new HashMap<>();
        to.files(ours, "", file -> there.put(file.path(), file.bytes()));
        from.files(root, "", file -> {
            count.add("files", 1);
            count.add("bytes", file.bytes());
            Long bytes = there.get(file.path());
            if (bytes == null || bytes != file.bytes()) {
                String target = place.substring(OWN.length()).replaceFirst("^/+", "") + "/" + file.path();
                from.read(root, file.path(), stream -> to.store(target, stream));
            }
        });
    }

    private void count(JsonNode run, Copied copied, String place) {
        JsonNode data = run.path("data");
        source.add("runs", 1);
        source.add("points", copied.points());
        source.add("params", data.path("params").size());
        source.add("tags", data.path("tags").size());
        source.add("datasets", run.path("inputs").path("dataset_inputs").size());
        source.add("files", copied.files());
        source.add("bytes", copied.bytes());
        String id = run.path("info").path("run_id").asText();
        JsonNode counts = to.put("runs/" + id + "/counts", Api.JSON.createObjectNode());
        here.add("runs", 1);
        here.add("points", counts.path("points").asLong());
        here.add("params", counts.path("params").asLong());
        here.add("tags", counts.path("tags").asLong() - added(run));
        here.add("datasets", counts.path("datasets").asLong());
        if (place.startsWith(OWN)) {
            to.files(MlflowServer.Root.ofRun(id), "", file -> {
                here.add("files", 1);
                here.add("bytes", file.bytes());
            });
        }
    }

    /** Tags that only a run here has: the mark. */
    private static int added(JsonNode run) {
        return tag(run, MARK).isEmpty() ? 1 : 0;
    }

    private void loggedModel(JsonNode model, JsonNode experiment) {
        JsonNode info = model.path("info");
        String id = info.path("model_id").asText();
        String place = copiesArtifacts
                ? experiment.path("artifact_location").asText() + "/models/" + id + "/artifacts"
                : info.path("artifact_uri").asText();
        places.put(info.path("artifact_uri").asText(), place);
        ObjectNode asked = Api.JSON.createObjectNode();
        asked.setAll((ObjectNode) info);
        asked.put("experiment_id", experiment.path("experiment_id").asText());
        asked.put("artifact_uri", place);
        asked.set("params", list(model.path("data").path("params")));
        asked.set("metrics", list(model.path("data").path("metrics")));
        asked.set("tags", list(info.path("tags")));
        to.put("logged-models/" + Api.encode(id), asked);
        Tally files = new Tally();
        if (copiesArtifacts) {
            copy(MlflowServer.Root.ofLoggedModel(id), MlflowServer.Root.ofLoggedModel(id), place, files);
            to.files(MlflowServer.Root.ofLoggedModel(id), "", file -> {
                here.add("files", 1);
                here.add("bytes", file.bytes());
            });
        }
        source.add("logged models", 1);
        source.add("files", files.of("files"));
        source.add("bytes", files.of("bytes"));
        here.add("logged models", to.loggedModel(id).isEmpty() ? 0 : 1);
    }

    private void model(JsonNode found) {
        String name = found.path("name").asText();
        JsonNode model = from.model(name);
        progress.say("model '" + name + "'");
        ObjectNode asked = Api.JSON
                .createObjectNode()
                .put("description", model.path("description").asText(""));
        asked.put("creation_timestamp", model.path("creation_timestamp").asLong());
        to.put("models/" + Api.encode(name), asked);
        for (JsonNode tag : model.path("tags")) {
            to.send("registered-models/set-tag", one("name", name).setAll((ObjectNode) tag));
        }
        source.add("models", 1);
        List<JsonNode> versions = new ArrayList<>();
        from.versions(name, versions::add);
        for (JsonNode version : versions) {
            each("version " + version.path("version").asText() + " of " + name, () -> version(name, version));
        }
        for (JsonNode alias : model.path("aliases")) {
            ObjectNode body = one("name", name).put("alias", alias.path("alias").asText());
            to.send(
                    "registered-models/alias",
                    body.put("version", alias.path("version").asText()));
            source.add("aliases", 1);
            here.add("aliases", to.aliased(name, alias.path("alias").asText()).isEmpty() ? 0 : 1);
        }
        here.add("models", to.model(name).isEmpty() ? 0 : 1);
        to.versions(name, version -> here.add("versions", 1));
    }

    private void version(String name, JsonNode version) {
        String number = version.path("version").asText();
        ObjectNode asked = Api.JSON.createObjectNode();
        for (String field : List.of(
                "run_id",
                "run_link",
                "user_id",
                "current_stage",
                "description",
                "creation_timestamp",
                "last_updated_timestamp",
                "model_id")) {
            if (version.hasNonNull(field)) {
                asked.set(field, version.path(field));
            }
        }
        String files = from.files(name, number);
        String place = moved(files);
        String said = version.path("source").asText();
        boolean isModel = said.startsWith("models:/");
        asked.put("source", isModel ? said : place);
        if (isModel) {
            asked.put("storage_location", place);
        }
        to.put("models/" + Api.encode(name) + "/versions/" + Api.encode(number), asked);
        for (JsonNode tag : version.path("tags")) {
            to.send(
                    "model-versions/set-tag",
                    one("name", name).put("version", number).setAll((ObjectNode) tag));
        }
        source.add("versions", 1);
    }

    /** Where files are now that were at a place of the source. */
    private String moved(String place) {
        for (Map.Entry<String, String> entry : places.entrySet()) {
            if (place.equals(entry.getKey()) || place.startsWith(entry.getKey() + "/")) {
                return entry.getValue() + place.substring(entry.getKey().length());
            }
        }
        return place;
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
        return Api.JSON.createObjectNode().put(field, value);
    }

    private static JsonNode list(JsonNode array) {
        return array.isArray() ? array : Api.JSON.createArrayNode();
    }
}
