package dev.mayfly.web;

import dev.mayfly.api.Json;
import dev.mayfly.api.ProblemDetails;
import dev.mayfly.http.Failure;
import dev.mayfly.http.Protocol;
import io.javalin.http.Context;

/** Errors as RFC 9457 has them. */
public final class JsonProtocol implements Protocol {

    @Override
    public boolean owns(String path) {
        return path.startsWith("/api/v1/");
    }

    @Override
    public void refuse(Context request, Failure failure) {
        ProblemDetails problem = ProblemDetails.of(
                failure.kind(),
                failure.message(),
                failure.problems().stream()
                        .map(one -> new ProblemDetails.InText(one.file(), one.line(), one.column(), one.message()))
                        .toList());
        request.status(failure.kind().status())
                .contentType(ProblemDetails.MEDIA)
                .result(Json.write(problem));
    }
}
