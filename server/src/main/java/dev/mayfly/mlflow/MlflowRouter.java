package dev.mayfly.mlflow;

import dev.mayfly.access.Actor;
import dev.mayfly.api.Input;
import dev.mayfly.api.Method;
import dev.mayfly.api.Output;
import dev.mayfly.api.Permission;
import dev.mayfly.api.Route;
import dev.mayfly.http.Routes;
import dev.mayfly.idempotency.IdempotentCreate;
import dev.mayfly.idempotency.IdempotentRequests;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Binds MLflow's routes, those of its API under both prefixes. An answer reads a request's fields and returns the
 * reply.
 */
final class MlflowRouter {

    private static final String API = "/api/2.0/";
    /** The prefix under which MLflow's pages call the same routes. */
    private static final String OF_PAGES = "/ajax-api/2.0/";

    private final Routes routes;
    private final IdempotentRequests idempotent;

    MlflowRouter(Routes routes, IdempotentRequests idempotent) {
        this.routes = routes;
        this.idempotent = idempotent;
    }

    /** Answers the fields of a request with a reply. */
    interface Answer<A> {
        A answer(RequestFields fields);
    }

    /** Answers a request whose reply depends on the address at which the client reached this server. */
    interface Addressed<A> {
        A answer(Context request, RequestFields fields);
    }

    /** Answers a request whose body is no JSON. */
    interface Raw {
        void answer(Context request) throws IOException;
    }

    private static final Routes.Reader<RequestFields> FIELDS = new Routes.Reader<>() {
        @Override
        public RequestFields read(Actor actor, Context request) {
            return RequestFields.of(actor, request);
        }

        @Override
        public List<String> named(RequestFields read, String field) {
            return read.named(field);
        }
    };

    /** Reads names from the path or, where that has none, the query; the body is the handler's. */
    private static final Routes.Reader<Context> ADDRESS = new Routes.Reader<>() {
        @Override
        public Context read(Actor actor, Context request) {
            return request;
        }

        @Override
        public List<String> named(Context request, String field) {
            String inPath = request.pathParamMap().get(field);
            return Optional.ofNullable(inPath == null ? request.queryParam(field) : inPath)
                    .filter(name -> !name.isEmpty())
                    .map(List::of)
                    .orElse(List.of());
        }
    };

    /** Answers the fields of a request to create something, which a client may send twice. */
    interface Creation<A> {
        A answer(RequestFields fields, IdempotentCreate once);
    }

    static <A> Route<RequestFields, A> get(String path, String summary, Permission permission, Class<A> reply) {
        return route(Method.GET, "mlflow/" + path, summary, permission, reply);
    }

    static <A> Route<RequestFields, A> post(String path, String summary, Permission permission, Class<A> reply) {
        return route(Method.POST, "mlflow/" + path, summary, permission, reply);
    }

    static <A> Route<RequestFields, A> patch(String path, String summary, Permission permission, Class<A> reply) {
        return route(Method.PATCH, "mlflow/" + path, summary, permission, reply);
    }

    static <A> Route<RequestFields, A> delete(String path, String summary, Permission permission, Class<A> reply) {
        return route(Method.DELETE, "mlflow/" + path, summary, permission, reply);
    }

    /** A route that MLflow's protocol lacks; Mayfly's own client calls it. */
    static <A> Route<RequestFields, A> ours(String path, String summary, Permission permission, Class<A> reply) {
        return route(Method.PUT, "mayfly/" + path, summary, permission, reply);
    }

    /** A route of the artifact proxy that replies in JSON. */
    static <A> Route<RequestFields, A> proxied(
            Method method, String path, String summary, Permission permission, Class<A> reply) {
        return route(method, "mlflow-artifacts/" + path, summary, permission, reply);
    }

    /** A route of the artifact proxy that carries a file's bytes. */
    static Route<RequestFields, byte[]> file(Method method, String path, String summary, Permission permission) {
        return bytes(method, API + "mlflow-artifacts/" + path, summary, permission);
    }

    /** A route that carries bytes, at any path. */
    static Route<RequestFields, byte[]> bytes(Method method, String path, String summary, Permission permission) {
        String media = "application/octet-stream";
        return new Route<>(
                method,
                path,
                summary,
                permission,
                Input.free(RequestFields.class, method == Method.GET || method == Method.DELETE ? "" : media),
                Output.bytes(media),
                Set.of());
    }

    private static <A> Route<RequestFields, A> route(
            Method method, String path, String summary, Permission permission, Class<A> reply) {
        return new Route<>(
                method,
                API + path,
                summary,
                permission,
                Input.free(RequestFields.class, method == Method.GET ? "" : "application/json"),
                Output.of(reply),
                Set.of());
    }

    <A> void bind(Route<RequestFields, A> route, Answer<A> answer) {
        bindAddressed(route, (request, fields) -> answer.answer(fields));
    }

    <A> void bindAddressed(Route<RequestFields, A> route, Addressed<A> answer) {
        bind(route, FIELDS, (actor, fields, request) -> reply(request, answer.answer(request, fields)));
    }

    /** Binds a route that creates something; a request that repeats an {@code Idempotency-Key} creates nothing new. */
    <A> void bindCreation(Route<RequestFields, A> route, Creation<A> creation) {
        String act = route.path().substring((API + "mlflow/").length());
        bindAddressed(route, (request, fields) -> {
            String key = request.header("Idempotency-Key");
            IdempotentCreate once =
                    key == null ? IdempotentCreate.ALWAYS_NEW : idempotent.request(act, key, request.body());
            return creation.answer(fields, once);
        });
    }

    /** Binds a route that carries bytes, under both prefixes if it is one of MLflow's API. */
    void bindRaw(Route<RequestFields, ?> route, Raw handler) {
        bind(route, ADDRESS, (actor, read, request) -> handler.answer(request));
    }

    private <Q> void bind(Route<RequestFields, ?> route, Routes.Reader<Q> reader, Routes.Handler<Q> handler) {
        routes.bind(route, reader, handler);
        if (route.path().startsWith(API) && !route.path().startsWith(API + "mayfly/")) {
            routes.bindAlias(route, OF_PAGES + route.path().substring(API.length()), reader, handler);
        }
    }

    private static void reply(Context request, Object reply) {
        request.contentType("application/json").result(Wire.write(reply));
    }
}
