package dev.mayfly.tracking;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tracking run to create; a null name is replaced by a random one.
 *
 * @param job the attempt whose job makes it; null if none does
 */
public record NewRun(
        ExperimentId experiment,
        @Nullable String name,
        String user,
        Instant start,
        Map<String, String> tags,
        @Nullable String job) {

    public NewRun {
        tags = Map.copyOf(tags);
    }

    public NewRun(
            ExperimentId experiment, @Nullable String name, String user, Instant start, Map<String, String> tags) {
        this(experiment, name, user, start, tags, null);
    }
}
