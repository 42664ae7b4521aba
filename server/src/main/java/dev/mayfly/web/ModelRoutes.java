package dev.mayfly.web;

import dev.mayfly.api.ModelApi;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.lineage.Lineage;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.Promotion;
import dev.mayfly.registry.RegisteredModel;

/** {@code /api/v1/models}. */
final class ModelRoutes {

    private static final int MOST = 100;
    private static final int MOST_OF_ONE = 20;

    private final ModelRegistry registry;
    private final Lineage lineage;

    ModelRoutes(ModelRegistry registry, Lineage lineage) {
        this.registry = registry;
        this.lineage = lineage;
    }

    void bind(JsonRoutes routes) {
        routes.bind(
                ModelApi.LIST,
                (actor, request) ->
                        registry
                                .models(
                                        actor.scope(ResourceKind.MODEL),
                                        request.limit() == null ? MOST : request.limit())
                                .stream()
                                .map(ModelRoutes::answer)
                                .toList());
        routes.bind(
                ModelApi.SHOW,
                (actor, request) ->
                        answer(lineage.model(request.name(), request.limit() == null ? MOST_OF_ONE : request.limit())));
        routes.bind(
                ModelApi.PROMOTE,
                (actor, request) -> answer(registry.promotions()
                        .promote(actor, new ModelVersion.Key(request.name(), request.version()), request.reason())));
        routes.bind(
                ModelApi.ROLLBACK,
                (actor, request) -> answer(registry.promotions().rollback(actor, request.name(), request.reason())));
        routes.bind(ModelApi.PROTECT, (actor, request) -> {
            boolean isProtected = !Boolean.TRUE.equals(request.undo());
            registry.promotions().protect(actor, request.name(), isProtected);
            return new ModelApi.Protection(request.name(), isProtected);
        });
    }

    private static ModelApi.Model answer(RegisteredModel model) {
        int newest = model.latest().stream()
                .mapToInt(version -> version.key().version())
                .max()
                .orElse(0);
        return new ModelApi.Model(model.name(), model.description(), model.aliases(), newest, null, null);
    }

    private static ModelApi.Model answer(Lineage.ModelLineage lineage) {
        RegisteredModel model = lineage.model();
        return new ModelApi.Model(
                model.name(),
                model.description(),
                model.aliases(),
                lineage.versions().size(),
                lineage.versions().stream().map(ModelRoutes::answer).toList(),
                lineage.promotions().stream().map(ModelRoutes::answer).toList());
    }

    private static ModelApi.Version answer(Lineage.VersionLineage lineage) {
        ModelVersion version = lineage.version();
        String incomplete = version.origin().incomplete();
        return new ModelApi.Version(
                version.key().version(),
                version.aliases(),
                version.created(),
                version.files(),
                version.runId(),
                incomplete.isEmpty() ? null : incomplete,
                version.tags(),
                lineage.metrics());
    }

    static ModelApi.Promotion answer(Promotion promotion) {
        return new ModelApi.Promotion(
                promotion.candidate().model(),
                promotion.candidate().version(),
                promotion.champion(),
                promotion.promoted(),
                promotion.reason(),
                promotion.decidedAt());
    }
}
