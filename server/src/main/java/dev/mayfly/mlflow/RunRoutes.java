package dev.mayfly.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.idempotency.IdempotentCreate;
import dev.mayfly.problem.Refused;
import dev.mayfly.search.Page;
import dev.mayfly.tracking.Batch;
import dev.mayfly.tracking.Dataset;
import dev.mayfly.tracking.ExperimentId;
import dev.mayfly.tracking.LoggedModel;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.NewRun;
import dev.mayfly.tracking.RunInputsOutputs;
import dev.mayfly.tracking.RunQuery;
import dev.mayfly.tracking.RunStatus;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRun;
import dev.mayfly.tracking.TrackingRunId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code /mlflow/runs} and {@code /mlflow/metrics}. */
final class RunRoutes {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<RunStatus> STATUSES = List.of(RunStatus.values());
    private static final String MODEL_HISTORY_TAG = "mlflow.log-model.history";
    private static final List<String> OF_A_MODEL = List.of("artifact_path", "flavors", "utc_time_created", "run_id");
    private static final int MOST_RUNS = 50_000;
    private static final int MOST_IN_BULK = 100;
    private static final int MOST_SAMPLES = 2_500;
    private static final int MOST_POINTS = 25_000;

    private final Tracking tracking;
    private final Clock clock;

    RunRoutes(Tracking tracking, Clock clock) {
        this.tracking = tracking;
        this.clock = clock;
    }

    void add(Api api) {
        api.create("runs/create", this::create);
        api.post("runs/update", this::update);
        api.get("runs/get", fields -> new RunReplies.RunReply(RunReplies.WireRun.of(tracking.run(id(fields)))));
        api.post("runs/search", this::search);
        api.post("runs/delete", fields -> ExperimentRoutes.done(() -> tracking.deleteRun(id(fields))));
        api.post("runs/restore", fields -> ExperimentRoutes.done(() -> tracking.restoreRun(id(fields))));
        api.post("runs/log-metric", this::logMetric);
        api.post(
                "runs/log-parameter",
                fields -> log(fields, Batch.ofParam(fields.required("key"), fields.text("value", ""))));
        api.post("runs/set-tag", fields -> log(fields, Batch.ofTag(fields.required("key"), fields.text("value", ""))));
        api.post(
                "runs/delete-tag",
                fields -> ExperimentRoutes.done(() -> tracking.deleteTag(id(fields), fields.required("key"))));
        api.post("runs/log-batch", this::logBatch);
        api.post("runs/log-model", this::logModel);
        api.post("runs/log-inputs", this::logInputs);
        api.post("runs/outputs", this::logOutputs);
        api.get("metrics/get-history", this::history);
        api.get("metrics/get-history-bulk-interval", this::sampled);
        api.get("metrics/get-history-bulk", this::bulk);
    }

    private Object create(Fields fields, IdempotentCreate once) {
        NewRun asked = new NewRun(
                ExperimentId.parse(fields.required("experiment_id")),
                fields.textOrNull("run_name"),
                fields.text("user_id", ""),
                Instant.ofEpochMilli(fields.whole("start_time", clock.millis())),
                fields.pairs("tags"));
        return new RunReplies.RunReply(RunReplies.WireRun.opened(tracking.createRun(asked, once)));
    }

    private Object update(Fields fields) {
        TrackingRun run = tracking.updateRun(
                id(fields),
                fields.choice("status", STATUSES).orElse(null),
                fields.has("end_time") ? Instant.ofEpochMilli(fields.whole("end_time", 0)) : null,
                fields.textOrNull("run_name"));
        return new RunReplies.RunInfoReply(RunReplies.RunInfo.of(run.info()));
    }

    private Object search(Fields fields) {
        Page<TrackingRun> page = tracking.search(new RunQuery(
                fields.texts("experiment_ids").stream().map(ExperimentId::parse).toList(),
                fields.text("filter", ""),
                fields.choice("run_view_type", ExperimentRoutes.STAGES).orElse(RunQuery.Stages.ACTIVE_ONLY),
                fields.texts("order_by"),
                fields.limit("max_results", 1_000, MOST_RUNS),
                fields.text("page_token", "")));
        return new RunReplies.RunsReply(
                page.items().stream().map(RunReplies.WireRun::of).toList(),
                page.next().orElse(null));
    }

    private Object log(Fields fields, Batch batch) {
        tracking.log(id(fields), batch);
        return new Wire.Empty();
    }

    private Object logMetric(Fields fields) {
        tracking.log(id(fields), Batch.of(metric(fields)), evaluations(id(fields), List.of(fields)));
        return new Wire.Empty();
    }

    private Object logBatch(Fields fields) {
        List<Fields> metrics = fields.list("metrics");
        tracking.log(
                id(fields),
                new Batch(
                        metrics.stream().map(RunRoutes::metric).toList(),
                        fields.list("params").stream().map(RunRoutes::entry).toList(),
                        fields.list("tags").stream().map(RunRoutes::entry).toList()),
                evaluations(id(fields), metrics));
        return new Wire.Empty();
    }

    /** Those of the metrics that are about a model, in one order, so that two batches never wait for each other in a ring. */
    private static Map<String, List<LoggedModel.Evaluation>> evaluations(TrackingRunId run, List<Fields> metrics) {
        Map<String, List<LoggedModel.Evaluation>> evaluations = new TreeMap<>();
        for (Fields metric : metrics) {
            if (metric.text("dataset_name", "").isEmpty()
                    != metric.text("dataset_digest", "").isEmpty()) {
                throw Refused.invalid(
                        "Invalid value for parameters 'dataset_name' and 'dataset_digest' supplied: one of"
                                + " them is missing (expected: both, or neither)");
            }
            metric.optional("model_id")
                    .filter(model -> !model.isEmpty())
                    .ifPresent(model -> evaluations
                            .computeIfAbsent(model, id -> new ArrayList<>())
                            .add(new LoggedModel.Evaluation(
                                    metric(metric),
                                    run.value(),
                                    metric.text("dataset_name", ""),
                                    metric.text("dataset_digest", ""))));
        }
        evaluations
                .values()
                .forEach(all -> all.sort(Comparator.comparing(
                                (LoggedModel.Evaluation each) -> each.metric().key())
                        .thenComparing(each -> each.metric().step())
                        .thenComparing(each -> each.metric().timestamp())));
        return evaluations;
    }

    private Object logModel(Fields fields) {
        TrackingRunId id = id(fields);
        JsonNode model = json(fields.required("model_json"));
        for (String key : OF_A_MODEL) {
            if (!model.has(key)) {
                throw Refused.invalid("Model json is missing mandatory fields: {'" + key + "'}");
            }
        }
        String before = tracking.run(id).tags().getOrDefault(MODEL_HISTORY_TAG, "[]");
        String list = before.substring(0, before.lastIndexOf(']'));
        String after = list + (list.equals("[") ? "" : ", ") + model + "]";
        return log(fields, Batch.ofTag(MODEL_HISTORY_TAG, after));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw Refused.invalid("Malformed model info. \n " + text + " \n is not valid JSON.");
        }
    }

    private Object logInputs(Fields fields) {
        List<RunInputsOutputs.Input> datasets = fields.list("datasets").stream()
                .map(input -> new RunInputsOutputs.Input(dataset(input.inside("dataset")), input.pairs("tags")))
                .toList();
        List<String> used = fields.list("models").stream()
                .map(model -> model.required("model_id"))
                .toList();
        tracking.logInputs(id(fields), datasets, used);
        return new Wire.Empty();
    }

    private static Dataset dataset(Fields fields) {
        return new Dataset(
                fields.required("name"),
                fields.text("digest", ""),
                fields.required("source_type"),
                fields.required("source"),
                fields.optional("schema").orElse(null),
                fields.optional("profile").orElse(null));
    }

    private Object logOutputs(Fields fields) {
        if (!fields.has("models")) {
            throw Fields.missing("models");
        }
        tracking.logOutputs(
                id(fields),
                fields.list("models").stream()
                        .map(model -> new RunInputsOutputs.Output(model.required("model_id"), model.whole("step", 0)))
                        .toList());
        return new Wire.Empty();
    }

    private Object history(Fields fields) {
        int limit = fields.has("max_results")
                ? fields.limit("max_results", 1, Integer.MAX_VALUE - 1)
                : Integer.MAX_VALUE - 1;
        String key = fields.required("metric_key");
        Metric after = PointToken.read(key, fields.text("page_token", ""));
        List<Metric> found = tracking.history(id(fields), key, limit + 1, after);
        List<Metric> page = found.size() > limit ? found.subList(0, limit) : found;
        return new RunReplies.MetricsReply(
                page.stream().map(RunReplies.WireMetric::of).toList(),
                found.size() > limit ? PointToken.of(page.get(limit - 1)) : null);
    }

    private Object sampled(Fields fields) {
        List<String> runs = runs(fields.texts("run_ids"), "run_ids");
        Long from = fields.has("start_step") ? (Long) fields.whole("start_step", 0) : null;
        Long to = fields.has("end_step") ? (Long) fields.whole("end_step", 0) : null;
        if ((from == null) != (to == null)) {
            throw Refused.invalid(
                    "If either start step or end step are specified, both must be specified (start_step and end_step)");
        }
        if (from != null && to != null && from > to) {
            throw Refused.invalid(
                    "end_step must be greater than start_step. Found start_step=" + from + " and end_step=" + to + ".");
        }
        int limit = fields.limit("max_results", 320, MOST_SAMPLES);
        return bulk(tracking.sampled(runs, fields.required("metric_key"), from, to, limit));
    }

    private Object bulk(Fields fields) {
        List<String> runs = runs(fields.texts("run_id"), "run_id");
        int limit = fields.limit("max_results", MOST_POINTS, MOST_POINTS);
        return bulk(tracking.histories(runs, fields.required("metric_key"), limit));
    }

    private static Object bulk(Map<TrackingRunId, List<Metric>> points) {
        List<RunReplies.BulkMetric> all = new ArrayList<>();
        points.forEach((run, metrics) -> metrics.forEach(metric -> all.add(RunReplies.BulkMetric.of(run, metric))));
        return new RunReplies.BulkMetricsReply(all);
    }

    private static List<String> runs(List<String> runs, String name) {
        if (runs.isEmpty() || runs.size() > MOST_IN_BULK) {
            throw Refused.invalid("GetMetricHistoryBulk request must specify at least one and at most " + MOST_IN_BULK
                    + " " + name + " values, got " + runs.size() + ".");
        }
        return runs;
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

    static TrackingRunId id(Fields fields) {
        Optional<@Nullable String> id = fields.optional("run_id").filter(text -> !text.isEmpty());
        return new TrackingRunId(id.or(() -> fields.optional("run_uuid").filter(text -> !text.isEmpty()))
                .orElseGet(() -> fields.required("run_id")));
    }
}
