package dev.mayfly.retraining;

import dev.mayfly.engine.RunId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run is a run of: the pipeline by hash, its parameters, and the slice that it works off. */
public record PipelineRun(
        RunId id,
        String pipeline,
        String hash,
        Trigger trigger,
        Map<String, String> parameters,
        Optional<Slice> slice) {

    public PipelineRun {
        parameters = Map.copyOf(parameters);
    }

    /** What opened the run, and the due time if it was the clock. */
    public record Trigger(Kind kind, @Nullable Instant due) {

        public enum Kind {
            MANUAL,
            SCHEDULE
        }
    }
}
