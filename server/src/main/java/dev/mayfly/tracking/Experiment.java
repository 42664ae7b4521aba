package dev.mayfly.tracking;

import java.time.Instant;
import java.util.Map;

/** A named set of tracking runs. */
public record Experiment(
        ExperimentId id,
        String name,
        String artifactLocation,
        LifecycleStage stage,
        Instant created,
        Instant updated,
        Map<String, String> tags) {

    public Experiment {
        tags = Map.copyOf(tags);
    }
}
