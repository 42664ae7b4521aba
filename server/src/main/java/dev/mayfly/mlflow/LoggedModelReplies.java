package dev.mayfly.mlflow;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.mayfly.tracking.LoggedModel;
import dev.mayfly.tracking.Metric;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Answers of calls about logged models. */
final class LoggedModelReplies {

    private LoggedModelReplies() {}

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
                            new LoggedModelTimes(
                                    info.created().toEpochMilli(),
                                    info.updated().toEpochMilli()),
                            new LoggedModelFiles(
                                    info.artifactUri(), info.status().name()),
                            Objects.requireNonNullElse(info.origin().type(), ""),
                            Objects.requireNonNullElse(info.origin().run(), ""),
                            Wire.wireTags(model.tags())),
                    new LoggedModelData(
                            Wire.wireTags(model.params()),
                            model.metrics().stream()
                                    .map(metric -> ModelMetric.of(metric, info.id()))
                                    .toList()));
        }
    }

    record LoggedModelInfo(
            String modelId,
            String experimentId,
            String name,
            @JsonUnwrapped LoggedModelTimes times,
            @JsonUnwrapped LoggedModelFiles files,
            String modelType,
            String sourceRunId,
            List<Wire.Tag> tags) {}

    record LoggedModelTimes(long creationTimestampMs, long lastUpdatedTimestampMs) {}

    record LoggedModelFiles(String artifactUri, String status) {}

    record LoggedModelData(List<Wire.Tag> params, List<ModelMetric> metrics) {}

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
                    Wire.finite(metric.value()),
                    metric.timestamp().toEpochMilli(),
                    metric.step(),
                    evaluation.datasetName().isEmpty() ? null : evaluation.datasetName(),
                    evaluation.datasetDigest().isEmpty() ? null : evaluation.datasetDigest(),
                    model,
                    evaluation.run());
        }
    }
}
