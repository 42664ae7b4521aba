package dev.mayfly.retraining;

import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.problem.Refused;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Checks which pipelines a pipeline would run after. */
final class Upstreams {

    private Upstreams() {}

    /**
     * Returns what may be a mistake: a pipeline after which this one is to run and that is not there yet. Each pipeline runs after at most
     * one other, so that following these finds a circle if there is one.
     *
     * @throws Refused if the pipeline would run after itself
     */
    static List<String> checked(Handle tx, Pipeline pipeline) {
        Optional<String> upstream = pipeline.trigger().after();
        Set<String> circle = new LinkedHashSet<>(Set.of(pipeline.name()));
        Optional<String> next = upstream;
        while (next.isPresent() && circle.add(next.get())) {
            next = PipelineStore.runsAfter(tx, next.get());
        }
        if (next.isPresent() && next.get().equals(pipeline.name())) {
            throw Refused.invalid("after '" + upstream.orElseThrow() + "': " + String.join(" after ", circle)
                    + " after " + pipeline.name() + " is a circle (expected: no pipeline that runs after itself)");
        }
        return upstream.isPresent() && PipelineStore.find(tx, upstream.get()).isEmpty()
                ? List.of("after '" + upstream.get()
                        + "': there is no such pipeline yet, so nothing opens runs of this one")
                : List.of();
    }
}
