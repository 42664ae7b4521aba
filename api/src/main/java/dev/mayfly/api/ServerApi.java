package dev.mayfly.api;

import static dev.mayfly.api.ErrorKind.UNAVAILABLE;
import static dev.mayfly.api.Right.ADMIN;
import static dev.mayfly.api.Right.PUBLIC;
import static dev.mayfly.api.Right.VIEWER;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What concerns the server as a whole. */
public final class ServerApi {

    /** To delete for good what was deleted. */
    public record Purge(
            @Doc("Only what was deleted so long ago: 30d, 12h, 0s")
            String olderThan,

            @Doc("Only counts") @Nullable Boolean dryRun) {}

    /** How much was purged, or would be. */
    public record Purged(
            int experiments,
            int runs,
            int loggedModels,

            @Doc("What stays because a model version needs it")
            int kept) {}

    /** What the server does by itself, and what of it fails. */
    public record Status(
            List<PeriodicTask> periodicTasks,

            @Doc(
                    "Runs, clusters, schedules and openings that could not be carried on at their last tries, the oldest first; at most 100")
            List<Failing> failing) {

        /** Whether nothing fails at the moment. */
        public boolean isWell() {
            return failing.isEmpty() && periodicTasks.stream().noneMatch(PeriodicTask::isFailing);
        }
    }

    /** Something that is done again and again. */
    public record PeriodicTask(
            @Doc("What it does") String name,
            @Nullable Instant lastSuccess,
            @Nullable Instant lastFailure,

            @Doc("Why it failed last; empty if it never did")
            String failure) {

        /** Whether it failed after its last success. */
        public boolean isFailing() {
            return lastFailure != null && (lastSuccess == null || lastFailure.isAfter(lastSuccess));
        }
    }

    /** Something that can't be carried on. */
    public record Failing(
            @Doc("run, cluster, schedule or opening") String kind,
            String id,
            String reason,
            Instant since,
            @Doc("How often it was tried since") int tries) {}

    public static final Route<Input.Nothing, Status> STATUS = Route.get(
            "/api/v1/status",
            "What the server does by itself, and what of it fails",
            VIEWER.everywhere(),
            Input.NOTHING,
            Output.of(Status.class));

    public static final Route<Input.Nothing, byte[]> HEALTH = Route.get(
            "/health",
            "OK while the server is in service: its database answers, its disk has room, and runs are carried on",
            PUBLIC.anywhere(),
            Input.NOTHING,
            Output.bytes("text/plain"),
            UNAVAILABLE);

    public static final Route<Input.Nothing, byte[]> OPENAPI = Route.get(
            "/api/v1/openapi.json",
            "This document (OpenAPI 3.1)",
            VIEWER.anywhere(),
            Input.NOTHING,
            Output.bytes("application/json"));

    public static final Route<Purge, Purged> PURGE = Route.post(
            "/api/v1/purge",
            "Deletes for good what was deleted: experiments, runs and logged models with their artifacts",
            ADMIN.everywhere(),
            Input.query(Purge.class),
            Output.of(Purged.class));

    public static final List<Route<?, ?>> ROUTES = List.of(HEALTH, STATUS, OPENAPI, PURGE);

    private ServerApi() {}
}
