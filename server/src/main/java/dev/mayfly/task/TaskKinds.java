package dev.mayfly.task;

import dev.mayfly.pipeline.Pipeline;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The kinds of work, one for each that a pipeline can state. Immutable. */
public final class TaskKinds {

    private final Map<Class<?>, TaskKind<?>> kinds = new HashMap<>();

    /**
     * Collects the kinds.
     *
     * @throws IllegalArgumentException if a kind of work is missing, or occurs twice
     */
    public TaskKinds(TaskKind<?>... kinds) {
        for (TaskKind<?> kind : kinds) {
            if (this.kinds.put(kind.work(), kind) != null) {
                throw new IllegalArgumentException("two kinds for " + kind.work() + " (expected: one)");
            }
        }
        Set<Class<?>> works = Set.of(Pipeline.Work.class.getPermittedSubclasses());
        if (!this.kinds.keySet().equals(works)) {
            throw new IllegalArgumentException(
                    "kinds for " + this.kinds.keySet() + " (expected: one for each of " + works + ")");
        }
    }

    /** Returns the kind that carries out some work. */
    @SuppressWarnings("unchecked") // the key is the kind's own class
    public <W extends Pipeline.Work> TaskKind<W> of(W work) {
        return (TaskKind<W>) Objects.requireNonNull(kinds.get(work.getClass()));
    }
}
