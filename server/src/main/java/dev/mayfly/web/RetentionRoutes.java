package dev.mayfly.web;

import dev.mayfly.problem.Refused;
import dev.mayfly.retention.Age;
import dev.mayfly.retention.Retention;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;

/** {@code POST /api/v1/purge?older_than=30d&dry_run=true}: deletes for good what was deleted. */
final class RetentionRoutes {

    private final Retention retention;

    RetentionRoutes(Retention retention) {
        this.retention = retention;
    }

    void add(RoutesConfig routes) {
        routes.post(
                "/api/v1/purge",
                request -> WebRoutes.answer(
                        request, retention.purge(age(request), "true".equals(request.queryParam("dry_run")))));
    }

    private static Duration age(Context request) {
        String text = request.queryParam("older_than");
        try {
            return Age.parse(text == null ? "" : text);
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("older_than: " + e.getMessage());
        }
    }
}
