package dev.mayfly.mlflow;

import static dev.mayfly.api.Right.EDITOR;
import static dev.mayfly.api.Right.VIEWER;
import static dev.mayfly.api.Target.Thing.EXPERIMENT_ID;
import static dev.mayfly.api.Target.Thing.LOGGED_MODEL;
import static dev.mayfly.api.Target.Thing.TRACKING_RUN;
import static dev.mayfly.mlflow.MlflowRouter.delete;
import static dev.mayfly.mlflow.MlflowRouter.get;
import static dev.mayfly.mlflow.MlflowRouter.patch;
import static dev.mayfly.mlflow.MlflowRouter.post;

import dev.mayfly.api.ResourceKind;
import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.idempotency.IdempotentCreate;
import dev.mayfly.search.Page;
import dev.mayfly.tracking.ExperimentId;
import dev.mayfly.tracking.LoggedModel;
import dev.mayfly.tracking.LoggedModels;
import java.util.List;
import java.util.Optional;

/** {@code /mlflow/logged-models}. */
final class LoggedModelRoutes {

    private static final List<LoggedModel.Status> STATUSES = List.of(LoggedModel.Status.values());
    private static final int MOST = 1_000;

    private final LoggedModels models;
    private final ArtifactStore artifacts;

    LoggedModelRoutes(LoggedModels models, ArtifactStore artifacts) {
        this.models = models;
        this.artifacts = artifacts;
    }

    void bind(MlflowRouter router) {
        router.bindCreation(
                post(
                        "logged-models",
                        "Creates a logged model",
                        EDITOR.of(EXPERIMENT_ID.in("experiment_id"), TRACKING_RUN.mayBeReadIn("source_run_id")),
                        LoggedModelReplies.LoggedModelReply.class),
                this::create);
        router.bind(
                post(
                        "logged-models/search",
                        "Logged models by a filter",
                        VIEWER.scoped(),
                        LoggedModelReplies.LoggedModelsReply.class),
                this::search);
        router.bind(
                get(
                        "logged-models/{model_id}",
                        "A logged model",
                        VIEWER.of(LOGGED_MODEL.in("model_id")),
                        LoggedModelReplies.LoggedModelReply.class),
                fields -> reply(models.get(id(fields), fields.flag("allow_deleted"))));
        router.bind(
                patch(
                        "logged-models/{model_id}",
                        "Sets a logged model's status",
                        EDITOR.of(LOGGED_MODEL.in("model_id")),
                        LoggedModelReplies.LoggedModelReply.class),
                fields -> reply(models.finalise(
                        fields.actor(),
                        id(fields),
                        fields.choice("status", STATUSES).orElseThrow(() -> RequestFields.missing("status")))));
        router.bind(
                delete(
                        "logged-models/{model_id}",
                        "Deletes a logged model",
                        EDITOR.of(LOGGED_MODEL.in("model_id")),
                        Wire.Empty.class),
                fields -> Wire.done(() -> models.delete(fields.actor(), id(fields))));
        router.bind(
                patch(
                        "logged-models/{model_id}/tags",
                        "Tags a logged model",
                        EDITOR.of(LOGGED_MODEL.in("model_id")),
                        Wire.Empty.class),
                fields -> Wire.done(() -> models.setTags(fields.actor(), id(fields), fields.pairs("tags"))));
        router.bind(
                delete(
                        "logged-models/{model_id}/tags/{tag_key}",
                        "Deletes a tag of a logged model",
                        EDITOR.of(LOGGED_MODEL.in("model_id")),
                        Wire.Empty.class),
                fields -> Wire.done(() -> models.deleteTag(fields.actor(), id(fields), fields.required("tag_key"))));
        router.bind(
                post(
                        "logged-models/{model_id}/params",
                        "Logs parameters of a logged model",
                        EDITOR.of(LOGGED_MODEL.in("model_id")),
                        Wire.Empty.class),
                fields -> Wire.done(() -> models.logParams(fields.actor(), id(fields), fields.pairs("params"))));
        router.bind(
                get(
                        "logged-models/{model_id}/artifacts/directories",
                        "A logged model's files",
                        VIEWER.of(LOGGED_MODEL.in("model_id")),
                        ArtifactReplies.FilesReply.class),
                this::list);
    }

    private LoggedModelReplies.LoggedModelReply create(RequestFields fields, IdempotentCreate once) {
        LoggedModels.NewModel model = new LoggedModels.NewModel(
                ExperimentId.parse(fields.required("experiment_id")),
                fields.textOrNull("name"),
                fields.textOrNull("model_type"),
                fields.textOrNull("source_run_id"),
                fields.pairs("params"),
                fields.pairs("tags"));
        return reply(models.create(fields.actor(), model, once));
    }

    private LoggedModelReplies.LoggedModelsReply search(RequestFields fields) {
        List<String> experiments = fields.texts("experiment_ids");
        if (experiments.isEmpty()) {
            throw RequestFields.missing("experiment_ids");
        }
        Page<LoggedModel> page = models.search(
                fields.scope(ResourceKind.EXPERIMENT),
                new LoggedModels.Search(
                        experiments.stream().map(ExperimentId::parse).toList(),
                        fields.text("filter", ""),
                        fields.list("datasets").stream()
                                .map(LoggedModelRoutes::data)
                                .toList(),
                        fields.list("order_by").stream()
                                .map(LoggedModelRoutes::sort)
                                .toList(),
                        fields.limit("max_results", 50, MOST),
                        fields.text("page_token", "")));
        return new LoggedModelReplies.LoggedModelsReply(
                page.items().stream()
                        .map(LoggedModelReplies.WireLoggedModel::of)
                        .toList(),
                page.next().orElse(null));
    }

    private static LoggedModels.Sort sort(RequestFields order) {
        boolean ascending = !order.has("ascending") || order.flag("ascending");
        Optional<LoggedModels.Data> data = order.has("dataset_name") ? Optional.of(data(order)) : Optional.empty();
        return new LoggedModels.Sort(order.required("field_name"), !ascending, data);
    }

    private static LoggedModels.Data data(RequestFields fields) {
        return new LoggedModels.Data(fields.required("dataset_name"), fields.text("dataset_digest", ""));
    }

    private ArtifactReplies.FilesReply list(RequestFields fields) {
        String root = models.get(id(fields), false).info().artifactUri();
        ArtifactPath base = Locations.path(root);
        ArtifactPath below = Locations.checked(fields.text("artifact_directory_path", ""));
        return new ArtifactReplies.FilesReply(
                root, ArtifactRoutes.relative(base, artifacts.list(base.child(below.value()))));
    }

    private static String id(RequestFields fields) {
        return fields.required("model_id");
    }

    private static LoggedModelReplies.LoggedModelReply reply(LoggedModel model) {
        return new LoggedModelReplies.LoggedModelReply(LoggedModelReplies.WireLoggedModel.of(model));
    }
}
