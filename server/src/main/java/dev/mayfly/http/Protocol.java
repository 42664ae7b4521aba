package dev.mayfly.http;

import io.javalin.http.Context;

/** Writes errors to the clients of some paths. */
public interface Protocol {

    /** Whether a path belongs to this protocol, even without a route: its client must be able to read the error. */
    boolean owns(String path);

    void refuse(Context request, Failure failure);
}
