package dev.mayfly.retraining;

import dev.mayfly.pipeline.Pipeline;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A pipeline that was applied: its current revision, its next due time, and whether it is paused. */
public record StoredPipeline(
        Pipeline pipeline,
        Revision revision,
        boolean paused,
        @Nullable Instant nextDue,
        Instant applied) {

    public String name() {
        return pipeline.name();
    }

    /** A YAML text, its SHA-256, and the file that it came from. Immutable. */
    public record Revision(String hash, String file, String yaml) {}
}
