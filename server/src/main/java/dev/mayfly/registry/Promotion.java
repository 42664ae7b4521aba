package dev.mayfly.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A decision about a version, as it stands in the promotion log.
 *
 * @param decidedBy what decided it; one decision each
 * @param champion the version that was champion before, if any
 */
public record Promotion(
        String decidedBy,
        ModelVersion.Key candidate,
        @Nullable Integer champion,
        boolean promoted,
        String reason,
        Instant decidedAt) {}
