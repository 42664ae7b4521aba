package dev.mayfly.mlflow;

import dev.mayfly.tracking.Batch;
import dev.mayfly.tracking.ExperimentId;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.NewRun;
import dev.mayfly.tracking.RunQuery;
import dev.mayfly.tracking.RunStatus;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRun;
import dev.mayfly.tracking.TrackingRunId;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code /mlflow/runs} and {@code /mlflow/metrics}. */
final class RunRoutes {

    private static final List<RunStatus> STATUSES = List.of(RunStatus.values());
    private static final String MODEL_HISTORY_TAG = "mlflow.log-model.history";

    private final Tracking tracking;
    private final Clock clock;

    RunRoutes(Tracking tracking, Clock clock) {
        this.tracking = tracking;
        this.clock = clock;
    }

    void add(Api api) {
        api.post("runs/create", this::create);
        api.post("runs/update", this::update);
        api.get("runs/get", fields -> new Wire.RunReply(Wire.WireRun.of(tracking.run(id(fields)))));
        api.post("runs/search", this::search);
        api.post("runs/log-metric", fields -> log(fields, Batch.of(metric(fields))));
        api.post(
                "runs/log-parameter",
                fields -> log(fields, Batch.ofParam(fields.required("key"), fields.text("value", ""))));
        api.post("runs/set-tag", fields -> log(fields, Batch.ofTag(fields.required("key"), fields.text("value", ""))));
        api.post("runs/delete-tag", this::deleteTag);
        api.post("runs/log-batch", this::logBatch);
        api.post("runs/log-model", this::logModel);
        api.get("metrics/get-history", this::history);
    }

    private Object create(Fields fields) {
        Map<String, String> tags = new HashMap<>();
        fields.list("tags").forEach(tag -> tags.put(tag.required("key"), tag.text("value", "")));
        TrackingRun run = tracking.createRun(new NewRun(
                ExperimentId.parse(fields.required("experiment_id")),
                fields.textOrNull("run_name"),
                fields.text("user_id", ""),
                Instant.ofEpochMilli(fields.whole("start_time", clock.millis())),
                tags));
        return new Wire.RunReply(Wire.WireRun.of(run));
    }

    private Object update(Fields fields) {
        TrackingRun run = tracking.updateRun(
                id(fields),
                fields.choice("status", STATUSES).orElse(null),
                fields.optional("end_time").isPresent() ? Instant.ofEpochMilli(fields.whole("end_time", 0)) : null,
                fields.textOrNull("run_name"));
        return new Wire.RunInfoReply(Wire.RunInfo.of(run.info()));
    }

    private Object search(Fields fields) {
        int limit = (int) fields.whole("max_results", 1_000);
        int offset = PageToken.offset(fields.text("page_token", ""));
        RunQuery query = new RunQuery(
                fields.texts("experiment_ids").stream().map(ExperimentId::parse).toList(),
                fields.text("filter", ""),
                fields.choice("run_view_type", ExperimentRoutes.STAGES).orElse(RunQuery.Stages.ACTIVE_ONLY),
                fields.texts("order_by"),
                limit,
                offset);
        Tracking.RunPage page = tracking.search(query);
        return new Wire.RunsReply(
                page.runs().stream().map(Wire.WireRun::of).toList(), page.more() ? PageToken.at(offset + limit) : null);
    }

    private Object log(Fields fields, Batch batch) {
        tracking.log(id(fields), batch);
        return new Wire.Empty();
    }

    private Object deleteTag(Fields fields) {
        tracking.deleteTag(id(fields), fields.required("key"));
        return new Wire.Empty();
    }

    private Object logBatch(Fields fields) {
        return log(
                fields,
                new Batch(
                        fields.list("metrics").stream().map(RunRoutes::metric).toList(),
                        fields.list("params").stream().map(RunRoutes::entry).toList(),
                        fields.list("tags").stream().map(RunRoutes::entry).toList()));
    }

    private Object logModel(Fields fields) {
        TrackingRunId id = id(fields);
        String model = fields.required("model_json");
        String before = tracking.run(id).tags().getOrDefault(MODEL_HISTORY_TAG, "[]");
        String list = before.substring(0, before.lastIndexOf(']'));
        String after = list + (list.equals("[") ? "" : ", ") + model + "]";
        return log(fields, Batch.ofTag(MODEL_HISTORY_TAG, after));
    }

    private Object history(Fields fields) {
        int limit = (int) fields.whole("max_results", Integer.MAX_VALUE - 1);
        int offset = PageToken.offset(fields.text("page_token", ""));
        List<Metric> found = tracking.history(id(fields), fields.required("metric_key"), limit + 1, offset);
        return new Wire.MetricsReply(
                PageToken.page(limit, found).stream().map(Wire.WireMetric::of).toList(),
                PageToken.next(offset, limit, found));
    }

    private static Metric metric(Fields fields) {
        return new Metric(
                fields.required("key"),
                fields.requiredNumber("value"),
                Instant.ofEpochMilli(fields.requiredWhole("timestamp")),
                fields.whole("step", 0));
    }

    private static Batch.Entry entry(Fields fields) {
        return new Batch.Entry(fields.required("key"), fields.text("value", ""));
    }

    private static TrackingRunId id(Fields fields) {
        return new TrackingRunId(fields.optional("run_id")
                .orElseGet(() -> fields.optional("run_uuid").orElseGet(() -> fields.required("run_id"))));
    }
}
