package dev.mayfly.http;

import dev.mayfly.access.Actor;
import dev.mayfly.api.Route;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;

/** The routes that a server answers, each with its handler, in the order in which they were bound. Not thread-safe. */
public final class Routes {

    private final List<Bound> bound = new ArrayList<>();

    /** Answers a request of an actor who has the route's right. */
    public interface Handler {
        void handle(Actor actor, Context request) throws Exception;
    }

    record Bound(Route<?, ?> route, Handler handler, boolean isAlias) {}

    /**
     * Binds a handler to a route.
     *
     * @throws IllegalArgumentException if the method and path are bound already
     */
    public void bind(Route<?, ?> route, Handler handler) {
        add(new Bound(route, handler, false));
    }

    private void add(Bound added) {
        if (bound.stream()
                .anyMatch(other -> other.route().toString().equals(added.route().toString()))) {
            throw new IllegalArgumentException(added.route() + " is bound twice");
        }
        bound.add(added);
    }

    /** Binds a route at another path, too; {@link #documented} leaves that out. */
    public void bindAlias(Route<?, ?> route, String path, Handler handler) {
        Route<?, ?> alias = new Route<>(
                route.method(), path, route.summary(), route.right(), route.input(), route.output(), route.errors());
        add(new Bound(alias, handler, true));
    }

    /** The routes without their aliases. */
    public List<Route<?, ?>> documented() {
        return bound.stream()
                .filter(one -> !one.isAlias())
                .<Route<?, ?>>map(Bound::route)
                .toList();
    }

    /** The routes without their handlers. */
    public List<Route<?, ?>> all() {
        return bound.stream().<Route<?, ?>>map(Bound::route).toList();
    }

    List<Bound> bound() {
        return List.copyOf(bound);
    }
}
