package dev.mayfly.mlflow;

import dev.mayfly.tracking.Experiment;
import dev.mayfly.tracking.ExperimentId;
import dev.mayfly.tracking.Refused;
import dev.mayfly.tracking.RunQuery;
import dev.mayfly.tracking.Tracking;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code /mlflow/experiments}. */
final class ExperimentRoutes {

    static final List<RunQuery.Stages> STAGES =
            List.of(RunQuery.Stages.ACTIVE_ONLY, RunQuery.Stages.DELETED_ONLY, RunQuery.Stages.ALL);

    private final Tracking tracking;

    ExperimentRoutes(Tracking tracking) {
        this.tracking = tracking;
    }

    void add(Api api) {
        api.post("experiments/create", this::create);
        api.get("experiments/get", fields -> reply(experiment(fields)));
        api.get("experiments/get-by-name", this::byName);
        api.post("experiments/search", this::search);
        api.get("experiments/search", this::search);
        api.post("experiments/set-experiment-tag", this::tag);
    }

    private Object create(Fields fields) {
        Map<String, String> tags = new HashMap<>();
        fields.list("tags").forEach(tag -> tags.put(tag.required("key"), tag.text("value", "")));
        return new Wire.ExperimentIdReply(
                tracking.createExperiment(fields.required("name"), tags).toString());
    }

    private Object byName(Fields fields) {
        String name = fields.required("experiment_name");
        return reply(tracking.experimentByName(name)
                .orElseThrow(() -> Refused.missing("Could not find experiment with name '" + name + "'")));
    }

    private Object search(Fields fields) {
        int limit = (int) fields.whole("max_results", 0);
        if (limit < 1 || limit > 50_000) {
            throw Refused.invalid("Invalid value " + limit + " for parameter 'max_results' supplied"
                    + " (expected: a positive integer, at most 50000)");
        }
        if (fields.optional("filter").filter(filter -> !filter.isBlank()).isPresent()) {
            throw Refused.invalid("Filters on experiments are not supported yet: '" + fields.text("filter", "") + "'");
        }
        int offset = PageToken.offset(fields.text("page_token", ""));
        RunQuery.Stages stages = fields.choice("view_type", STAGES).orElse(RunQuery.Stages.ACTIVE_ONLY);
        List<Experiment> found = tracking.experiments(stages, limit + 1, offset);
        return new Wire.ExperimentsReply(
                PageToken.page(limit, found).stream()
                        .map(Wire.WireExperiment::of)
                        .toList(),
                PageToken.next(offset, limit, found));
    }

    private Object tag(Fields fields) {
        tracking.tagExperiment(
                ExperimentId.parse(fields.required("experiment_id")), fields.required("key"), fields.text("value", ""));
        return new Wire.Empty();
    }

    private Experiment experiment(Fields fields) {
        return tracking.experiment(ExperimentId.parse(fields.required("experiment_id")));
    }

    private static Wire.ExperimentReply reply(Experiment experiment) {
        return new Wire.ExperimentReply(Wire.WireExperiment.of(experiment));
    }
}
