package dev.mayfly.mlflow;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.mayfly.tracking.Dataset;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.RunInputsOutputs;
import dev.mayfly.tracking.TrackingRun;
import dev.mayfly.tracking.TrackingRunId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers of calls about runs: what they logged, read and made. */
final class RunReplies {

    private RunReplies() {}

    record RunReply(WireRun run) {}

    record RunInfoReply(RunInfo runInfo) {}

    record RunsReply(List<WireRun> runs, @Nullable String nextPageToken) {}

    record WireRun(
            RunInfo info,
            RunData data,
            Inputs inputs,
            @Nullable Outputs outputs) {

        /** Returns a run that was just created, without outputs. */
        static WireRun opened(TrackingRun run) {
            WireRun wire = of(run);
            return new WireRun(wire.info, wire.data, wire.inputs, null);
        }

        static WireRun of(TrackingRun run) {
            RunInputsOutputs links = run.links();
            return new WireRun(
                    RunInfo.of(run.info()),
                    new RunData(
                            run.metrics().stream().map(WireMetric::of).toList(),
                            Wire.wireTags(run.params()),
                            Wire.wireTags(run.tags())),
                    new Inputs(
                            links.datasets().stream().map(DatasetInput::of).toList(),
                            links.modelInputs().stream().map(ModelInput::new).toList()),
                    new Outputs(links.modelOutputs().stream()
                            .map(output -> new ModelOutput(output.modelId(), output.step()))
                            .toList()));
        }
    }

    record Inputs(List<DatasetInput> datasetInputs, List<ModelInput> modelInputs) {}

    record Outputs(List<ModelOutput> modelOutputs) {}

    record ModelInput(String modelId) {}

    record ModelOutput(String modelId, long step) {}

    record DatasetInput(List<Wire.Tag> tags, WireDataset dataset) {

        static DatasetInput of(RunInputsOutputs.Input input) {
            return new DatasetInput(Wire.wireTags(input.tags()), WireDataset.of(input.dataset()));
        }
    }

    record WireDataset(
            String name,
            String digest,
            String sourceType,
            String source,
            @Nullable String schema,
            @Nullable String profile) {

        static WireDataset of(Dataset dataset) {
            return new WireDataset(
                    dataset.name(),
                    dataset.digest(),
                    dataset.sourceType(),
                    dataset.source(),
                    dataset.schema(),
                    dataset.profile());
        }
    }

    record DatasetSummary(
            String experimentId,
            String name,
            String digest,
            @Nullable String context) {}

    record DatasetSummariesReply(List<DatasetSummary> datasetSummaries) {}

    record BulkMetric(String key, double value, long timestamp, long step, String runId) {

        static BulkMetric of(TrackingRunId run, Metric metric) {
            return new BulkMetric(
                    metric.key(),
                    Wire.finite(metric.value()),
                    metric.timestamp().toEpochMilli(),
                    metric.step(),
                    run.value());
        }
    }

    record BulkMetricsReply(List<BulkMetric> metrics) {}

    record RunInfo(
            @JsonUnwrapped RunIds ids,
            String runName,
            String experimentId,
            String userId,
            String status,
            @JsonUnwrapped RunTimes times,
            String artifactUri,
            String lifecycleStage) {

        static RunInfo of(TrackingRun.Info info) {
            return new RunInfo(
                    new RunIds(info.id().value(), info.id().value()),
                    info.naming().name(),
                    info.experiment().toString(),
                    info.naming().user(),
                    info.status().name(),
                    RunTimes.of(info),
                    info.artifactUri(),
                    Wire.stage(info.stage()));
        }
    }

    /** The id under both of its names. */
    record RunIds(String runUuid, String runId) {}

    record RunTimes(long startTime, @Nullable Long endTime) {

        static RunTimes of(TrackingRun.Info info) {
            Instant end = info.end();
            return new RunTimes(info.start().toEpochMilli(), end == null ? null : end.toEpochMilli());
        }
    }

    record RunData(List<WireMetric> metrics, List<Wire.Tag> params, List<Wire.Tag> tags) {}

    record WireMetric(String key, double value, long timestamp, long step) {

        static WireMetric of(Metric metric) {
            return new WireMetric(
                    metric.key(),
                    Wire.finite(metric.value()),
                    metric.timestamp().toEpochMilli(),
                    metric.step());
        }
    }

    record MetricsReply(List<WireMetric> metrics, @Nullable String nextPageToken) {}
}
