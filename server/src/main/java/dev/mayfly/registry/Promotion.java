package dev.mayfly.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A decision about a version: a row of the promotion log.
 *
 * @param decidedBy the attempt or act that decided; each decides once
 * @param champion the version that was champion before, if any
 */
public record Promotion(
        String decidedBy,
        ModelVersion.Key candidate,
        @Nullable Integer champion,
        boolean promoted,
        String reason,
        Instant decidedAt) {}
