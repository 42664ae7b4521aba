package dev.mayfly.access;

import dev.mayfly.api.Right;

/**
 * Who acts: a person, a service, a job, or Mayfly itself. An argument of every call that changes something, never a thread's state.
 *
 * @param name for records and logs
 * @param right the highest that it has
 * @param scope what it may see
 */
public record Actor(String name, Right right, Scope scope) {

    /** The one who runs this installation; everybody, until there are accounts. */
    public static final Actor OWNER = new Actor("owner", Right.ADMIN, Scope.EVERYTHING);

    /** Mayfly: schedules, gates and periodic work. */
    public static final Actor SYSTEM = new Actor("mayfly", Right.ADMIN, Scope.EVERYTHING);

    public boolean may(Right needed) {
        return right.includes(needed);
    }

    @Override
    public String toString() {
        return name;
    }
}
