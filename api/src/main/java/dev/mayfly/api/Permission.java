package dev.mayfly.api;

import java.util.List;

/**
 * Who may call a route: those who have the right, for all that the route acts on. Immutable.
 *
 * @param targets what a request names, if the reach is {@link Reach#NAMED}
 */
public record Permission(Right right, Reach reach, List<Target> targets) {

    public Permission {
        targets = List.copyOf(targets);
        if (targets.isEmpty() == (reach == Reach.NAMED)) {
            throw new IllegalArgumentException(reach + " with " + targets.size() + " targets");
        }
    }

    /** What the right must be granted for. */
    public enum Reach {
        /** For anything: the route tells or changes nothing that belongs to somebody. */
        ANY,
        /** For what the route's own code finds: a search shows only what its caller may see. */
        SCOPED,
        /** For each of the things that the request names. */
        NAMED,
        /** For everything. */
        ALL
    }
}
