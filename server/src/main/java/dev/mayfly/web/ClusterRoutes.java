package dev.mayfly.web;

import dev.mayfly.cluster.Clusters;
import dev.mayfly.problem.Refused;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Map;

/** {@code /api/v1/clusters}. */
final class ClusterRoutes {

    private final Clusters clusters;

    ClusterRoutes(Clusters clusters) {
        this.clusters = clusters;
    }

    void add(RoutesConfig routes) {
        routes.get(
                "/api/v1/clusters",
                request -> WebRoutes.answer(
                        request,
                        clusters.newest(WebRoutes.limit(request, 50)).stream()
                                .map(Answers.ClusterAnswer::of)
                                .toList()));
        routes.get(
                "/api/v1/clusters/orphans",
                request -> WebRoutes.answer(
                        request,
                        clusters.orphaned().orphans().stream()
                                .map(Answers.OrphanAnswer::of)
                                .toList()));
        routes.delete("/api/v1/clusters/{name}", this::delete);
    }

    private void delete(Context request) {
        String name = request.pathParam("name");
        if (!clusters.delete(name)) {
            throw Refused.missing(
                    "cluster '" + name + "' (expected: one that is not deleted yet, of this installation)");
        }
        WebRoutes.answer(request, Map.of("deleting", name));
    }
}
