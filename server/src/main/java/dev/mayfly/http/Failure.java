package dev.mayfly.http;

import dev.mayfly.api.ErrorKind;
import dev.mayfly.problem.Problem;
import java.util.List;

/** An error that answers a request. */
public record Failure(ErrorKind kind, String message, List<Problem> problems) {

    Failure(ErrorKind kind, String message) {
        this(kind, message, List.of());
    }
}
