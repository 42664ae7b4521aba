package dev.mayfly.access;

import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Target;
import dev.mayfly.problem.Refused;
import java.util.Map;
import java.util.Optional;

/** What the things that requests name belong to. Thread-safe. */
public interface Owners {

    /** An experiment, a model, a pipeline or a package. */
    record Resource(ResourceKind kind, String name) {}

    /**
     * The resource that a thing is, or belongs to.
     *
     * @return empty if there is no such thing, or it is nobody's
     * @throws Refused if the name is not readable, or if it could be somebody's who is not known
     */
    Optional<Resource> of(Target.Thing thing, String name);

    /**
     * Whether a resource is a job's to work with, beside what it was granted: nothing has its name yet, or a job of the same
     * pipeline made it.
     */
    default boolean isOfJob(Resource resource, Actor.Job job) {
        return false;
    }

    /** Asks the owners of each kind of thing; what is named by its own name, and not in the table, is its own owner. */
    static Owners of(Map<Target.Thing, Owners> byThing) {
        Map<Target.Thing, Owners> all = Map.copyOf(byThing);
        return (thing, name) -> switch (thing) {
            case EXPERIMENT -> Optional.of(new Resource(ResourceKind.EXPERIMENT, name));
            case MODEL -> Optional.of(new Resource(ResourceKind.MODEL, name));
            case PIPELINE -> Optional.of(new Resource(ResourceKind.PIPELINE, name));
            case PACKAGE -> Optional.of(new Resource(ResourceKind.PACKAGE, name));
            case EXPERIMENT_ID, TRACKING_RUN, LOGGED_MODEL, ARTIFACT, SOURCE, RUN ->
                Optional.ofNullable(all.get(thing))
                        .orElseThrow(() -> new IllegalStateException("nobody knows the owner of a " + thing))
                        .of(thing, name);
        };
    }
}
