package dev.mayfly.access;

import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import java.util.List;
import java.util.Optional;

/**
 * A right for what has a name like a pattern.
 *
 * @param kind of what; empty means of every kind
 * @param pattern as in {@link Scope}
 */
public record Grant(Right right, Optional<ResourceKind> kind, String pattern) {

    public static final Grant EVERYTHING = new Grant(Right.ADMIN, Optional.empty(), "*");

    boolean isForEverything() {
        return kind.isEmpty() && scope().isEverything();
    }

    boolean covers(ResourceKind some) {
        return kind.isEmpty() || kind.get() == some;
    }

    Scope scope() {
        return new Scope(List.of(pattern));
    }

    /** Such as {@code editor experiment fraud-*}. */
    @Override
    public String toString() {
        return right.word() + " " + kind.map(ResourceKind::word).orElse("all") + " " + pattern;
    }
}
