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

    record Bound(Route<?, ?> route, Handler handler) {}

    /**
     * Binds a handler to a route.
     *
     * @throws IllegalArgumentException if the method and path are bound already
     */
    public void bind(Route<?, ?> route, Handler handler) {
        if (bound.stream().anyMatch(other -> other.route().toString().equals(route.toString()))) {
            throw new IllegalArgumentException(route + " is bound twice");
        }
        bound.add(new Bound(route, handler));
    }

    /** The routes without their handlers. */
    public List<Route<?, ?>> all() {
        return bound.stream().<Route<?, ?>>map(Bound::route).toList();
    }

    List<Bound> bound() {
        return List.copyOf(bound);
    }
}
