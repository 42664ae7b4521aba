package dev.mayfly.mlflow;

import static dev.mayfly.api.Right.EDITOR;
import static dev.mayfly.api.Right.OPERATOR;
import static dev.mayfly.api.Right.VIEWER;
import static dev.mayfly.api.Target.Thing.LOGGED_MODEL;
import static dev.mayfly.api.Target.Thing.MODEL;
import static dev.mayfly.api.Target.Thing.SOURCE;
import static dev.mayfly.api.Target.Thing.TRACKING_RUN;
import static dev.mayfly.mlflow.MlflowRouter.delete;
import static dev.mayfly.mlflow.MlflowRouter.get;
import static dev.mayfly.mlflow.MlflowRouter.patch;
import static dev.mayfly.mlflow.MlflowRouter.post;

import dev.mayfly.access.Actor;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.idempotency.IdempotentCreate;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.RegisteredModel;
import dev.mayfly.search.Page;
import dev.mayfly.tracking.LoggedModel;
import dev.mayfly.tracking.LoggedModels;
import dev.mayfly.tracking.Tracking;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /mlflow/registered-models} and {@code /mlflow/model-versions}. */
final class ModelRoutes {

    private static final int MOST_MODELS = 1_000;
    private static final int MOST_VERSIONS = 200_000;

    private final ModelRegistry registry;
    private final LoggedModels models;
    private final Tracking tracking;

    ModelRoutes(ModelRegistry registry, LoggedModels models, Tracking tracking) {
        this.registry = registry;
        this.models = models;
        this.tracking = tracking;
    }

    void bind(MlflowRouter router) {
        router.bind(
                post(
                        "registered-models/create",
                        "Registers a model",
                        EDITOR.of(MODEL.in("name")),
                        ModelReplies.ModelReply.class),
                this::create);
        router.bind(
                get(
                        "registered-models/get",
                        "A registered model",
                        VIEWER.of(MODEL.in("name")),
                        ModelReplies.ModelReply.class),
                fields -> reply(registry.model(name(fields))));
        router.bind(
                patch(
                        "registered-models/update",
                        "Describes a registered model",
                        EDITOR.of(MODEL.in("name")),
                        ModelReplies.ModelReply.class),
                fields -> reply(registry.describe(fields.actor(), name(fields), fields.text("description", ""))));
        router.bind(
                post(
                        "registered-models/rename",
                        "Renames a registered model",
                        EDITOR.of(MODEL.in("name"), MODEL.in("new_name")),
                        ModelReplies.ModelReply.class),
                fields -> reply(registry.rename(fields.actor(), name(fields), fields.required("new_name"))));
        router.bind(
                delete(
                        "registered-models/delete",
                        "Deletes a registered model with its versions",
                        EDITOR.of(MODEL.in("name")),
                        Wire.Empty.class),
                fields -> Wire.done(() -> registry.delete(fields.actor(), name(fields))));
        router.bind(
                get(
                        "registered-models/search",
                        "Registered models by a filter",
                        VIEWER.scoped(),
                        ModelReplies.ModelsReply.class),
                this::search);
        router.bind(
                post(
                        "registered-models/get-latest-versions",
                        "The newest version of each stage",
                        VIEWER.of(MODEL.in("name")),
                        ModelReplies.VersionsReply.class),
                this::latest);
        router.bind(
                get(
                        "registered-models/get-latest-versions",
                        "The newest version of each stage",
                        VIEWER.of(MODEL.in("name")),
                        ModelReplies.VersionsReply.class),
                this::latest);
        bindTagsAndAliases(router);
        bindVersions(router);
    }

    private void bindTagsAndAliases(MlflowRouter router) {
        router.bind(
                post(
                        "registered-models/set-tag",
                        "Tags a registered model",
                        EDITOR.of(MODEL.in("name")),
                        Wire.Empty.class),
                fields -> Wire.done(() -> registry.tags()
                        .setOfModel(fields.actor(), name(fields), fields.required("key"), fields.text("value", ""))));
        router.bind(
                delete(
                        "registered-models/delete-tag",
                        "Deletes a tag of a registered model",
                        EDITOR.of(MODEL.in("name")),
                        Wire.Empty.class),
                fields -> Wire.done(
                        () -> registry.tags().deleteOfModel(fields.actor(), name(fields), fields.required("key"))));
        router.bind(
                post(
                        "registered-models/alias",
                        "Points an alias at a version",
                        OPERATOR.of(MODEL.in("name")),
                        Wire.Empty.class),
                fields -> Wire.done(() -> registry.setAlias(fields.actor(), key(fields), fields.required("alias"))));
        router.bind(
                get(
                        "registered-models/alias",
                        "The version that an alias means",
                        VIEWER.of(MODEL.in("name")),
                        ModelReplies.VersionReply.class),
                this::byAlias);
        router.bind(
                delete("registered-models/alias", "Deletes an alias", OPERATOR.of(MODEL.in("name")), Wire.Empty.class),
                fields ->
                        Wire.done(() -> registry.deleteAlias(fields.actor(), name(fields), fields.required("alias"))));
    }

    private void bindVersions(MlflowRouter router) {
        router.bindCreation(
                post(
                        "model-versions/create",
                        "Registers a version of a model",
                        EDITOR.of(
                                MODEL.in("name"),
                                SOURCE.mayBeReadIn("source"),
                                TRACKING_RUN.mayBeReadIn("run_id"),
                                LOGGED_MODEL.mayBeIn("model_id")),
                        ModelReplies.VersionReply.class),
                this::addVersion);
        router.bind(
                get(
                        "model-versions/get",
                        "A version of a model",
                        VIEWER.of(MODEL.in("name")),
                        ModelReplies.VersionReply.class),
                fields -> reply(registry.version(key(fields))));
        router.bind(
                patch(
                        "model-versions/update",
                        "Describes a version",
                        EDITOR.of(MODEL.in("name")),
                        ModelReplies.VersionReply.class),
                fields -> reply(registry.describe(fields.actor(), key(fields), fields.text("description", ""))));
        router.bind(
                delete("model-versions/delete", "Deletes a version", EDITOR.of(MODEL.in("name")), Wire.Empty.class),
                fields -> Wire.done(() -> registry.delete(fields.actor(), key(fields))));
        router.bind(
                get("model-versions/search", "Versions by a filter", VIEWER.scoped(), ModelReplies.VersionsReply.class),
                this::searchVersions);
        router.bind(
                get(
                        "model-versions/get-download-uri",
                        "Where a version's files are",
                        VIEWER.of(MODEL.in("name")),
                        ModelReplies.DownloadUriReply.class),
                this::downloadUri);
        router.bind(
                post(
                        "model-versions/transition-stage",
                        "Moves a version to a stage",
                        OPERATOR.of(MODEL.in("name")),
                        ModelReplies.VersionReply.class),
                this::stage);
        router.bind(
                post("model-versions/set-tag", "Tags a version", EDITOR.of(MODEL.in("name")), Wire.Empty.class),
                fields -> Wire.done(() -> registry.tags()
                        .setOfVersion(fields.actor(), key(fields), fields.required("key"), fields.text("value", ""))));
        router.bind(
                delete(
                        "model-versions/delete-tag",
                        "Deletes a tag of a version",
                        EDITOR.of(MODEL.in("name")),
                        Wire.Empty.class),
                fields -> Wire.done(
                        () -> registry.tags().deleteOfVersion(fields.actor(), key(fields), fields.required("key"))));
    }

    private ModelReplies.ModelReply create(RequestFields fields) {
        return reply(
                registry.create(fields.actor(), name(fields), fields.text("description", ""), fields.pairs("tags")));
    }

    private ModelReplies.ModelsReply search(RequestFields fields) {
        Page<RegisteredModel> page = registry.models(
                fields.scope(ResourceKind.MODEL),
                fields.text("filter", ""),
                fields.texts("order_by"),
                fields.limit("max_results", 100, MOST_MODELS),
                fields.text("page_token", ""));
        return new ModelReplies.ModelsReply(
                page.items().stream().map(ModelReplies.WireModel::of).toList(),
                page.next().orElse(null));
    }

    private ModelReplies.VersionsReply latest(RequestFields fields) {
        List<ModelVersion.Stage> stages =
                fields.texts("stages").stream().map(ModelRoutes::stage).toList();
        return new ModelReplies.VersionsReply(
                registry.model(name(fields)).latest().stream()
                        .filter(version -> stages.isEmpty() || stages.contains(version.stage()))
                        .map(ModelReplies.WireVersion::of)
                        .toList(),
                null);
    }

    /**
     * MLflow answers an unknown alias with INVALID_PARAMETER_VALUE, not RESOURCE_DOES_NOT_EXIST; its client depends on
     * that.
     */
    private ModelReplies.VersionReply byAlias(RequestFields fields) {
        String alias = fields.required("alias");
        return reply(registry.byAlias(name(fields), alias)
                .orElseThrow(() -> Refused.invalid("Registered model alias " + alias + " not found.")));
    }

    private ModelReplies.VersionReply addVersion(RequestFields fields, IdempotentCreate once) {
        String source = fields.required("source");
        Map<String, String> tags = fields.pairs("tags");
        ModelVersion.Origin origin = ModelRegistry.isPrompt(source, tags)
                ? ModelVersion.Origin.of(source, null)
                : origin(
                        source,
                        fields.textOrNull("run_id"),
                        fields.text("run_link", ""),
                        fields.textOrNull("model_id"));
        ModelVersion version =
                registry.addVersion(fields.actor(), name(fields), origin, fields.text("description", ""), tags, once);
        if (origin.modelId() != null) {
            tellModel(fields.actor(), origin.modelId(), version);
        }
        return reply(version);
    }

    /** What a source stands for: artifacts of a run, a logged model, another version, or a place of artifacts. */
    private ModelVersion.Origin origin(
            String source, @Nullable String runId, String runLink, @Nullable String modelId) {
        Source parsed = Source.parse(source);
        if (parsed instanceof Source.OfRun run) {
            return ofRun(source, run, runId, runLink, modelId);
        }
        if (parsed instanceof Source.OfLoggedModel logged) {
            LoggedModel.Info model = models.get(logged.id(), false).info();
            String run = runId == null ? model.origin().run() : runId;
            return new ModelVersion.Origin(source, model.artifactUri(), run, runLink, model.id(), "", "");
        }
        if (parsed instanceof Source.OfVersion version) {
            String files = registry.version(version.key()).files();
            return new ModelVersion.Origin(source, files, runId, runLink, modelId, "", "");
        }
        Locations.check(Locations.SOURCE, source);
        return new ModelVersion.Origin(source, null, runId, runLink, modelId, "", "");
    }

    /**
     * A source in a run: its files, or a logged model that it made (MLflow 3). If this server does not have the run,
     * the version has no files; it is stored nevertheless, as incomplete.
     */
    private ModelVersion.Origin ofRun(
            String source, Source.OfRun of, @Nullable String runId, String runLink, @Nullable String modelId) {
        if (runId != null && !runId.equals(of.run().value())) {
            throw Locations.wrong(
                    Locations.SOURCE,
                    source,
                    "artifacts of the run that is given as run_id, " + TextLimit.shown(runId));
        }
        ArtifactPath below = Locations.checked(of.path());
        Optional<LoggedModel.Info> logged = models.madeBy(of.run(), of.path()).map(LoggedModel::info);
        String storage = logged.map(LoggedModel.Info::artifactUri)
                .or(() -> tracking.findRun(of.run()).map(run -> run.info().artifactUri() + "/" + below))
                .orElse(null);
        return new ModelVersion.Origin(source, storage, of.run().value(), runLink, modelId, "", "");
    }

    /** Tags a logged model with the versions made from it, as MLflow's pages and clients expect. */
    private void tellModel(Actor actor, String modelId, ModelVersion version) {
        String before = models.get(modelId, false).tags().getOrDefault("mlflow.modelVersions", "[]");
        String list = before.substring(0, before.lastIndexOf(']'));
        String one = new String(
                Wire.write(Map.of(
                        "name", version.key().model(), "version", version.key().version())),
                StandardCharsets.UTF_8);
        models.setTags(
                actor, modelId, Map.of("mlflow.modelVersions", list + (list.equals("[") ? "" : ", ") + one + "]"));
    }

    private ModelReplies.VersionsReply searchVersions(RequestFields fields) {
        Page<ModelVersion> page = registry.versions(
                fields.scope(ResourceKind.MODEL),
                fields.text("filter", ""),
                fields.texts("order_by"),
                fields.limit("max_results", 10_000, MOST_VERSIONS),
                fields.text("page_token", ""));
        return new ModelReplies.VersionsReply(
                page.items().stream().map(ModelReplies.WireVersion::of).toList(),
                page.next().orElse(null));
    }

    /** Artifacts of a run stay {@code runs:/...}, which clients resolve themselves. */
    private ModelReplies.DownloadUriReply downloadUri(RequestFields fields) {
        ModelVersion.Origin origin = registry.version(key(fields)).origin();
        return new ModelReplies.DownloadUriReply(
                Source.parse(origin.source()) instanceof Source.OfRun ? origin.source() : origin.files());
    }

    private ModelReplies.VersionReply stage(RequestFields fields) {
        return reply(registry.stage(
                fields.actor(),
                key(fields),
                stage(fields.required("stage")),
                fields.flag("archive_existing_versions")));
    }

    static ModelVersion.Stage stage(String word) {
        return Arrays.stream(ModelVersion.Stage.values())
                .filter(stage -> stage.word().equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> Refused.invalid("Invalid Model Version stage: " + word
                        + ". Value must be one of None, Staging, Production, Archived."));
    }

    static ModelVersion.Key key(RequestFields fields) {
        String version = fields.required("version");
        if (!version.matches("[0-9]{1,9}")) {
            throw Refused.invalid("Invalid value '" + version
                    + "' for parameter 'version' supplied (expected: a positive whole number)");
        }
        return new ModelVersion.Key(name(fields), Integer.parseInt(version));
    }

    private static String name(RequestFields fields) {
        return fields.required("name");
    }

    private static ModelReplies.ModelReply reply(RegisteredModel model) {
        return new ModelReplies.ModelReply(ModelReplies.WireModel.of(model));
    }

    private static ModelReplies.VersionReply reply(ModelVersion version) {
        return new ModelReplies.VersionReply(ModelReplies.WireVersion.of(version));
    }
}
