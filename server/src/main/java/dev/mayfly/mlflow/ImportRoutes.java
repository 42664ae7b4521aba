package dev.mayfly.mlflow;

import static dev.mayfly.api.Right.ADMIN;
import static dev.mayfly.mlflow.MlflowRouter.ours;

import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.tracking.Experiment;
import dev.mayfly.tracking.ExperimentId;
import dev.mayfly.tracking.Imports;
import dev.mayfly.tracking.LifecycleStage;
import dev.mayfly.tracking.LoggedModel;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.RunStatus;
import dev.mayfly.tracking.TrackingRun;
import dev.mayfly.tracking.TrackingRunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * {@code PUT /api/2.0/mayfly/import/...}: for {@code mayfly import}, which takes over another server's experiments,
 * runs and models with their ids and times. Fields are those of MLflow's entities. The client logs the rest of a run by
 * MLflow's own calls.
 */
final class ImportRoutes {

    private static final List<RunStatus> STATUSES = List.of(RunStatus.values());
    private static final List<LoggedModel.Status> MODEL_STATUSES = List.of(LoggedModel.Status.values());

    private final Imports imports;
    private final ModelRegistry registry;

    ImportRoutes(Imports imports, ModelRegistry registry) {
        this.imports = imports;
        this.registry = registry;
    }

    void bind(MlflowRouter router) {
        router.bind(
                ours(
                        "import/experiments",
                        "Imports an experiment",
                        ADMIN.everywhere(),
                        ExperimentReplies.ExperimentReply.class),
                this::experiment);
        router.bind(
                ours(
                        "import/runs/{run_id}",
                        "Imports a run with its id and times",
                        ADMIN.everywhere(),
                        RunReplies.RunReply.class),
                this::run);
        router.bind(
                ours(
                        "import/runs/{run_id}/counts",
                        "How much an imported run has logged here",
                        ADMIN.everywhere(),
                        Imports.Counts.class),
                fields -> imports.counts(RunRoutes.id(fields)));
        router.bind(
                ours("import/logged-models/{model_id}", "Imports a logged model", ADMIN.everywhere(), Wire.Empty.class),
                this::loggedModel);
        router.bind(
                ours(
                        "import/models/{name}",
                        "Imports a registered model",
                        ADMIN.everywhere(),
                        ModelReplies.ModelReply.class),
                this::model);
        router.bind(
                ours(
                        "import/models/{name}/versions/{version}",
                        "Imports a version",
                        ADMIN.everywhere(),
                        ModelReplies.VersionReply.class),
                this::version);
    }

    private ExperimentReplies.ExperimentReply experiment(RequestFields fields) {
        String location = fields.text("artifact_location", "");
        if (!location.isEmpty()) {
            Locations.check(Locations.ARTIFACTS, location);
        }
        Experiment experiment = imports.experiment(
                fields.actor(), fields.required("name"), location, time(fields, "creation_time"), fields.pairs("tags"));
        return new ExperimentReplies.ExperimentReply(ExperimentReplies.WireExperiment.of(experiment));
    }

    private RunReplies.RunReply run(RequestFields fields) {
        ExperimentId experiment = ExperimentId.parse(fields.required("experiment_id"));
        TrackingRunId id = RunRoutes.id(fields);
        String location = fields.required("artifact_uri");
        Locations.checkOwned(location, id.value());
        TrackingRun run = imports.run(
                fields.actor(),
                new TrackingRun.Info(
                        id,
                        experiment,
                        new TrackingRun.Naming(fields.text("run_name", ""), fields.text("user_id", "")),
                        fields.choice("status", STATUSES).orElse(RunStatus.RUNNING),
                        time(fields, "start_time"),
                        fields.has("end_time") ? time(fields, "end_time") : null,
                        location,
                        LifecycleStage.ACTIVE));
        return new RunReplies.RunReply(RunReplies.WireRun.of(run));
    }

    private Wire.Empty loggedModel(RequestFields fields) {
        String location = fields.required("artifact_uri");
        Locations.checkOwned(location, fields.required("model_id"));
        imports.loggedModel(
                fields.actor(),
                new LoggedModel(
                        new LoggedModel.Info(
                                fields.required("model_id"),
                                ExperimentId.parse(fields.required("experiment_id")),
                                fields.required("name"),
                                fields.choice("status", MODEL_STATUSES).orElse(LoggedModel.Status.LOGGED_MODEL_READY),
                                time(fields, "creation_timestamp_ms"),
                                time(fields, "last_updated_timestamp_ms"),
                                location,
                                new LoggedModel.Origin(
                                        fields.textOrNull("model_type"), fields.textOrNull("source_run_id"))),
                        fields.pairs("params"),
                        fields.pairs("tags"),
                        fields.list("metrics").stream()
                                .map(ImportRoutes::evaluation)
                                .toList()));
        return new Wire.Empty();
    }

    private static LoggedModel.Evaluation evaluation(RequestFields fields) {
        return new LoggedModel.Evaluation(
                new Metric(
                        fields.required("key"),
                        fields.requiredNumber("value"),
                        time(fields, "timestamp"),
                        fields.integer("step", 0)),
                fields.text("run_id", ""),
                fields.text("dataset_name", ""),
                fields.text("dataset_digest", ""));
    }

    private ModelReplies.ModelReply model(RequestFields fields) {
        return new ModelReplies.ModelReply(ModelReplies.WireModel.of(registry.importModel(
                fields.actor(),
                fields.required("name"),
                fields.text("description", ""),
                time(fields, "creation_timestamp"))));
    }

    private ModelReplies.VersionReply version(RequestFields fields) {
        String source = fields.required("source");
        String storage = fields.textOrNull("storage_location");
        Locations.check(Locations.SOURCE, storage == null ? source : storage);
        ModelVersion version = registry.importVersion(
                fields.actor(),
                new ModelVersion(
                        ModelRoutes.key(fields),
                        new ModelVersion.Origin(
                                source,
                                storage,
                                fields.textOrNull("run_id"),
                                fields.text("run_link", ""),
                                fields.textOrNull("model_id"),
                                fields.text("user_id", ""),
                                ""),
                        ModelRoutes.stage(fields.text("current_stage", "None")),
                        fields.text("description", ""),
                        time(fields, "creation_timestamp"),
                        time(fields, "last_updated_timestamp"),
                        Map.of(),
                        List.of()));
        return new ModelReplies.VersionReply(ModelReplies.WireVersion.of(version));
    }

    private static Instant time(RequestFields fields, String name) {
        return Instant.ofEpochMilli(fields.integer(name, 0));
    }
}
