package dev.mayfly.retraining;

import dev.mayfly.pipeline.DataInterval;
import dev.mayfly.task.PipelineRun;
import java.time.Instant;
import java.util.Optional;

/**
 * A run that a schedule or another pipeline's success asked for and that is not open yet.
 *
 * @param key tells that it is the same one, whoever asks for it again
 * @param nextTry when to try to open it
 * @param failure why it could not be opened so far; empty if nobody has tried
 */
public record Opening(
        String key,
        String pipeline,
        PipelineRun.Trigger trigger,
        DataInterval interval,
        Instant nextTry,
        Optional<Failure> failure) {

    /** The last reason, since when it can't be opened, and how often that was tried. */
    public record Failure(String reason, Instant since, int tries) {}

    static Opening of(String key, String pipeline, PipelineRun.Trigger trigger, DataInterval interval, Instant now) {
        return new Opening(key, pipeline, trigger, interval, now, Optional.empty());
    }

    /** What asked for it, in words. */
    public String words() {
        return switch (trigger.kind()) {
            case UPSTREAM -> "the run after " + trigger.cause();
            case SCHEDULE, MANUAL, BACKFILL, AGAIN -> "the run due at " + interval.end();
        };
    }
}
