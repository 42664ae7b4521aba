package dev.mayfly.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When something was opened, began and ended. */
public record Times(
        Instant created,
        @Nullable Instant started,
        @Nullable Instant ended) {}
