package dev.mayfly.mlflow;

import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.tracking.Refused;
import dev.mayfly.tracking.Tracking;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;

/** All routes of MLflow's protocol that there are so far. */
public final class MlflowRoutes {

    /** The version of MLflow whose protocol is spoken; clients decide by it what they may call. */
    public static final String VERSION = "2.17.2";

    private final ExperimentRoutes experiments;
    private final RunRoutes runs;
    private final ModelRoutes models;
    private final ArtifactRoutes files;

    public MlflowRoutes(Tracking tracking, ModelRegistry registry, ArtifactStore artifacts, Clock clock) {
        this.experiments = new ExperimentRoutes(tracking);
        this.runs = new RunRoutes(tracking, clock);
        this.models = new ModelRoutes(registry, artifacts);
        this.files = new ArtifactRoutes(tracking, artifacts);
    }

    public void add(RoutesConfig routes) {
        Api api = new Api(routes);
        experiments.add(api);
        runs.add(api);
        models.add(api);
        files.add(api);
        routes.get("/version", request -> request.contentType("text/plain").result(VERSION));
    }

    /** Whether a request speaks this protocol, so that its errors must too. */
    public static boolean owns(Context request) {
        return request.path().startsWith("/api/2.0/") || request.path().startsWith("/ajax-api/");
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
