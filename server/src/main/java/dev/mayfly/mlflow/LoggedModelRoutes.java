package dev.mayfly.mlflow;

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

    void add(Api api) {
        api.create("logged-models", this::create);
        api.post("logged-models/search", this::search);
        api.get("logged-models/{model_id}", fields -> reply(models.get(id(fields), fields.truth("allow_deleted"))));
        api.patch(
                "logged-models/{model_id}",
                fields -> reply(models.finalise(
                        id(fields), fields.choice("status", STATUSES).orElseThrow(() -> Fields.missing("status")))));
        api.delete("logged-models/{model_id}", fields -> ExperimentRoutes.done(() -> models.delete(id(fields))));
        api.patch(
                "logged-models/{model_id}/tags",
                fields -> ExperimentRoutes.done(() -> models.setTags(id(fields), fields.pairs("tags"))));
        api.delete(
                "logged-models/{model_id}/tags/{tag_key}",
                fields -> ExperimentRoutes.done(() -> models.deleteTag(id(fields), fields.required("tag_key"))));
        api.post(
                "logged-models/{model_id}/params",
                fields -> ExperimentRoutes.done(() -> models.logParams(id(fields), fields.pairs("params"))));
        api.get("logged-models/{model_id}/artifacts/directories", this::list);
    }

    private Object create(Fields fields, IdempotentCreate once) {
        LoggedModels.NewModel model = new LoggedModels.NewModel(
                ExperimentId.parse(fields.required("experiment_id")),
                fields.textOrNull("name"),
                fields.textOrNull("model_type"),
                fields.textOrNull("source_run_id"),
                fields.pairs("params"),
                fields.pairs("tags"));
        return reply(models.create(model, once));
    }

    private Object search(Fields fields) {
        List<String> experiments = fields.texts("experiment_ids");
        if (experiments.isEmpty()) {
            throw Fields.missing("experiment_ids");
        }
        Page<LoggedModel> page = models.search(new LoggedModels.Search(
                experiments.stream().map(ExperimentId::parse).toList(),
                fields.text("filter", ""),
                fields.list("datasets").stream().map(LoggedModelRoutes::data).toList(),
                fields.list("order_by").stream().map(LoggedModelRoutes::sort).toList(),
                fields.limit("max_results", 50, MOST),
                fields.text("page_token", "")));
        return new LoggedModelReplies.LoggedModelsReply(
                page.items().stream()
                        .map(LoggedModelReplies.WireLoggedModel::of)
                        .toList(),
                page.next().orElse(null));
    }

    private static LoggedModels.Sort sort(Fields order) {
        boolean ascending = !order.has("ascending") || order.truth("ascending");
        Optional<LoggedModels.Data> data = order.has("dataset_name") ? Optional.of(data(order)) : Optional.empty();
        return new LoggedModels.Sort(order.required("field_name"), !ascending, data);
    }

    private static LoggedModels.Data data(Fields fields) {
        return new LoggedModels.Data(fields.required("dataset_name"), fields.text("dataset_digest", ""));
    }

    private Object list(Fields fields) {
        String root = models.get(id(fields), false).info().artifactUri();
        ArtifactPath base = Locations.path(root);
        ArtifactPath below = Locations.checked(fields.text("artifact_directory_path", ""));
        return new ArtifactReplies.FilesReply(
                root, ArtifactRoutes.relative(base, artifacts.list(base.child(below.value()))));
    }

    private static String id(Fields fields) {
        return fields.required("model_id");
    }

    private static LoggedModelReplies.LoggedModelReply reply(LoggedModel model) {
        return new LoggedModelReplies.LoggedModelReply(LoggedModelReplies.WireLoggedModel.of(model));
    }
}
