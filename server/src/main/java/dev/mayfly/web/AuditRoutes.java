package dev.mayfly.web;

import dev.mayfly.api.AuditApi;
import dev.mayfly.audit.Audit;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.Years;
import dev.mayfly.retention.Age;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/audit}. */
final class AuditRoutes {

    private static final int USUAL = 100;
    private static final int MOST = 1_000;

    private final Audit audit;
    private final Clock clock;

    AuditRoutes(Audit audit, Clock clock) {
        this.audit = audit;
        this.clock = clock;
    }

    void bind(JsonRoutes routes) {
        routes.bind(AuditApi.SEARCH, (actor, request) -> search(request));
    }

    private List<AuditApi.Entry> search(AuditApi.Search request) {
        int limit = Optional.ofNullable(request.limit()).orElse(USUAL);
        if (limit < 1 || limit > MOST) {
            throw Refused.invalid("limit " + limit + " (expected: 1 to " + MOST + ")");
        }
        Audit.Query query = new Audit.Query(
                Optional.ofNullable(request.since()).map(this::since),
                Optional.ofNullable(request.who()),
                Optional.ofNullable(request.object()),
                Optional.ofNullable(request.before()),
                limit);
        return audit.search(query).stream().map(AuditRoutes::answer).toList();
    }

    private Instant since(String text) {
        try {
            boolean isAge = text.matches("[0-9]+[dhms]");
            return Years.checked(isAge ? clock.instant().minus(Age.parse(text)) : Instant.parse(text));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw Refused.invalid("since '" + text.substring(0, Math.min(100, text.length()))
                    + "' (expected: an age, such as 7d or 12h, or a time, such as 2026-11-30T12:00:00Z)");
        }
    }

    private static AuditApi.Entry answer(Audit.Entry entry) {
        return new AuditApi.Entry(
                entry.id(),
                entry.at(),
                entry.actor(),
                given(entry.via().token()),
                given(entry.via().address()),
                entry.action(),
                entry.object(),
                WebRoutes.lower(entry.outcome()),
                entry.detail());
    }

    private static @Nullable String given(String text) {
        return text.isEmpty() ? null : text;
    }
}
