package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.api.ApiClient;
import java.util.ArrayList;
import java.util.List;

/** The registry's part of an import: models, versions by their numbers, tags and aliases. */
final class MlflowRegistryImport {

    private static final List<String> OF_VERSION = List.of(
            "run_id",
            "run_link",
            "user_id",
            "current_stage",
            "description",
            "creation_timestamp",
            "last_updated_timestamp",
            "model_id");

    private final MlflowServer from;
    private final MlflowServer to;
    private final ArtifactCopy artifacts;
    private final ImportReport report;

    MlflowRegistryImport(MlflowServer from, MlflowServer to, ArtifactCopy artifacts, ImportReport report) {
        this.from = from;
        this.to = to;
        this.artifacts = artifacts;
        this.report = report;
    }

    void run() {
        from.models(found -> model(from.model(found.path("name").asText())));
    }

    private void model(JsonNode model) {
        String name = model.path("name").asText();
        report.say("model '" + name + "'");
        report.there("models", 1);
        ObjectNode asked = ApiClient.JSON
                .createObjectNode()
                .put("description", model.path("description").asText(""));
        asked.put("creation_timestamp", model.path("creation_timestamp").asLong());
        to.put("models/" + ApiClient.encode(name), asked);
        for (JsonNode tag : model.path("tags")) {
            to.send("registered-models/set-tag", named(name).setAll((ObjectNode) tag));
        }
        List<JsonNode> versions = new ArrayList<>();
        from.versions(name, versions::add);
        for (JsonNode version : versions) {
            report.there("versions", 1);
            report.each("version " + version.path("version").asText() + " of " + name, () -> version(name, version));
        }
        for (JsonNode alias : model.path("aliases")) {
            report.there("aliases", 1);
            report.each("alias " + alias.path("alias").asText() + " of " + name, () -> alias(name, alias));
        }
        JsonNode found = to.model(name);
        report.here("models", found.isEmpty() ? 0 : 1);
        report.here("aliases", found.path("aliases").size());
        to.versions(name, version -> report.here("versions", 1));
    }

    private void version(String name, JsonNode version) {
        String number = version.path("version").asText();
        ObjectNode asked = ApiClient.JSON.createObjectNode();
        for (String field : OF_VERSION) {
            if (version.hasNonNull(field)) {
                asked.set(field, version.path(field));
            }
        }
        String place = artifacts.moved(from.files(name, number));
        String source = version.path("source").asText();
        if (source.startsWith("models:/")) {
            asked.put("source", source).put("storage_location", place);
        } else {
            asked.put("source", place);
        }
        to.put("models/" + ApiClient.encode(name) + "/versions/" + ApiClient.encode(number), asked);
        for (JsonNode tag : version.path("tags")) {
            to.send("model-versions/set-tag", named(name).put("version", number).setAll((ObjectNode) tag));
        }
    }

    private void alias(String name, JsonNode alias) {
        ObjectNode body = named(name).put("alias", alias.path("alias").asText());
        to.send(
                "registered-models/alias",
                body.put("version", alias.path("version").asText()));
    }

    private static ObjectNode named(String name) {
        return ApiClient.JSON.createObjectNode().put("name", name);
    }
}
