package dev.mayfly.retraining;

import dev.mayfly.engine.AttemptId;
import dev.mayfly.tracking.TrackingRunId;
import org.jspecify.annotations.Nullable;

/** What an attempt is tied to: its tracking run, the package it runs and the cluster it runs on. */
public record TaskExecution(
        AttemptId attempt,
        TrackingRunId trackingRun,
        @Nullable String packageHash,
        @Nullable String cluster,
        @Nullable String failure) {}
