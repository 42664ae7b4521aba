package dev.mayfly.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An error of the JSON API (RFC 9457). */
@Doc("Why a request failed (RFC 9457)")
public record ProblemDetails(
        @Doc("/api# and the kind of error, such as /api#missing")
        String type,

        @Doc("The same for every error of this kind") String title,
        int status,
        @Doc("Which value was wrong, and what was expected") String detail,

        @Doc("Everything that is wrong in a pipeline, in the order of its text") @Nullable
        List<InText> problems) {

    public static final String MEDIA = "application/problem+json";

    /** One thing that is wrong in a text; line and column count from 1. */
    public record InText(String file, int line, int column, String message) {}

    public static ProblemDetails of(ErrorKind kind, String detail, List<InText> problems) {
        return new ProblemDetails(
                "/api#" + kind.word(),
                kind.title(),
                kind.status(),
                detail,
                problems.isEmpty() ? null : List.copyOf(problems));
    }
}
