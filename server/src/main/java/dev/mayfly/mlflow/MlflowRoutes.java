package dev.mayfly.mlflow;

import static dev.mayfly.mlflow.MlflowRouter.bytes;

import dev.mayfly.api.Method;
import dev.mayfly.api.Right;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.http.Routes;
import dev.mayfly.idempotency.IdempotentRequests;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.tracking.Imports;
import dev.mayfly.tracking.LoggedModels;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.webhook.Webhooks;
import java.time.Clock;
import java.util.List;

/** All routes of MLflow's protocol for classic machine learning. Any other path gets a 404, as from an older MLflow. */
public final class MlflowRoutes {

    /** The newest MLflow whose classic protocol is served; docs/mlflow.md says which features clients enable by it. */
    public static final String VERSION = "3.18.0";

    private final ExperimentRoutes experiments;
    private final RunRoutes runs;
    private final ModelRoutes models;
    private final LoggedModelRoutes loggedModels;
    private final ArtifactRoutes files;
    private final MultipartRoutes parts;
    private final WebhookRoutes webhooks;
    private final ImportRoutes imported;
    private final IdempotentRequests idempotent;

    public MlflowRoutes(
            Tracking tracking,
            LoggedModels models,
            ModelRegistry registry,
            ArtifactStore artifacts,
            IdempotentRequests idempotent,
            Imports imports,
            Webhooks webhooks,
            Clock clock) {
        this.idempotent = idempotent;
        this.experiments = new ExperimentRoutes(tracking);
        this.runs = new RunRoutes(tracking, clock);
        this.models = new ModelRoutes(registry, models, tracking);
        this.loggedModels = new LoggedModelRoutes(models, artifacts);
        this.imported = new ImportRoutes(imports, registry);
        this.webhooks = new WebhookRoutes(webhooks, clock);
        this.parts = new MultipartRoutes(tracking, artifacts);
        this.files = new ArtifactRoutes(tracking, registry, models, artifacts);
    }

    public void bind(Routes routes) {
        MlflowRouter router = new MlflowRouter(routes, idempotent);
        experiments.bind(router);
        runs.bind(router);
        models.bind(router);
        loggedModels.bind(router);
        files.bind(router);
        parts.bind(router);
        webhooks.bind(router);
        imported.bind(router);
        byte[] info = Wire.write(new Wire.ServerInfo("SqlStore", false));
        for (String prefix : List.of("/api", "/ajax-api")) {
            router.bindRaw(
                    bytes(
                            Method.GET,
                            prefix + "/3.0/mlflow/server-info",
                            "What MLflow 3 asks first",
                            Right.PUBLIC.anywhere()),
                    request -> request.contentType("application/json").result(info));
        }
        router.bindRaw(
                bytes(Method.GET, "/version", "The newest MLflow whose protocol is served", Right.PUBLIC.anywhere()),
                request -> request.contentType("text/plain").result(VERSION));
    }
}
