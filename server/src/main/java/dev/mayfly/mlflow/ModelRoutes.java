package dev.mayfly.mlflow;

import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.RegisteredModel;
import dev.mayfly.tracking.Refused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /mlflow/registered-models} and {@code /mlflow/model-versions}. */
final class ModelRoutes {

    private static final int MOST = 1_000;
    private static final Pattern FILTER = Pattern.compile("\\s*(name|run_id)\\s*=\\s*(['\"])(.*)\\2\\s*");

    private final ModelRegistry registry;
    private final ArtifactStore artifacts;

    ModelRoutes(ModelRegistry registry, ArtifactStore artifacts) {
        this.registry = registry;
        this.artifacts = artifacts;
    }

    void add(Api api) {
        api.post("registered-models/create", this::create);
        api.get("registered-models/get", fields -> reply(registry.model(fields.required("name"))));
        api.get("registered-models/search", this::search);
        api.post("registered-models/get-latest-versions", this::latest);
        api.get("registered-models/get-latest-versions", this::latest);
        api.post("registered-models/set-tag", this::tagModel);
        api.post("registered-models/alias", this::setAlias);
        api.get("registered-models/alias", this::byAlias);
        api.delete("registered-models/alias", this::deleteAlias);
        api.post("model-versions/create", this::addVersion);
        api.get("model-versions/get", fields -> reply(registry.version(key(fields))));
        api.get("model-versions/search", this::searchVersions);
        api.get(
                "model-versions/get-download-uri",
                fields ->
                        new Wire.DownloadUriReply(registry.version(key(fields)).source()));
        api.post("model-versions/set-tag", this::tagVersion);
    }

    private Object create(Fields fields) {
        return reply(registry.create(fields.required("name"), fields.text("description", ""), tags(fields)));
    }

    private Object search(Fields fields) {
        if (fields.optional("filter").filter(filter -> !filter.isBlank()).isPresent()) {
            throw Refused.invalid(
                    "Filters on registered models are not supported yet: '" + fields.text("filter", "") + "'");
        }
        int limit = (int) Math.min(fields.whole("max_results", 100), MOST);
        int offset = PageToken.offset(fields.text("page_token", ""));
        List<RegisteredModel> found = registry.models(limit + 1, offset);
        return new Wire.ModelsReply(
                PageToken.page(limit, found).stream().map(Wire.WireModel::of).toList(),
                PageToken.next(offset, limit, found));
    }

    private Object latest(Fields fields) {
        RegisteredModel model = registry.model(fields.required("name"));
        return new Wire.VersionsReply(
                model.latest().stream().map(Wire.WireVersion::of).toList(), null);
    }

    private Object tagModel(Fields fields) {
        registry.tagModel(fields.required("name"), fields.required("key"), fields.text("value", ""));
        return new Wire.Empty();
    }

    private Object setAlias(Fields fields) {
        registry.setAlias(key(fields), fields.required("alias"));
        return new Wire.Empty();
    }

    /** MLflow answers an unknown alias as an invalid value, not as a missing thing; its client looks at that. */
    private Object byAlias(Fields fields) {
        String name = fields.required("name");
        String alias = fields.required("alias");
        return reply(registry.byAlias(name, alias)
                .orElseThrow(() -> Refused.invalid("Registered model alias " + alias + " not found.")));
    }

    private Object deleteAlias(Fields fields) {
        registry.deleteAlias(fields.required("name"), fields.required("alias"));
        return new Wire.Empty();
    }

    private Object addVersion(Fields fields) {
        String source = fields.required("source");
        checkComplete(source);
        return reply(registry.addVersion(
                fields.required("name"),
                source,
                fields.textOrNull("run_id"),
                fields.text("description", ""),
                tags(fields)));
    }

    /** A version is something that can be loaded: never a folder that holds but a success mark. */
    private void checkComplete(String source) {
        ArtifactPath path = ArtifactRoutes.path(source);
        boolean hasModel = artifacts.list(path).stream()
                .anyMatch(entry -> entry.path().value().endsWith("/MLmodel"));
        if (!hasModel) {
            throw Refused.invalid("Invalid model version source: '" + source
                    + "' (expected: a folder of artifacts with an MLmodel file; was the model uploaded completely?)");
        }
    }

    private Object searchVersions(Fields fields) {
        String filter = fields.text("filter", "");
        Matcher matcher = FILTER.matcher(filter);
        if (!filter.isBlank() && !matcher.matches()) {
            throw Refused.invalid(
                    "Filter '" + filter + "' is not supported yet (expected: name = '...' or run_id = '...')");
        }
        String value = filter.isBlank() ? null : matcher.group(3);
        boolean byName = !filter.isBlank() && matcher.group(1).equals("name");
        int limit = (int) Math.min(fields.whole("max_results", 10_000), 200_000);
        List<ModelVersion> found = registry.search(byName ? value : null, byName ? null : value, limit);
        return new Wire.VersionsReply(found.stream().map(Wire.WireVersion::of).toList(), null);
    }

    private Object tagVersion(Fields fields) {
        registry.tagVersion(key(fields), fields.required("key"), fields.text("value", ""));
        return new Wire.Empty();
    }

    private static ModelVersion.Key key(Fields fields) {
        String version = fields.required("version");
        if (!version.matches("[0-9]{1,9}")) {
            throw Refused.invalid("Invalid value '" + version
                    + "' for parameter 'version' supplied (expected: a positive whole number)");
        }
        return new ModelVersion.Key(fields.required("name"), Integer.parseInt(version));
    }

    private static Map<String, String> tags(Fields fields) {
        Map<String, String> tags = new HashMap<>();
        fields.list("tags").forEach(tag -> tags.put(tag.required("key"), tag.text("value", "")));
        return tags;
    }

    private static Wire.ModelReply reply(RegisteredModel model) {
        return new Wire.ModelReply(Wire.WireModel.of(model));
    }

    private static Wire.VersionReply reply(ModelVersion version) {
        return new Wire.VersionReply(Wire.WireVersion.of(version));
    }
}
