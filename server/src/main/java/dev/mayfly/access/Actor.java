package dev.mayfly.access;

import dev.mayfly.api.Right;

/**
 * Who acts: a person, a service, a job, or Mayfly itself. Passed to every call that changes something, never kept in a
 * thread.
 *
 * @param name for records and logs
 * @param right its highest right
 * @param scope what it may see
 */
public record Actor(String name, Right right, Scope scope) {

    /** The owner of this installation: every user, as long as there are no accounts. */
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
