package dev.mayfly.tracking;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tracking run with its parameters, tags, and the latest point of each metric. */
public record TrackingRun(
        Info info, List<Metric> metrics, Map<String, String> params, Map<String, String> tags, RunInputsOutputs links) {

    public TrackingRun {
        metrics = List.copyOf(metrics);
    }

    public TrackingRunId id() {
        return info.id();
    }

    /** A run without its parameters, tags and metrics. */
    public record Info(
            TrackingRunId id,
            ExperimentId experiment,
            Naming naming,
            RunStatus status,
            Instant start,
            @Nullable Instant end,
            String artifactUri,
            LifecycleStage stage) {}

    /** The name of a run, and the user that it belongs to. */
    public record Naming(String name, String user) {}
}
