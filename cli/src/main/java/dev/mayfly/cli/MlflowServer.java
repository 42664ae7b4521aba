package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.api.ApiClient;
import dev.mayfly.api.ApiFailure;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** A server that speaks MLflow's protocol, read page by page, with what is deleted. Thread-safe. */
final class MlflowServer {

    private static final String API = "/api/2.0/mlflow/";
    private static final int PAGE = 1_000;
    private static final int POINTS = 10_000;

    private final ApiClient api;

    MlflowServer(ApiClient api) {
        this.api = api;
    }

    String base() {
        return api.base();
    }

    void experiments(Consumer<JsonNode> sink) {
        ObjectNode query =
                ApiClient.JSON.createObjectNode().put("max_results", PAGE).put("view_type", "ALL");
        posted("experiments/search", query, "experiments", sink);
    }

    void runs(String experiment, Consumer<JsonNode> sink) {
        ObjectNode query =
                ApiClient.JSON.createObjectNode().put("max_results", PAGE).put("run_view_type", "ALL");
        query.putArray("experiment_ids").add(experiment);
        posted("runs/search", query, "runs", sink);
    }

    /** Logged models that are not deleted; a server before MLflow 3 has none. */
    void loggedModels(String experiment, Consumer<JsonNode> sink) {
        ObjectNode query = ApiClient.JSON.createObjectNode().put("max_results", 50);
        query.putArray("experiment_ids").add(experiment);
        try {
            posted("logged-models/search", query, "models", sink);
        } catch (ApiFailure e) {
            if (e.status() != 404) {
                throw e;
            }
        }
    }

    private void posted(String path, ObjectNode query, String field, Consumer<JsonNode> sink) {
        String token;
        do {
            JsonNode page = api.post(API + path, query);
            page.path(field).forEach(sink);
            token = page.path("next_page_token").asText("");
            query.put("page_token", token);
        } while (!token.isEmpty());
    }

    void models(Consumer<JsonNode> sink) {
        got("registered-models/search?max_results=" + PAGE, "registered_models", sink);
    }

    JsonNode model(String name) {
        return api.get(API + "registered-models/get?name=" + ApiClient.encode(name))
                .path("registered_model");
    }

    JsonNode version(String name, String version) {
        return api.get(API + "model-versions/get?name=" + ApiClient.encode(name) + "&version="
                        + ApiClient.encode(version))
                .path("model_version");
    }

    JsonNode aliased(String name, String alias) {
        return api.get(API + "registered-models/alias?name=" + ApiClient.encode(name) + "&alias="
                        + ApiClient.encode(alias))
                .path("model_version");
    }

    /** Returns where a version's files are. */
    String files(String name, String version) {
        return api.get(API + "model-versions/get-download-uri?name=" + ApiClient.encode(name) + "&version="
                        + ApiClient.encode(version))
                .path("artifact_uri")
                .asText();
    }

    void versions(String model, Consumer<JsonNode> sink) {
        String quote = model.contains("'") ? "\"" : "'";
        got(
                "model-versions/search?max_results=" + PAGE + "&filter="
                        + ApiClient.encode("name = " + quote + model + quote),
                "model_versions",
                sink);
    }

    private void got(String path, String field, Consumer<JsonNode> sink) {
        String token = "";
        do {
            JsonNode page = api.get(API + path + (token.isEmpty() ? "" : "&page_token=" + ApiClient.encode(token)));
            page.path(field).forEach(sink);
            token = page.path("next_page_token").asText("");
        } while (!token.isEmpty());
    }

    JsonNode experiment(String id) {
        return api.get(API + "experiments/get?experiment_id=" + ApiClient.encode(id))
                .path("experiment");
    }

    JsonNode run(String id) {
        return api.get(API + "runs/get?run_id=" + ApiClient.encode(id)).path("run");
    }

    JsonNode loggedModel(String id) {
        return api.get(API + "logged-models/" + ApiClient.encode(id)).path("model");
    }

    /** The points of a metric, in pages; an older server gives all at once. */
    void history(String run, String key, Consumer<JsonNode> page) {
        String token = "";
        do {
            JsonNode answer = api.get(API + "metrics/get-history?run_id=" + ApiClient.encode(run) + "&metric_key="
                    + ApiClient.encode(key) + "&max_results=" + POINTS
                    + (token.isEmpty() ? "" : "&page_token=" + ApiClient.encode(token)));
            page.accept(answer.path("metrics"));
            token = answer.path("next_page_token").asText("");
        } while (!token.isEmpty());
    }

    /** A file below a root. */
    record File(String path, long bytes) {}

    /** Where artifacts are listed and read: those of a run, or of a logged model. */
    record Root(String list, String read) {

        static Root ofRun(String id) {
            return new Root(
                    API + "artifacts/list?run_id=" + ApiClient.encode(id) + "&path=",
                    "/get-artifact?run_uuid=" + ApiClient.encode(id) + "&path=");
        }

        static Root ofLoggedModel(String id) {
            return new Root(
                    API + "logged-models/" + ApiClient.encode(id) + "/artifacts/directories?artifact_directory_path=",
                    "/ajax-api/2.0/mlflow/logged-models/" + ApiClient.encode(id)
                            + "/artifacts/files?artifact_file_path=");
        }
    }

    /** All files below a root, or a folder of it. */
    void files(Root root, String folder, Consumer<File> sink) {
        Deque<String> folders = new ArrayDeque<>();
        folders.push(folder);
        while (!folders.isEmpty()) {
            String each = folders.pop();
            for (JsonNode entry : api.get(root.list() + ApiClient.encode(each)).path("files")) {
                String path = entry.path("path").asText();
                if (entry.path("is_dir").asBoolean()) {
                    folders.push(path);
                } else {
                    sink.accept(new File(path, entry.path("file_size").asLong(0)));
                }
            }
        }
    }

    void read(Root root, String path, ApiClient.Sink sink) {
        api.download(root.read() + ApiClient.encode(path), sink);
    }

    /** Stores a file below {@code mlflow-artifacts:/}. */
    void store(String path, InputStream bytes) {
        api.upload(
                "/api/2.0/mlflow-artifacts/artifacts/" + ApiClient.encode(path).replace("%2F", "/"), bytes);
    }

    JsonNode send(String path, ObjectNode body) {
        return api.post(API + path, body);
    }

    JsonNode put(String path, ObjectNode body) {
        return api.put("/api/2.0/mayfly/import/" + path, body);
    }
}
