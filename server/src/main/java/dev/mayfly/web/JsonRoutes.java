package dev.mayfly.web;

import dev.mayfly.access.Actor;
import dev.mayfly.api.Input;
import dev.mayfly.api.Json;
import dev.mayfly.api.Output;
import dev.mayfly.api.Requests;
import dev.mayfly.api.Route;
import dev.mayfly.http.Routes;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Binds routes by their records: reads the request, writes the answer. */
final class JsonRoutes {

    private final Routes routes;

    JsonRoutes(Routes routes) {
        this.routes = routes;
    }

    /** Answers a request of somebody who has the route's right. */
    interface Handler<Q, A> {
        A handle(Actor actor, Q request);
    }

    <Q, A> void bind(Route<Q, A> route, Handler<Q, A> handler) {
        routes.bind(
                route,
                new Reader<>(route),
                (actor, read, request) -> write(request, route.output(), handler.handle(actor, read)));
    }

    /** Answers a request that carries a file. */
    interface FileHandler<Q, A> {
        A handle(Actor actor, Q request, InputStream bytes) throws IOException;
    }

    <Q, A> void bindFile(Route<Q, A> route, FileHandler<Q, A> handler) {
        routes.bind(
                route,
                new Reader<>(route),
                (actor, read, request) -> write(
                        request,
                        route.output(),
                        handler.handle(actor, read, request.req().getInputStream())));
    }

    /** A file to answer with. */
    record Download(InputStream bytes, long size) {}

    /** Finds the file that a request asks for. */
    interface Finder<Q> {
        Download find(Q request);
    }

    <Q> void bindDownload(Route<Q, byte[]> route, Finder<Q> finder) {
        routes.bind(route, new Reader<>(route), (actor, read, request) -> {
            Download found = finder.find(read);
            request.disableCompression();
            request.contentType(route.output().media())
                    .header("Content-Length", Long.toString(found.size()))
                    .result(found.bytes());
        });
    }

    private record Reader<Q>(Route<Q, ?> route) implements Routes.Reader<Q> {

        @Override
        public Q read(Actor actor, Context request) {
            boolean isFile = route.input().place() == Input.Place.BYTES;
            return Requests.read(route, request.pathParamMap(), request.queryParamMap(), isFile ? "" : request.body());
        }

        @Override
        public List<String> named(Q read, String field) {
            return Requests.field(read, field).map(List::of).orElse(List.of());
        }
    }

    private static void write(Context request, Output<?> output, Object answer) {
        request.contentType(output.media());
        if (answer instanceof byte[] bytes) {
            request.result(bytes);
        } else {
            request.result(Json.write(answer));
        }
    }
}
