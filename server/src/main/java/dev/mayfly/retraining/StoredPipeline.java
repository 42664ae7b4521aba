package dev.mayfly.retraining;

import dev.mayfly.pipeline.Pipeline;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A pipeline that was applied: its current text by content hash, and whether it runs by itself. */
public record StoredPipeline(
        Pipeline pipeline,
        Source source,
        boolean paused,
        @Nullable Instant nextDue,
        Instant applied) {

    public String name() {
        return pipeline.name();
    }

    /** The text, where it came from, and the SHA-256 of it. */
    public record Source(String hash, String file, String yaml) {}
}
