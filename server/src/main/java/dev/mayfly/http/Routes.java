package dev.mayfly.http;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Guard;
import dev.mayfly.api.Route;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;

/** The routes that a server answers, each with its handler, in the order in which they were bound. Not thread-safe. */
public final class Routes {

    private final List<Bound<?>> bound = new ArrayList<>();

    /** Reads a request as its handler sees it, so that rights are checked for exactly the names that are acted on. */
    public interface Reader<Q> {
        Q read(Actor actor, Context request);

        /** The values of a field, as {@link Guard.Fields} has it. */
        List<String> named(Q read, String field);
    }

    /** Answers a request of an actor who has the route's right for what the request names. */
    public interface Handler<Q> {
        void handle(Actor actor, Q read, Context request) throws Exception;
    }

    record Bound<Q>(Route<?, ?> route, Reader<Q> reader, Handler<Q> handler, boolean isDocumented) {

        void answer(Guard guard, Actor actor, Context request) throws Exception {
            guard.check(actor, route);
            Q read = reader.read(actor, request);
            guard.check(actor, route, field -> reader.named(read, field));
            handler.handle(actor, read, request);
        }
    }

    /**
     * Binds a handler to a route.
     *
     * @throws IllegalArgumentException if the method and path are bound already
     */
    public <Q> void bind(Route<?, ?> route, Reader<Q> reader, Handler<Q> handler) {
        add(new Bound<>(route, reader, handler, true));
    }

    private void add(Bound<?> added) {
        if (bound.stream()
                .anyMatch(other -> other.route().toString().equals(added.route().toString()))) {
            throw new IllegalArgumentException(added.route() + " is bound twice");
        }
        bound.add(added);
    }

    /** Binds a page, which {@link #documented} leaves out. */
    public <Q> void bindPage(Route<?, ?> route, Reader<Q> reader, Handler<Q> handler) {
        add(new Bound<>(route, reader, handler, false));
    }

    /** Binds a route at another path, too; {@link #documented} leaves that out. */
    public <Q> void bindAlias(Route<?, ?> route, String path, Reader<Q> reader, Handler<Q> handler) {
        Route<?, ?> alias = new Route<>(
                route.method(),
                path,
                route.summary(),
                route.permission(),
                route.input(),
                route.output(),
                route.errors());
        add(new Bound<>(alias, reader, handler, false));
    }

    /** The routes of the protocols, without aliases and pages. */
    public List<Route<?, ?>> documented() {
        return bound.stream()
                .filter(Bound::isDocumented)
                .<Route<?, ?>>map(Bound::route)
                .toList();
    }

    /** The routes without their handlers. */
    public List<Route<?, ?>> all() {
        return bound.stream().<Route<?, ?>>map(Bound::route).toList();
    }

    List<Bound<?>> bound() {
        return List.copyOf(bound);
    }
}
