package dev.mayfly.mlflow;

import static dev.mayfly.api.Right.EDITOR;
import static dev.mayfly.api.Right.VIEWER;
import static dev.mayfly.api.Target.Thing.EXPERIMENT_ID;
import static dev.mayfly.api.Target.Thing.LOGGED_MODEL;
import static dev.mayfly.api.Target.Thing.TRACKING_RUN;
import static dev.mayfly.mlflow.MlflowRouter.get;
import static dev.mayfly.mlflow.MlflowRouter.post;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Target;
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

    /** Where a request names its run, as {@link #id} reads it. */
    static final Target RUN_ID = TRACKING_RUN.in("run_id", "run_uuid");

    private final Tracking tracking;
    private final Clock clock;

    RunRoutes(Tracking tracking, Clock clock) {
        this.tracking = tracking;
        this.clock = clock;
    }

    void bind(MlflowRouter router) {
        router.bindCreation(
                post(
                        "runs/create",
                        "Creates a run",
                        EDITOR.of(EXPERIMENT_ID.in("experiment_id")),
                        RunReplies.RunReply.class),
                this::create);
        router.bind(
                post(
                        "runs/update",
                        "Changes a run's status, end or name",
                        EDITOR.of(RUN_ID),
                        RunReplies.RunInfoReply.class),
                this::update);
        router.bind(
                get("runs/get", "A run", VIEWER.of(RUN_ID), RunReplies.RunReply.class),
                fields -> new RunReplies.RunReply(RunReplies.WireRun.of(tracking.run(id(fields)))));
        router.bind(post("runs/search", "Runs by a filter", VIEWER.scoped(), RunReplies.RunsReply.class), this::search);
        router.bind(
                post("runs/delete", "Deletes a run, which can be restored", EDITOR.of(RUN_ID), Wire.Empty.class),
                fields -> Wire.done(() -> tracking.deleteRun(fields.actor(), id(fields))));
        router.bind(
                post("runs/restore", "Restores a deleted run", EDITOR.of(RUN_ID), Wire.Empty.class),
                fields -> Wire.done(() -> tracking.restoreRun(fields.actor(), id(fields))));
        router.bind(
                post(
                        "runs/log-metric",
                        "Logs a metric",
                        EDITOR.of(RUN_ID, LOGGED_MODEL.mayBeIn("model_id")),
                        Wire.Empty.class),
                this::logMetric);
        router.bind(
                post(
                        "runs/log-parameter",
                        "Logs a parameter, which can't be changed",
                        EDITOR.of(RUN_ID),
                        Wire.Empty.class),
                fields -> log(fields, Batch.ofParam(fields.required("key"), fields.text("value", ""))));
        router.bind(
                post("runs/set-tag", "Tags a run", EDITOR.of(RUN_ID), Wire.Empty.class),
                fields -> log(fields, Batch.ofTag(fields.required("key"), fields.text("value", ""))));
        router.bind(
                post("runs/delete-tag", "Deletes a tag of a run", EDITOR.of(RUN_ID), Wire.Empty.class),
                fields -> Wire.done(() -> tracking.deleteTag(fields.actor(), id(fields), fields.required("key"))));
        router.bind(
                post(
                        "runs/log-batch",
                        "Logs metrics, parameters and tags, all or none",
                        EDITOR.of(RUN_ID, LOGGED_MODEL.mayBeIn("metrics/model_id")),
                        Wire.Empty.class),
                this::logBatch);
        router.bind(
                post(
                        "runs/log-model",
                        "Notes a model of MLflow 2 among a run's artifacts",
                        EDITOR.of(RUN_ID),
                        Wire.Empty.class),
                this::logModel);
        router.bind(
                post(
                        "runs/log-inputs",
                        "Notes datasets and models that a run used",
                        EDITOR.of(RUN_ID, LOGGED_MODEL.mayBeReadIn("models/model_id")),
                        Wire.Empty.class),
                this::logInputs);
        router.bind(
                post(
                        "runs/outputs",
                        "Notes models that a run made",
                        EDITOR.of(RUN_ID, LOGGED_MODEL.mayBeIn("models/model_id")),
                        Wire.Empty.class),
                this::logOutputs);
        router.bind(
                get(
                        "metrics/get-history",
                        "All points of a run's metric",
                        VIEWER.of(RUN_ID),
                        RunReplies.MetricsReply.class),
                this::history);
        router.bind(
                get(
                        "metrics/get-history-bulk-interval",
                        "A sample of the points of runs' metric",
                        VIEWER.of(TRACKING_RUN.in("run_ids")),
                        RunReplies.BulkMetricsReply.class),
                this::sampled);
        router.bind(
                get(
                        "metrics/get-history-bulk",
                        "The points of runs' metric",
                        VIEWER.of(TRACKING_RUN.in("run_id")),
                        RunReplies.BulkMetricsReply.class),
                this::bulk);
    }

    private RunReplies.RunReply create(RequestFields fields, IdempotentCreate once) {
        NewRun asked = new NewRun(
                ExperimentId.parse(fields.required("experiment_id")),
                fields.textOrNull("run_name"),
                fields.text("user_id", ""),
                Instant.ofEpochMilli(fields.integer("start_time", clock.millis())),
                fields.pairs("tags"));
        return new RunReplies.RunReply(RunReplies.WireRun.opened(tracking.createRun(fields.actor(), asked, once)));
    }

    private RunReplies.RunInfoReply update(RequestFields fields) {
        TrackingRun run = tracking.updateRun(
                fields.actor(),
                id(fields),
                fields.choice("status", STATUSES).orElse(null),
                fields.has("end_time") ? Instant.ofEpochMilli(fields.integer("end_time", 0)) : null,
                fields.textOrNull("run_name"));
        return new RunReplies.RunInfoReply(RunReplies.RunInfo.of(run.info()));
    }

    private RunReplies.RunsReply search(RequestFields fields) {
        Page<TrackingRun> page = tracking.search(
                fields.scope(ResourceKind.EXPERIMENT),
                new RunQuery(
                        fields.texts("experiment_ids").stream()
                                .map(ExperimentId::parse)
                                .toList(),
                        fields.text("filter", ""),
                        fields.choice("run_view_type", ExperimentRoutes.STAGES).orElse(RunQuery.ViewType.ACTIVE_ONLY),
                        fields.texts("order_by"),
                        fields.limit("max_results", 1_000, MOST_RUNS),
                        fields.text("page_token", "")));
        return new RunReplies.RunsReply(
                page.items().stream().map(RunReplies.WireRun::of).toList(),
                page.next().orElse(null));
    }

    private Wire.Empty log(RequestFields fields, Batch batch) {
        tracking.log(fields.actor(), id(fields), batch);
        return new Wire.Empty();
    }

    private Wire.Empty logMetric(RequestFields fields) {
        tracking.log(fields.actor(), id(fields), Batch.of(metric(fields)), evaluations(id(fields), List.of(fields)));
        return new Wire.Empty();
    }

    private Wire.Empty logBatch(RequestFields fields) {
        List<RequestFields> metrics = fields.list("metrics");
        tracking.log(
                fields.actor(),
                id(fields),
                new Batch(
                        metrics.stream().map(RunRoutes::metric).toList(),
                        fields.list("params").stream().map(RunRoutes::entry).toList(),
                        fields.list("tags").stream().map(RunRoutes::entry).toList()),
                evaluations(id(fields), metrics));
        return new Wire.Empty();
    }

    /** Returns the metrics that belong to logged models, in order of model id, so that two batches can't deadlock. */
    private static Map<String, List<LoggedModel.Evaluation>> evaluations(
            TrackingRunId run, List<RequestFields> metrics) {
        Map<String, List<LoggedModel.Evaluation>> evaluations = new TreeMap<>();
        for (RequestFields metric : metrics) {
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

    private Wire.Empty logModel(RequestFields fields) {
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

    private Wire.Empty logInputs(RequestFields fields) {
        List<RunInputsOutputs.Input> datasets = fields.list("datasets").stream()
                .map(input -> new RunInputsOutputs.Input(dataset(input.inside("dataset")), input.pairs("tags")))
                .toList();
        List<String> used = fields.list("models").stream()
                .map(model -> model.required("model_id"))
                .toList();
        tracking.logInputs(fields.actor(), id(fields), datasets, used);
        return new Wire.Empty();
    }

    private static Dataset dataset(RequestFields fields) {
        return new Dataset(
                fields.required("name"),
                fields.text("digest", ""),
                fields.required("source_type"),
                fields.required("source"),
                fields.optional("schema").orElse(null),
                fields.optional("profile").orElse(null));
    }

    private Wire.Empty logOutputs(RequestFields fields) {
        if (!fields.has("models")) {
            throw RequestFields.missing("models");
        }
        tracking.logOutputs(
                fields.actor(),
                id(fields),
                fields.list("models").stream()
                        .map(model -> new RunInputsOutputs.Output(model.required("model_id"), model.integer("step", 0)))
                        .toList());
        return new Wire.Empty();
    }

    private RunReplies.MetricsReply history(RequestFields fields) {
        int limit = fields.has("max_results")
                ? fields.limit("max_results", 1, Integer.MAX_VALUE - 1)
                : Integer.MAX_VALUE - 1;
        String key = fields.required("metric_key");
        Metric after = HistoryPageToken.read(key, fields.text("page_token", ""));
        List<Metric> found = tracking.history(id(fields), key, limit + 1, after);
        List<Metric> page = found.size() > limit ? found.subList(0, limit) : found;
        return new RunReplies.MetricsReply(
                page.stream().map(RunReplies.WireMetric::of).toList(),
                found.size() > limit ? HistoryPageToken.of(page.get(limit - 1)) : null);
    }

    private RunReplies.BulkMetricsReply sampled(RequestFields fields) {
        List<String> runs = runs(fields.texts("run_ids"), "run_ids");
        Long from = fields.has("start_step") ? (Long) fields.integer("start_step", 0) : null;
        Long to = fields.has("end_step") ? (Long) fields.integer("end_step", 0) : null;
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

    private RunReplies.BulkMetricsReply bulk(RequestFields fields) {
        List<String> runs = runs(fields.texts("run_id"), "run_id");
        int limit = fields.limit("max_results", MOST_POINTS, MOST_POINTS);
        return bulk(tracking.histories(runs, fields.required("metric_key"), limit));
    }

    private static RunReplies.BulkMetricsReply bulk(Map<TrackingRunId, List<Metric>> points) {
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

    private static Metric metric(RequestFields fields) {
        return new Metric(
                fields.required("key"),
                fields.requiredNumber("value"),
                Instant.ofEpochMilli(fields.requiredInteger("timestamp")),
                fields.integer("step", 0));
    }

    private static Batch.Entry entry(RequestFields fields) {
        return new Batch.Entry(fields.required("key"), fields.text("value", ""));
    }

    static TrackingRunId id(RequestFields fields) {
        Optional<@Nullable String> id = fields.optional("run_id").filter(text -> !text.isEmpty());
        return new TrackingRunId(id.or(() -> fields.optional("run_uuid").filter(text -> !text.isEmpty()))
                .orElseGet(() -> fields.required("run_id")));
    }
}
