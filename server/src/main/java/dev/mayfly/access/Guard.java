package dev.mayfly.access;

import dev.mayfly.api.Permission;
import dev.mayfly.api.Right;
import dev.mayfly.api.Route;
import dev.mayfly.api.Target;
import dev.mayfly.problem.Refused;
import java.time.Clock;
import java.util.List;

/**
 * Decides whether an actor may have a request answered. Whoever has the right for everything is let through without a
 * look at what the request names. Thread-safe.
 */
public final class Guard {

    private final Owners owners;

    public Guard(Owners owners, Clock clock) {
        this.owners = new RememberedOwners(owners, clock);
    }

    /** What a request holds in a field of a {@link Target}; nothing if it is absent. */
    public interface Fields {
        List<String> named(String field);
    }

    /**
     * Checks the right, whatever the request names.
     *
     * @throws Refused if the actor has it for nothing, or, where it is needed for everything, not for that
     */
    public void check(Actor actor, Route<?, ?> route) {
        boolean isForAll = route.permission().reach() == Permission.Reach.ALL;
        if (isForAll ? !actor.mayWithAll(route.right()) : !actor.may(route.right())) {
            throw refused(actor, route, route.right(), isForAll ? " on everything" : "");
        }
    }

    /**
     * Checks the right for each thing that a request names.
     *
     * @throws Refused if the actor lacks it for one of them, or a name is missing
     */
    public void check(Actor actor, Route<?, ?> route, Fields fields) {
        if (route.permission().reach() != Permission.Reach.NAMED || actor.mayWithAll(route.right())) {
            return;
        }
        for (Target target : route.permission().targets()) {
            Right needed = target.isOnlyRead() ? Right.VIEWER : route.right();
            List<String> named = named(target, fields);
            if (named.isEmpty() && !target.isOptional()) {
                throw Refused.invalid("Missing value for required parameter '"
                        + target.fields().get(0) + "'");
            }
            for (String name : named) {
                owners.of(target.thing(), name)
                        .filter(owner -> !actor.may(needed, owner.kind(), owner.name()))
                        .filter(owner -> !isOfJob(actor, needed, owner))
                        .ifPresent(owner -> {
                            throw refused(
                                    actor, route, needed, " on " + owner.kind().word() + " '" + owner.name() + "'");
                        });
            }
        }
    }

    private boolean isOfJob(Actor actor, Right needed, Owners.Resource owner) {
        return Right.EDITOR.includes(needed)
                && actor.job().filter(job -> owners.isOfJob(owner, job)).isPresent();
    }

    private static List<String> named(Target target, Fields fields) {
        for (String field : target.fields()) {
            List<String> named = fields.named(field);
            if (!named.isEmpty()) {
                return named;
            }
        }
        return List.of();
    }

    private static Refused refused(Actor actor, Route<?, ?> route, Right needed, String what) {
        return Refused.forbidden(actor.name() + " may not " + needed.words() + what + ": " + route
                + " (expected: the right " + needed.word() + what + ")");
    }
}
