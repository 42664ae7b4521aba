package dev.mayfly.web;

import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.RegisteredModel;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRunId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /api/v1/models}. */
final class ModelRoutes {

    private final ModelRegistry registry;
    private final Tracking tracking;

    ModelRoutes(ModelRegistry registry, Tracking tracking) {
        this.registry = registry;
        this.tracking = tracking;
    }

    void add(RoutesConfig routes) {
        routes.get(
                "/api/v1/models",
                request -> WebRoutes.answer(
                        request,
                        registry.models(WebRoutes.limit(request, 100)).stream()
                                .map(Answers.ModelAnswer::of)
                                .toList()));
        routes.get("/api/v1/models/{name}", this::show);
        routes.post("/api/v1/models/{name}/promote", this::promote);
        routes.post(
                "/api/v1/models/{name}/rollback",
                request -> WebRoutes.answer(
                        request,
                        Answers.PromotionAnswer.of(
                                registry.promotions().rollback(request.pathParam("name"), text(request, "reason")))));
    }

    private void promote(Context request) {
        int version = Json.read(request.body()).path("version").asInt(0);
        ModelVersion.Key key = new ModelVersion.Key(request.pathParam("name"), version);
        WebRoutes.answer(
                request, Answers.PromotionAnswer.of(registry.promotions().promote(key, text(request, "reason"))));
    }

    private static String text(Context request, String field) {
        return Json.read(request.body()).path(field).asText("");
    }

    private void show(Context request) {
        int limit = WebRoutes.limit(request, 20);
        RegisteredModel model = registry.model(request.pathParam("name"));
        List<Answers.VersionAnswer> versions = registry.versions(model.name(), limit).stream()
                .map(version -> Answers.VersionAnswer.of(version, metrics(version)))
                .toList();
        WebRoutes.answer(
                request,
                Answers.ModelAnswer.of(
                        model,
                        versions,
                        registry.promotions().of(model.name(), limit).stream()
                                .map(Answers.PromotionAnswer::of)
                                .toList()));
    }

    private Map<String, Double> metrics(ModelVersion version) {
        return Optional.ofNullable(version.runId())
                .flatMap(run -> tracking.findRun(new TrackingRunId(run)))
                .map(RunRoutes::metrics)
                .orElse(Map.of());
    }
}
