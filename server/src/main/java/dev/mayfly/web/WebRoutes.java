package dev.mayfly.web;

import dev.mayfly.cluster.Clusters;
import dev.mayfly.log.AttemptLogs;
import dev.mayfly.pipeline.InvalidPipeline;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.retention.Retention;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.slice.Slices;
import dev.mayfly.tracking.Tracking;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;

/** The JSON API. */
public final class WebRoutes {

    private final PipelineRoutes pipelines;
    private final RunRoutes runs;
    private final ModelRoutes models;
    private final ClusterRoutes clusters;
    private final RetentionRoutes retention;

    public WebRoutes(
            Retraining retraining,
            Slices slices,
            AttemptLogs logs,
            Clusters clusters,
            Tracking tracking,
            ModelRegistry registry,
            Retention retention) {
        this.pipelines = new PipelineRoutes(retraining, slices);
        this.runs = new RunRoutes(retraining, logs, tracking, registry);
        this.models = new ModelRoutes(registry, tracking);
        this.clusters = new ClusterRoutes(clusters);
        this.retention = new RetentionRoutes(retention);
    }

    public void add(RoutesConfig routes) {
        pipelines.add(routes);
        runs.add(routes);
        models.add(routes);
        clusters.add(routes);
        retention.add(routes);
    }

    /** The table from what went wrong to HTTP status. */
    public static void refuse(Context request, Refused refused) {
        int status = switch (refused.kind()) {
            case MISSING -> 404;
            case ALREADY_EXISTS, WRONG_STATE -> 409;
            case INVALID -> 400;
        };
        refuse(request, status, Answers.lower(refused.kind()), String.valueOf(refused.getMessage()));
    }

    public static void refuse(Context request, InvalidPipeline invalid) {
        request.status(422);
        answer(
                request,
                new Answers.ErrorAnswer("invalid_pipeline", String.valueOf(invalid.getMessage()), invalid.problems()));
    }

    public static void refuse(Context request, int status, String error, String message) {
        request.status(status);
        answer(request, new Answers.ErrorAnswer(error, message, List.of()));
    }

    static void answer(Context request, Object answer) {
        request.contentType("application/json").result(Json.write(answer));
    }

    static int limit(Context request, int otherwise) {
        String text = request.queryParam("limit");
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[1-9][0-9]{0,3}")) {
            throw Refused.invalid("limit '" + text + "' (expected: 1 to 9999)");
        }
        return Integer.parseInt(text);
    }
}
