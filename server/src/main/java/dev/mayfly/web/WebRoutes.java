package dev.mayfly.web;

import dev.mayfly.access.Actor;
import dev.mayfly.account.Accounts;
import dev.mayfly.account.Sessions;
import dev.mayfly.api.ErrorKind;
import dev.mayfly.api.Json;
import dev.mayfly.api.OpenApi;
import dev.mayfly.api.Route;
import dev.mayfly.api.ServerApi;
import dev.mayfly.audit.Audit;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.http.Routes;
import dev.mayfly.lineage.Lineage;
import dev.mayfly.log.AttemptLogs;
import dev.mayfly.maintenance.Health;
import dev.mayfly.maintenance.PeriodicTasks;
import dev.mayfly.packages.Packages;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.retention.Age;
import dev.mayfly.retention.Retention;
import dev.mayfly.retraining.PipelineRuns;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.slice.Slices;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The JSON API. */
public final class WebRoutes {

    private final PipelineRoutes pipelines;
    private final RunRoutes runs;
    private final ModelRoutes models;
    private final ClusterRoutes clusters;
    private final Retention retention;
    private final PeriodicTasks maintenance;
    private final PipelineRuns allRuns;
    private final AccountRoutes accounts;
    private final AuditRoutes audit;
    private final Health health;
    private final PackageRoutes packages;

    public WebRoutes(
            Retraining retraining,
            Slices slices,
            Packages packages,
            AttemptLogs logs,
            Clusters clusters,
            Lineage lineage,
            ModelRegistry registry,
            Retention retention,
            PeriodicTasks maintenance,
            Accounts accounts,
            Sessions sessions,
            Audit audit,
            Health health) {
        this.pipelines = new PipelineRoutes(retraining, slices, packages);
        this.runs = new RunRoutes(retraining.runs(), logs, lineage);
        this.models = new ModelRoutes(registry, lineage);
        this.clusters = new ClusterRoutes(clusters);
        this.retention = retention;
        this.maintenance = maintenance;
        this.accounts = new AccountRoutes(accounts, sessions);
        this.health = health;
        this.packages = new PackageRoutes(packages.index());
        this.audit = new AuditRoutes(audit, Clock.systemUTC());
        this.allRuns = retraining.runs();
    }

    /**
     * Binds all routes of the API; {@code openapi.json} describes the routes that are bound when a client requests it.
     */
    public void bind(Routes routes) {
        JsonRoutes json = new JsonRoutes(routes);
        json.bind(ServerApi.HEALTH, (actor, request) -> health());
        json.bind(ServerApi.OPENAPI, (actor, request) -> utf8(openApi(routes.documented())));
        json.bind(ServerApi.STATUS, (actor, request) -> status());
        json.bind(ServerApi.PURGE, this::purge);
        pipelines.bind(json);
        runs.bind(json);
        models.bind(json);
        clusters.bind(json);
        packages.bind(json);
        accounts.bind(json);
        audit.bind(json);
    }

    private byte[] health() {
        List<String> problems = health.problems();
        if (!problems.isEmpty()) {
            throw new Refused(ErrorKind.UNAVAILABLE, "not in service: " + String.join(", ", problems));
        }
        return utf8("OK");
    }

    /** Returns the OpenAPI document of routes. */
    public static String openApi(List<Route<?, ?>> routes) {
        String version = WebRoutes.class.getPackage().getImplementationVersion();
        return Json.write(OpenApi.document(version == null ? "0" : version, routes));
    }

    private ServerApi.Status status() {
        return new ServerApi.Status(
                maintenance.all().stream()
                        .map(task -> new ServerApi.PeriodicTask(
                                task.name(), task.lastSuccess(), task.lastFailure(), task.failure()))
                        .toList(),
                allRuns.failing().stream()
                        .map(failure -> new ServerApi.Failing(
                                failure.kind(), failure.id(), failure.reason(), failure.since(), failure.tries()))
                        .toList());
    }

    private ServerApi.Purged purge(Actor actor, ServerApi.Purge request) {
        Retention.Purged purged =
                retention.purge(actor, age(request.olderThan()), Boolean.TRUE.equals(request.dryRun()));
        return new ServerApi.Purged(purged.experiments(), purged.runs(), purged.loggedModels(), purged.kept());
    }

    private static Duration age(String text) {
        try {
            return Age.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("older_than: " + e.getMessage());
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
