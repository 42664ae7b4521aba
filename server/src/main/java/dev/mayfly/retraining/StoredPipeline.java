package dev.mayfly.retraining;

import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.PipelineText;
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

    /** A text and its digest. Immutable. */
    public record Revision(String hash, PipelineText text) {

        static Revision of(PipelineText text) {
            return new Revision(text.digest().hex(), text);
        }
    }
}
