package dev.mayfly.mlflow;

import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.idempotency.IdempotentRequests;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.tracking.Imports;
import dev.mayfly.tracking.LoggedModels;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.webhook.Webhooks;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;

/** All routes of MLflow's protocol for classic machine learning. What is not among them is answered 404, as by an older server. */
public final class MlflowRoutes {

    /** The newest MLflow whose classic protocol is served; docs/mlflow.md says what clients switch on by it. */
    public static final String VERSION = "3.18.0";

    /** Also what is not served: a client that calls it gets an error that it can read, and gives up at once. */
    private static final List<String> OWNED = List.of(
            "/api/2.0/",
            "/api/3.0/",
            "/ajax-api/",
            "/get-artifact",
            "/model-versions/",
            "/v1/",
            "/graphql",
            "/gateway/");

    private final ExperimentRoutes experiments;
    private final RunRoutes runs;
    private final ModelRoutes models;
    private final LoggedModelRoutes loggedModels;
    private final ArtifactRoutes files;
    private final PartRoutes parts;
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
        this.parts = new PartRoutes(tracking, artifacts);
        this.files = new ArtifactRoutes(tracking, registry, models, artifacts);
    }

    public void add(RoutesConfig routes) {
        Api api = new Api(routes, idempotent);
        experiments.add(api);
        runs.add(api);
        models.add(api);
        loggedModels.add(api);
        files.add(api, routes);
        parts.add(api);
        webhooks.add(api);
        imported.add(api);
        for (String prefix : List.of("/api", "/ajax-api")) {
            routes.get(
                    prefix + "/3.0/mlflow/server-info",
                    request -> request.contentType("application/json")
                            .result(Wire.write(new Wire.ServerInfo("SqlStore", false))));
        }
        routes.get("/version", request -> request.contentType("text/plain").result(VERSION));
    }

    /** Whether a request speaks this protocol, so that its errors must too. */
    public static boolean owns(Context request) {
        return OWNED.stream().anyMatch(request.path()::startsWith);
    }

    /** Answers with an error in MLflow's form. */
    public static void refuse(Context request, int status, String code, String message) {
        request.status(status).contentType("application/json").result(Wire.write(new Wire.ErrorReply(code, message)));
    }

    /** The table from what went wrong to HTTP status and MLflow's error code. */
    public static void refuse(Context request, Refused refused) {
        String message = String.valueOf(refused.getMessage());
        switch (refused.kind()) {
            case MISSING -> refuse(request, 404, "RESOURCE_DOES_NOT_EXIST", message);
            case ALREADY_EXISTS -> refuse(request, 400, "RESOURCE_ALREADY_EXISTS", message);
            case INVALID -> refuse(request, 400, "INVALID_PARAMETER_VALUE", message);
            case WRONG_STATE -> refuse(request, 400, "BAD_REQUEST", message);
        }
    }
}
