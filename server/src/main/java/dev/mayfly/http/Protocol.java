package dev.mayfly.http;

import io.javalin.http.Context;

/** How errors are written to the clients of some paths. */
public interface Protocol {

    /** Whether a path is its, also one without a route: a client that calls it must be able to read the error. */
    boolean owns(String path);

    void refuse(Context request, Failure failure);
}
