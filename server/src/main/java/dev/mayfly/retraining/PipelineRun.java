package dev.mayfly.retraining;

import dev.mayfly.engine.RunId;
import dev.mayfly.pipeline.DataInterval;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run is a run of: the pipeline by hash, its data interval and parameters, and the slice that it works off. */
public record PipelineRun(
        RunId id,
        String pipeline,
        String hash,
        Trigger trigger,
        DataInterval interval,
        Map<String, String> parameters,
        Optional<Slice> slice) {

    public PipelineRun {
        parameters = Map.copyOf(parameters);
    }

    /** What opened the run; {@code cause}: the due time if it was the clock, the run that succeeded if it was another. */
    public record Trigger(Kind kind, @Nullable String cause) {

        public enum Kind {
            MANUAL,
            SCHEDULE,
            BACKFILL,
            UPSTREAM
        }
    }
}
