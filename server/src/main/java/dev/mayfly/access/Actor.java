package dev.mayfly.access;

import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import java.util.List;
import java.util.Optional;

/**
 * Who acts: a person, a service, a job, or Mayfly itself. Passed to every call that changes something, never kept in a
 * thread.
 *
 * @param name for records and logs
 * @param grants what it may do, and with what
 * @param via how its request came
 */
public record Actor(String name, List<Grant> grants, Via via) {

    /** The owner of this installation: every user, as long as there are no accounts. */
    public static final Actor OWNER = new Actor("owner", List.of(Grant.EVERYTHING), Via.ITSELF);

    /** Mayfly: schedules, gates and periodic work. */
    public static final Actor SYSTEM = new Actor("mayfly", List.of(Grant.EVERYTHING), Via.ITSELF);

    /** Nobody in particular, who may call what is public. */
    public static final Actor NOBODY = new Actor("nobody", List.of(), Via.ITSELF);

    public Actor {
        grants = List.copyOf(grants);
    }

    /**
     * How a request came.
     *
     * @param token the id of its token; empty if it brought none
     * @param address of its sender; empty for what Mayfly does itself
     */
    public record Via(String token, String address) {

        public static final Via ITSELF = new Via("", "");
    }

    /** The same, with the address that its request came from, and no token. */
    public Actor from(String address) {
        return new Actor(name, grants, new Via("", address));
    }

    /** Begins the names of jobs' accounts. */
    public static final String JOB = "job:";

    /**
     * A job of a pipeline.
     *
     * @param attempt its run, task and number, with slashes between them
     */
    public record Job(String pipeline, String attempt) {

        /** The name of its account. */
        public String account() {
            return JOB + pipeline + "/" + attempt;
        }
    }

    /** The job that it is; empty if it is none. */
    public Optional<Job> job() {
        String[] parts = name.startsWith(JOB) ? name.substring(JOB.length()).split("/", 2) : new String[0];
        return parts.length == 2 ? Optional.of(new Job(parts[0], parts[1])) : Optional.empty();
    }

    /** Whether it has a right for anything at all. */
    public boolean may(Right needed) {
        return needed == Right.PUBLIC
                || grants.stream().anyMatch(grant -> grant.right().includes(needed));
    }

    /** Whether it has a right for everything. */
    public boolean mayWithAll(Right needed) {
        return needed == Right.PUBLIC
                || grants.stream().anyMatch(grant -> grant.right().includes(needed) && grant.isForEverything());
    }

    public boolean may(Right needed, ResourceKind kind, String name) {
        return needed == Right.PUBLIC
                || grants.stream()
                        .anyMatch(grant -> grant.right().includes(needed)
                                && grant.covers(kind)
                                && grant.scope().includes(name));
    }

    /** What it may see of a kind. */
    public Scope scope(ResourceKind kind) {
        return new Scope(grants.stream()
                .filter(grant -> grant.right().includes(Right.VIEWER) && grant.covers(kind))
                .map(Grant::pattern)
                .distinct()
                .toList());
    }

    @Override
    public String toString() {
        return name;
    }
}
