package dev.mayfly.retention;

import dev.mayfly.configuration.Section;
import java.time.Duration;
import java.util.Optional;

/**
 * How long deleted experiments, runs and models can be restored.
 *
 * @param keepsDeleted empty if until somebody purges them
 */
public record RetentionConfig(Optional<Duration> keepsDeleted) {

    public static RetentionConfig read(Section root) {
        return new RetentionConfig(root.value(
                "retention",
                "how long deleted experiments and runs can be restored, such as 30d; absent: until mayfly purge",
                Age::parse));
    }
}
