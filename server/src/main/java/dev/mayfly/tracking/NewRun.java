package dev.mayfly.tracking;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tracking run to create; a null name is replaced by a random one. */
public record NewRun(
        ExperimentId experiment, @Nullable String name, String user, Instant start, Map<String, String> tags) {

    public NewRun {
        tags = Map.copyOf(tags);
    }
}
