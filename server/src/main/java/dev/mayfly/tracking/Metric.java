package dev.mayfly.tracking;

import dev.mayfly.problem.Refused;
import java.time.Instant;

/** One point of a metric. The value may be NaN or infinite. */
public record Metric(String key, double value, Instant timestamp, long step) {

    public Metric {
        if (timestamp.toEpochMilli() < 0) {
            throw Refused.invalid("Invalid value for timestamp of metric '" + key + "': " + timestamp.toEpochMilli()
                    + " (expected: 0 or more milliseconds)");
        }
    }
}
