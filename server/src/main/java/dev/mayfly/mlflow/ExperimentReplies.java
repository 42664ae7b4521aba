package dev.mayfly.mlflow;

import dev.mayfly.tracking.Experiment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers of calls about experiments. */
final class ExperimentReplies {

    private ExperimentReplies() {}

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
            List<Wire.Tag> tags) {

        static WireExperiment of(Experiment experiment) {
            return new WireExperiment(
                    experiment.id().toString(),
                    experiment.name(),
                    experiment.artifactLocation(),
                    Wire.stage(experiment.stage()),
                    experiment.updated().toEpochMilli(),
                    experiment.created().toEpochMilli(),
                    "default",
                    Wire.wireTags(experiment.tags()));
        }
    }
}
