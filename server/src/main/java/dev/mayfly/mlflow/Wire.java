package dev.mayfly.mlflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.RegisteredModel;
import dev.mayfly.tracking.Dataset;
import dev.mayfly.tracking.Experiment;
import dev.mayfly.tracking.LifecycleStage;
import dev.mayfly.tracking.LoggedModel;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.RunLinks;
import dev.mayfly.tracking.TrackingRun;
import dev.mayfly.tracking.TrackingRunId;
import dev.mayfly.webhook.Webhook;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of MLflow's replies. As in proto2, what is unset is left out, and empty lists are unset; int64 are numbers, NaN
 * and infinities are words.
 */
final class Wire {

    private static final ObjectMapper JSON = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .setDefaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.CUSTOM, JsonInclude.Include.ALWAYS)
                            .withValueFilter(Unset.class));

    private Wire() {}

    static String write(Object reply) {
        try {
            return JSON.writeValueAsString(reply);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("reply can't be written: " + reply, e);
        }
    }

    /** Equal to what proto2 leaves out. Jackson asks it by {@code equals}. */
    static final class Unset {
        @Override
        public boolean equals(@Nullable Object value) {
            return value == null || (value instanceof List<?> list && list.isEmpty());
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    record Tag(String key, String value) {}

    record ErrorReply(String errorCode, String message) {}

    record Empty() {}

    record ExperimentReply(WireExperiment experiment) {}

    record ExperimentIdReply(String experimentId) {}

    record ExperimentsReply(
            List<WireExperiment> experiments, @Nullable String nextPageToken) {}

    record WireExperiment(
            String experimentId,
            String name,
            String artifactLocation,
            String lifecycleStage,
            long lastUpdateTime,
            long creationTime,
            String workspace,
            List<Tag> tags) {

        static WireExperiment of(Experiment experiment) {
            return new WireExperiment(
                    experiment.id().toString(),
                    experiment.name(),
                    experiment.artifactLocation(),
                    stage(experiment.stage()),
                    experiment.updated().toEpochMilli(),
                    experiment.created().toEpochMilli(),
                    "default",
                    wireTags(experiment.tags()));
        }
    }

    record RunReply(WireRun run) {}

    record RunInfoReply(RunInfo runInfo) {}

    record RunsReply(List<WireRun> runs, @Nullable String nextPageToken) {}

    record WireRun(
            RunInfo info,
            RunData data,
            Inputs inputs,
            @Nullable Outputs outputs) {

        /** A run that has just been created has made nothing yet. */
        static WireRun opened(TrackingRun run) {
            WireRun wire = of(run);
            return new WireRun(wire.info, wire.data, wire.inputs, null);
        }

        static WireRun of(TrackingRun run) {
            RunLinks links = run.links();
            return new WireRun(
                    RunInfo.of(run.info()),
                    new RunData(
                            run.metrics().stream().map(WireMetric::of).toList(),
                            wireTags(run.params()),
                            wireTags(run.tags())),
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

    record DatasetInput(List<Tag> tags, WireDataset dataset) {

        static DatasetInput of(RunLinks.Input input) {
            return new DatasetInput(wireTags(input.tags()), WireDataset.of(input.dataset()));
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
                    finite(metric.value()),
                    metric.timestamp().toEpochMilli(),
                    metric.step(),
                    run.value());
        }
    }

    record BulkMetricsReply(List<BulkMetric> metrics) {}

    record LoggedModelReply(WireLoggedModel model) {}

    record LoggedModelsReply(
            List<WireLoggedModel> models, @Nullable String nextPageToken) {}

    record WireLoggedModel(LoggedModelInfo info, LoggedModelData data) {

        static WireLoggedModel of(LoggedModel model) {
            LoggedModel.Info info = model.info();
            return new WireLoggedModel(
                    new LoggedModelInfo(
                            info.id(),
                            info.experiment().toString(),
                            info.name(),
                            info.created().toEpochMilli(),
                            info.updated().toEpochMilli(),
                            info.artifactUri(),
                            info.status().name(),
                            Objects.requireNonNullElse(info.type(), ""),
                            Objects.requireNonNullElse(info.sourceRun(), ""),
                            wireTags(model.tags())),
                    new LoggedModelData(
                            wireTags(model.params()),
                            model.metrics().stream()
                                    .map(metric -> ModelMetric.of(metric, info.id()))
                                    .toList()));
        }
    }

    record LoggedModelInfo(
            String modelId,
            String experimentId,
            String name,
            long creationTimestampMs,
            long lastUpdatedTimestampMs,
            String artifactUri,
            String status,
            String modelType,
            String sourceRunId,
            List<Tag> tags) {}

    record LoggedModelData(List<Tag> params, List<ModelMetric> metrics) {}

    record ModelMetric(
            String key,
            double value,
            long timestamp,
            long step,
            @Nullable String datasetName,
            @Nullable String datasetDigest,
            String modelId,
            String runId) {

        static ModelMetric of(LoggedModel.Evaluation evaluation, String model) {
            Metric metric = evaluation.metric();
            return new ModelMetric(
                    metric.key(),
                    finite(metric.value()),
                    metric.timestamp().toEpochMilli(),
                    metric.step(),
                    evaluation.datasetName().isEmpty() ? null : evaluation.datasetName(),
                    evaluation.datasetDigest().isEmpty() ? null : evaluation.datasetDigest(),
                    model,
                    evaluation.run());
        }
    }

    record ServerInfo(String storeType, boolean workspacesEnabled) {}

    /** Infinity is told as the largest number, as MLflow's databases keep it; NaN is a word. */
    private static double finite(double value) {
        return Double.isInfinite(value) ? Math.copySign(Double.MAX_VALUE, value) : value;
    }

    record RunInfo(
            String runUuid,
            String runId,
            String runName,
            String experimentId,
            String userId,
            String status,
            long startTime,
            @Nullable Long endTime,
            String artifactUri,
            String lifecycleStage) {

        static RunInfo of(TrackingRun.Info info) {
            return new RunInfo(
                    info.id().value(),
                    info.id().value(),
                    info.naming().name(),
                    info.experiment().toString(),
                    info.naming().user(),
                    info.status().name(),
                    info.start().toEpochMilli(),
                    info.end() == null
                            ? null
                            : Objects.requireNonNull(info.end()).toEpochMilli(),
                    info.artifactUri(),
                    stage(info.stage()));
        }
    }

    record RunData(List<WireMetric> metrics, List<Tag> params, List<Tag> tags) {}

    record WireMetric(String key, double value, long timestamp, long step) {

        static WireMetric of(Metric metric) {
            return new WireMetric(
                    metric.key(), finite(metric.value()), metric.timestamp().toEpochMilli(), metric.step());
        }
    }

    record MetricsReply(List<WireMetric> metrics, @Nullable String nextPageToken) {}

    record WireFile(String path, boolean isDir, @Nullable Long fileSize) {

        static WireFile of(ArtifactStore.Entry entry, String path) {
            return new WireFile(path, entry.isFolder(), entry.bytes() == 0 ? null : entry.bytes());
        }
    }

    record FilesReply(@Nullable String rootUri, List<WireFile> files) {}

    record ModelReply(WireModel registeredModel) {}

    record ModelsReply(
            List<WireModel> registeredModels, @Nullable String nextPageToken) {}

    record Alias(String alias, String version) {}

    record WireModel(
            String name,
            long creationTimestamp,
            long lastUpdatedTimestamp,
            @Nullable String description,
            List<WireVersion> latestVersions,
            List<Tag> tags,
            List<Alias> aliases) {

        static WireModel of(RegisteredModel model) {
            return new WireModel(
                    model.name(),
                    model.created().toEpochMilli(),
                    model.updated().toEpochMilli(),
                    model.description().isEmpty() ? null : model.description(),
                    model.latest().stream().map(WireVersion::of).toList(),
                    wireTags(model.tags()),
                    model.aliases().entrySet().stream()
                            .map(alias ->
                                    new Alias(alias.getKey(), alias.getValue().toString()))
                            .toList());
        }
    }

    record VersionReply(WireVersion modelVersion) {}

    record VersionsReply(
            List<WireVersion> modelVersions, @Nullable String nextPageToken) {}

    record WebhookReply(WireWebhook webhook) {}

    record WebhooksReply(
            List<WireWebhook> webhooks, @Nullable String nextPageToken) {}

    record WebhookEvent(String entity, String action) {}

    record WireWebhook(
            String webhookId,
            String name,
            String url,
            String description,
            List<WebhookEvent> events,
            String status,
            long creationTimestamp,
            long lastUpdatedTimestamp) {

        static WireWebhook of(Webhook webhook) {
            return new WireWebhook(
                    webhook.id(),
                    webhook.name(),
                    webhook.url(),
                    webhook.description(),
                    webhook.events().stream()
                            .map(event -> new WebhookEvent(
                                    event.entity().toUpperCase(Locale.ROOT),
                                    event.action().toUpperCase(Locale.ROOT)))
                            .toList(),
                    webhook.isActive() ? "ACTIVE" : "DISABLED",
                    webhook.created().toEpochMilli(),
                    webhook.updated().toEpochMilli());
        }
    }

    record WebhookTestReply(WebhookTest result) {}

    record WebhookTest(
            boolean success,
            @Nullable Integer responseStatus,
            @Nullable String responseBody,
            @Nullable String errorMessage) {}

    record PartsReply(String uploadId, List<Credential> credentials) {}

    /** Where a part goes. */
    record Credential(String url, int partNumber, Map<String, String> headers) {}

    record PresignedReply(String url, Map<String, String> headers, long fileSize) {}

    record PresignedUploadReply(String presignedUrl, Map<String, String> headers) {}

    record DownloadUriReply(String artifactUri) {}

    record WireVersion(
            String name,
            String version,
            long creationTimestamp,
            long lastUpdatedTimestamp,
            @Nullable String userId,
            String currentStage,
            String description,
            String source,
            String runId,
            String status,
            @Nullable String statusMessage,
            List<Tag> tags,
            String runLink,
            List<String> aliases,
            @Nullable String modelId) {

        static WireVersion of(ModelVersion version) {
            return new WireVersion(
                    version.key().model(),
                    Integer.toString(version.key().version()),
                    version.created().toEpochMilli(),
                    version.updated().toEpochMilli(),
                    version.origin().user().isEmpty() ? null : version.origin().user(),
                    version.stage().word(),
                    version.description(),
                    version.origin().source(),
                    version.runId() == null ? "" : version.runId(),
                    "READY",
                    incompleteness(version.origin().incomplete()),
                    wireTags(version.tags()),
                    version.origin().runLink(),
                    version.aliases(),
                    version.origin().modelId());
        }
    }

    /** The status is READY all the same: a client waits for that, and fails for any other. */
    private static @Nullable String incompleteness(String incomplete) {
        return incomplete.isEmpty() ? null : "incomplete: " + incomplete;
    }

    private static List<Tag> wireTags(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag -> new Tag(tag.getKey(), tag.getValue()))
                .toList();
    }

    private static String stage(LifecycleStage stage) {
        return stage.name().toLowerCase(Locale.ROOT);
    }
}
