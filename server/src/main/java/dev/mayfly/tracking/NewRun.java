package dev.mayfly.tracking;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tracking run to be created; without a name one is made up. */
public record NewRun(
        ExperimentId experiment, @Nullable String name, String user, Instant start, Map<String, String> tags) {

    public NewRun {
        tags = Map.copyOf(tags);
    }
}
