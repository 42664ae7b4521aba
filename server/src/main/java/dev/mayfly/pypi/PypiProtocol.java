package dev.mayfly.pypi;

import dev.mayfly.http.Failure;
import dev.mayfly.http.Protocol;
import io.javalin.http.Context;

/** Errors as plain text, which the clients show. */
public final class PypiProtocol implements Protocol {

    @Override
    public boolean owns(String path) {
        return path.equals("/simple")
                || path.startsWith("/simple/")
                || path.equals("/legacy")
                || path.equals("/legacy/");
    }

    @Override
    public void refuse(Context request, Failure failure) {
        request.status(failure.kind().status())
                .contentType("text/plain; charset=utf-8")
                .result(failure.message() + "\n");
    }
}
