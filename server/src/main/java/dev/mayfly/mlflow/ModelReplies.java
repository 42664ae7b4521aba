package dev.mayfly.mlflow;

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
            long creationTimestamp,
            long lastUpdatedTimestamp,
            @Nullable String userId,
            String currentStage,
            String description,
            String source,
            String runId,
            String status,
            @Nullable String statusMessage,
            List<Wire.Tag> tags,
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
                    Wire.wireTags(version.tags()),
                    version.origin().runLink(),
                    version.aliases(),
                    version.origin().modelId());
        }
    }

    /** The status is READY all the same: a client waits for that, and fails for any other. */
    private static @Nullable String incompleteness(String incomplete) {
        return incomplete.isEmpty() ? null : "incomplete: " + incomplete;
    }
}
