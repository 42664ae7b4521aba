package dev.mayfly.api;

import java.util.List;
import java.util.stream.Stream;

/** All routes of the JSON API. */
public final class ApiRoutes {

    public static final List<Route<?, ?>> ALL = Stream.of(
                    ServerApi.ROUTES,
                    AccountApi.ROUTES,
                    TokenApi.ROUTES,
                    AuditApi.ROUTES,
                    PipelineApi.ROUTES,
                    PackageApi.ROUTES,
                    RunApi.ROUTES,
                    ClusterApi.ROUTES,
                    ModelApi.ROUTES)
            .flatMap(List::stream)
            .toList();

    private ApiRoutes() {}
}
