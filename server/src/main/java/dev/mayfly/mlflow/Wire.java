package dev.mayfly.mlflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.RegisteredModel;
import dev.mayfly.tracking.Experiment;
import dev.mayfly.tracking.LifecycleStage;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.TrackingRun;
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
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(reply);
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
            List<Tag> tags) {

        static WireExperiment of(Experiment experiment) {
            return new WireExperiment(
                    experiment.id().toString(),
                    experiment.name(),
                    experiment.artifactLocation(),
                    stage(experiment.stage()),
                    experiment.updated().toEpochMilli(),
                    experiment.created().toEpochMilli(),
                    wireTags(experiment.tags()));
        }
    }

    record RunReply(WireRun run) {}

    record RunInfoReply(RunInfo runInfo) {}

    record RunsReply(List<WireRun> runs, @Nullable String nextPageToken) {}

    record WireRun(RunInfo info, RunData data, Empty inputs) {

        static WireRun of(TrackingRun run) {
            return new WireRun(
                    RunInfo.of(run.info()),
                    new RunData(
                            run.metrics().stream().map(WireMetric::of).toList(),
                            wireTags(run.params()),
                            wireTags(run.tags())),
                    new Empty());
        }
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
                    metric.key(), metric.value(), metric.timestamp().toEpochMilli(), metric.step());
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
            String description,
            List<WireVersion> latestVersions,
            List<Tag> tags,
            List<Alias> aliases) {

        static WireModel of(RegisteredModel model) {
            return new WireModel(
                    model.name(),
                    model.created().toEpochMilli(),
                    model.updated().toEpochMilli(),
                    model.description(),
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

    record DownloadUriReply(String artifactUri) {}

    record WireVersion(
            String name,
            String version,
            long creationTimestamp,
            long lastUpdatedTimestamp,
            String currentStage,
            String description,
            String source,
            @Nullable String runId,
            String status,
            List<Tag> tags,
            List<String> aliases) {

        static WireVersion of(ModelVersion version) {
            return new WireVersion(
                    version.key().model(),
                    Integer.toString(version.key().version()),
                    version.created().toEpochMilli(),
                    version.updated().toEpochMilli(),
                    "None",
                    version.description(),
                    version.source(),
                    version.runId(),
                    "READY",
                    wireTags(version.tags()),
                    version.aliases());
        }
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
