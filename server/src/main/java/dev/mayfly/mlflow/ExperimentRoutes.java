package dev.mayfly.mlflow;

import static dev.mayfly.api.Right.EDITOR;
import static dev.mayfly.api.Right.VIEWER;
import static dev.mayfly.api.Target.Thing.EXPERIMENT;
import static dev.mayfly.api.Target.Thing.EXPERIMENT_ID;
import static dev.mayfly.api.Target.Thing.SOURCE;
import static dev.mayfly.mlflow.MlflowRouter.get;
import static dev.mayfly.mlflow.MlflowRouter.post;

import dev.mayfly.api.ResourceKind;
import dev.mayfly.problem.Refused;
import dev.mayfly.search.Page;
import dev.mayfly.tracking.Experiment;
import dev.mayfly.tracking.ExperimentId;
import dev.mayfly.tracking.Experiments;
import dev.mayfly.tracking.RunQuery;
import dev.mayfly.tracking.Tracking;
import java.util.ArrayList;
import java.util.List;

/** {@code /mlflow/experiments}. */
final class ExperimentRoutes {

    static final List<RunQuery.ViewType> STAGES =
            List.of(RunQuery.ViewType.ACTIVE_ONLY, RunQuery.ViewType.DELETED_ONLY, RunQuery.ViewType.ALL);
    private static final int MOST = 50_000;
    private static final int MOST_DATASETS = 1_000;

    private final Tracking tracking;

    ExperimentRoutes(Tracking tracking) {
        this.tracking = tracking;
    }

    void bind(MlflowRouter router) {
        router.bind(
                post(
                        "experiments/create",
                        "Creates an experiment",
                        EDITOR.of(EXPERIMENT.in("name"), SOURCE.mayBeIn("artifact_location")),
                        ExperimentReplies.ExperimentIdReply.class),
                this::create);
        router.bind(
                get(
                        "experiments/get",
                        "An experiment by its id",
                        VIEWER.of(EXPERIMENT_ID.in("experiment_id")),
                        ExperimentReplies.ExperimentReply.class),
                fields -> reply(tracking.experiments().byId(id(fields))));
        router.bind(
                get(
                        "experiments/get-by-name",
                        "An experiment by its name",
                        VIEWER.of(EXPERIMENT.in("experiment_name")),
                        ExperimentReplies.ExperimentReply.class),
                this::byName);
        router.bind(
                post(
                        "experiments/search",
                        "Experiments by a filter",
                        VIEWER.scoped(),
                        ExperimentReplies.ExperimentsReply.class),
                this::search);
        router.bind(
                get(
                        "experiments/search",
                        "Experiments by a filter",
                        VIEWER.scoped(),
                        ExperimentReplies.ExperimentsReply.class),
                this::search);
        router.bind(
                post(
                        "experiments/delete",
                        "Deletes an experiment, which can be restored",
                        EDITOR.of(EXPERIMENT_ID.in("experiment_id")),
                        Wire.Empty.class),
                fields -> Wire.done(() -> tracking.experiments().delete(fields.actor(), id(fields))));
        router.bind(
                post(
                        "experiments/restore",
                        "Restores a deleted experiment",
                        EDITOR.of(EXPERIMENT_ID.in("experiment_id")),
                        Wire.Empty.class),
                fields -> Wire.done(() -> tracking.experiments().restore(fields.actor(), id(fields))));
        router.bind(
                post(
                        "experiments/update",
                        "Renames an experiment",
                        EDITOR.of(EXPERIMENT_ID.in("experiment_id"), EXPERIMENT.in("new_name")),
                        Wire.Empty.class),
                fields -> Wire.done(
                        () -> tracking.experiments().rename(fields.actor(), id(fields), fields.required("new_name"))));
        router.bind(
                post(
                        "experiments/set-experiment-tag",
                        "Tags an experiment",
                        EDITOR.of(EXPERIMENT_ID.in("experiment_id")),
                        Wire.Empty.class),
                fields -> Wire.done(() -> tracking.experiments()
                        .tag(fields.actor(), id(fields), fields.required("key"), fields.text("value", ""))));
        router.bind(
                post(
                        "experiments/delete-experiment-tag",
                        "Deletes a tag of an experiment",
                        EDITOR.of(EXPERIMENT_ID.in("experiment_id")),
                        Wire.Empty.class),
                fields -> Wire.done(
                        () -> tracking.experiments().deleteTag(fields.actor(), id(fields), fields.required("key"))));
        router.bind(
                post(
                        "experiments/search-datasets",
                        "Datasets that an experiment's runs used",
                        VIEWER.of(EXPERIMENT_ID.in("experiment_ids")),
                        RunReplies.DatasetSummariesReply.class),
                this::datasets);
    }

    private ExperimentReplies.ExperimentIdReply create(RequestFields fields) {
        String location = fields.text("artifact_location", "");
        if (!location.isEmpty()) {
            Locations.check(Locations.ARTIFACTS, location);
        }
        return new ExperimentReplies.ExperimentIdReply(tracking.experiments()
                .create(fields.actor(), fields.required("name"), location, fields.pairs("tags"))
                .toString());
    }

    private ExperimentReplies.ExperimentReply byName(RequestFields fields) {
        String name = fields.required("experiment_name");
        return reply(tracking.experiments()
                .byName(name)
                .orElseThrow(() -> Refused.missing("Could not find experiment with name '" + name + "'")));
    }

    private ExperimentReplies.ExperimentsReply search(RequestFields fields) {
        Page<Experiment> page = tracking.experiments()
                .search(
                        fields.scope(ResourceKind.EXPERIMENT),
                        fields.choice("view_type", STAGES).orElse(RunQuery.ViewType.ACTIVE_ONLY),
                        fields.text("filter", ""),
                        fields.texts("order_by"),
                        fields.limit("max_results", 0, MOST),
                        fields.text("page_token", ""));
        return new ExperimentReplies.ExperimentsReply(
                page.items().stream().map(ExperimentReplies.WireExperiment::of).toList(),
                page.next().orElse(null));
    }

    private RunReplies.DatasetSummariesReply datasets(RequestFields fields) {
        List<String> ids = fields.texts("experiment_ids");
        if (ids.isEmpty() || ids.size() > 20) {
            throw Refused.invalid("SearchDatasets request must specify at least one and at most 20 experiment_ids, got "
                    + ids.size() + ".");
        }
        List<RunReplies.DatasetSummary> summaries = new ArrayList<>();
        for (String id : ids) {
            for (Experiments.DatasetUse use : tracking.experiments().datasets(ExperimentId.parse(id), MOST_DATASETS)) {
                summaries.add(new RunReplies.DatasetSummary(id, use.name(), use.digest(), use.context()));
            }
        }
        return new RunReplies.DatasetSummariesReply(summaries);
    }

    private static ExperimentId id(RequestFields fields) {
        return ExperimentId.parse(fields.required("experiment_id"));
    }

    private static ExperimentReplies.ExperimentReply reply(Experiment experiment) {
        return new ExperimentReplies.ExperimentReply(ExperimentReplies.WireExperiment.of(experiment));
    }
}
