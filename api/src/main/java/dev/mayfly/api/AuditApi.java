package dev.mayfly.api;

import static dev.mayfly.api.Right.ADMIN;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/audit}: who changed what. */
public final class AuditApi {

    /** What was done, or refused. */
    public record Entry(
            long id,
            Instant at,
            String actor,

            @Doc("The id of the token that came with the request; null without one") @Nullable
            String token,

            @Doc("Where the request came from; null for what Mayfly does itself") @Nullable
            String address,

            @Doc("The command that does it, such as 'run cancel'")
            String action,

            String object,
            @Doc("done or refused") String outcome,
            @Doc("What else there is to know; may be empty") String detail) {}

    /** Which entries. */
    public record Search(
            @Doc("Only later ones: an age, such as 7d, or a time, such as 2026-11-30T12:00:00Z") @Nullable
            String since,

            @Doc("Only what this account did") @Nullable String who,

            @Doc("Only what was done to something with this in its name") @Nullable
            String object,

            @Doc("Only entries with a smaller id, for the next page") @Nullable
            Long before,

            @Doc("At most so many; 100 if it is not given, at most 1000") @Nullable
            Integer limit) {}

    public static final Route<Search, List<Entry>> SEARCH = Route.get(
            "/api/v1/audit",
            "Who changed what, the newest first",
            ADMIN.everywhere(),
            Input.query(Search.class),
            Output.listOf(Entry.class));

    public static final List<Route<?, ?>> ROUTES = List.of(SEARCH);

    private AuditApi() {}
}
