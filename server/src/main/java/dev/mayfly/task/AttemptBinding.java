package dev.mayfly.task;

import dev.mayfly.engine.AttemptId;
import dev.mayfly.tracking.TrackingRunId;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt is bound to before it starts.
 *
 * @param cluster the name of the cluster that it runs on; null if it needs none
 * @param failure why it could not be started; null if it could
 */
public record AttemptBinding(
        AttemptId attempt,
        TrackingRunId trackingRun,
        @Nullable String cluster,
        @Nullable String failure) {

    /** The name by which the attempt's job is known to tracking. */
    public String job() {
        return attempt.run() + "/" + attempt.task() + "/" + attempt.number();
    }
}
