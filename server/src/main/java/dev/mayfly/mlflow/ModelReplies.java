package dev.mayfly.mlflow;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.RegisteredModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers of calls about registered models and their versions. */
final class ModelReplies {

    private ModelReplies() {}

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
            List<Wire.Tag> tags,
            List<Alias> aliases) {

        static WireModel of(RegisteredModel model) {
            return new WireModel(
                    model.name(),
                    model.created().toEpochMilli(),
                    model.updated().toEpochMilli(),
                    model.description().isEmpty() ? null : model.description(),
                    model.latest().stream().map(WireVersion::of).toList(),
                    Wire.wireTags(model.tags()),
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
            @JsonUnwrapped VersionTimes times,
            @JsonUnwrapped VersionStage stage,
            String description,
            @JsonUnwrapped VersionOrigin origin,
            List<Wire.Tag> tags,
            List<String> aliases) {

        static WireVersion of(ModelVersion version) {
            return new WireVersion(
                    version.key().model(),
                    Integer.toString(version.key().version()),
                    new VersionTimes(
                            version.created().toEpochMilli(), version.updated().toEpochMilli()),
                    new VersionStage(
                            version.stage().word(),
                            "READY",
                            incompleteness(version.origin().incomplete())),
                    version.description(),
                    VersionOrigin.of(version),
                    Wire.wireTags(version.tags()),
                    version.aliases());
        }
    }

    record VersionTimes(long creationTimestamp, long lastUpdatedTimestamp) {}

    record VersionStage(
            String currentStage, String status, @Nullable String statusMessage) {}

    record VersionOrigin(
            @Nullable String userId,
            String source,
            String runId,
            String runLink,
            @Nullable String modelId) {

        static VersionOrigin of(ModelVersion version) {
            ModelVersion.Origin origin = version.origin();
            return new VersionOrigin(
                    origin.user().isEmpty() ? null : origin.user(),
                    origin.source(),
                    version.runId() == null ? "" : version.runId(),
                    origin.runLink(),
                    origin.modelId());
        }
    }

    /** The status is READY even if a version is incomplete: clients wait for READY, and fail on any other status. */
    private static @Nullable String incompleteness(String incomplete) {
        return incomplete.isEmpty() ? null : "incomplete: " + incomplete;
    }
}
