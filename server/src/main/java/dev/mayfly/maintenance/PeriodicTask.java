package dev.mayfly.maintenance;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a periodic task last succeeded and failed.
 *
 * @param lastSuccess null if it never succeeded
 * @param lastFailure null if it never failed
 * @param failure the message of the last failure; empty if it never failed
 */
public record PeriodicTask(
        String name,
        @Nullable Instant lastSuccess,
        @Nullable Instant lastFailure,
        String failure) {}
