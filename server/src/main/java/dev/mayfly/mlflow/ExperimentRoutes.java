package dev.mayfly.mlflow;

import dev.mayfly.problem.Refused;
import dev.mayfly.search.Page;
import dev.mayfly.tracking.Experiment;
import dev.mayfly.tracking.ExperimentId;
import dev.mayfly.tracking.RunQuery;
import dev.mayfly.tracking.Tracking;
import java.util.ArrayList;
import java.util.List;

/** {@code /mlflow/experiments}. */
final class ExperimentRoutes {

    static final List<RunQuery.Stages> STAGES =
            List.of(RunQuery.Stages.ACTIVE_ONLY, RunQuery.Stages.DELETED_ONLY, RunQuery.Stages.ALL);
    private static final int MOST = 50_000;
    private static final int MOST_DATASETS = 1_000;

    private final Tracking tracking;

    ExperimentRoutes(Tracking tracking) {
        this.tracking = tracking;
    }

    void add(Api api) {
        api.post("experiments/create", this::create);
        api.get("experiments/get", fields -> reply(tracking.experiment(id(fields))));
        api.get("experiments/get-by-name", this::byName);
        api.post("experiments/search", this::search);
        api.get("experiments/search", this::search);
        api.post("experiments/delete", fields -> done(() -> tracking.deleteExperiment(id(fields))));
        api.post("experiments/restore", fields -> done(() -> tracking.restoreExperiment(id(fields))));
        api.post(
                "experiments/update",
                fields -> done(() -> tracking.renameExperiment(id(fields), fields.required("new_name"))));
        api.post(
                "experiments/set-experiment-tag",
                fields -> done(
                        () -> tracking.tagExperiment(id(fields), fields.required("key"), fields.text("value", ""))));
        api.post(
                "experiments/delete-experiment-tag",
                fields -> done(() -> tracking.deleteExperimentTag(id(fields), fields.required("key"))));
        api.post("experiments/search-datasets", this::datasets);
    }

    private Object create(Fields fields) {
        String location = fields.text("artifact_location", "");
        if (!location.isEmpty()) {
            Locations.check(Locations.ARTIFACTS, location);
        }
        return new ExperimentReplies.ExperimentIdReply(
                tracking.createExperiment(fields.required("name"), location, fields.pairs("tags"))
                        .toString());
    }

    private Object byName(Fields fields) {
        String name = fields.required("experiment_name");
        return reply(tracking.experimentByName(name)
                .orElseThrow(() -> Refused.missing("Could not find experiment with name '" + name + "'")));
    }

    private Object search(Fields fields) {
        Page<Experiment> page = tracking.experiments(
                fields.choice("view_type", STAGES).orElse(RunQuery.Stages.ACTIVE_ONLY),
                fields.text("filter", ""),
                fields.texts("order_by"),
                fields.limit("max_results", 0, MOST),
                fields.text("page_token", ""));
        return new ExperimentReplies.ExperimentsReply(
                page.items().stream().map(ExperimentReplies.WireExperiment::of).toList(),
                page.next().orElse(null));
    }

    private Object datasets(Fields fields) {
        List<String> ids = fields.texts("experiment_ids");
        if (ids.isEmpty() || ids.size() > 20) {
            throw Refused.invalid("SearchDatasets request must specify at least one and at most 20 experiment_ids, got "
                    + ids.size() + ".");
        }
        List<RunReplies.DatasetSummary> summaries = new ArrayList<>();
        for (String id : ids) {
            for (Tracking.DatasetUse use : tracking.datasets(ExperimentId.parse(id), MOST_DATASETS)) {
                summaries.add(new RunReplies.DatasetSummary(id, use.name(), use.digest(), use.context()));
            }
        }
        return new RunReplies.DatasetSummariesReply(summaries);
    }

    static Wire.Empty done(Runnable act) {
        act.run();
        return new Wire.Empty();
    }

    private static ExperimentId id(Fields fields) {
        return ExperimentId.parse(fields.required("experiment_id"));
    }

    private static ExperimentReplies.ExperimentReply reply(Experiment experiment) {
        return new ExperimentReplies.ExperimentReply(ExperimentReplies.WireExperiment.of(experiment));
    }
}
