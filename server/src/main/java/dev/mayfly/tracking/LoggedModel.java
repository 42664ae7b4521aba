package dev.mayfly.tracking;

import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model as an artifact of an experiment (MLflow 3), with its parameters, tags and the points of its metrics. */
public record LoggedModel(Info info, Map<String, String> params, Map<String, String> tags, List<Evaluation> metrics) {

    private static final TextLimit KEY = new TextLimit("key", 255);

    /** The most metric points that are read of one model: those of the greatest steps. */
    static final int MOST_EVALUATIONS = 1_000;

    public LoggedModel {
        metrics = List.copyOf(metrics);
    }

    /** Throws {@link Refused} if a key of parameters or tags is too long. */
    static void checkKeys(Map<String, String> texts) {
        texts.keySet().forEach(KEY::check);
    }

    /** A logged model without its parameters, tags and metrics. */
    public record Info(
            String id,
            ExperimentId experiment,
            String name,
            Status status,
            Instant created,
            Instant updated,
            String artifactUri,
            Origin origin) {}

    /** What kind of model it is, in its client's words, and the run that made it. */
    public record Origin(@Nullable String type, @Nullable String run) {}

    /** Whether its files are there. In the order of the protocol's numbers, from 1. */
    public enum Status {
        LOGGED_MODEL_PENDING,
        LOGGED_MODEL_READY,
        LOGGED_MODEL_UPLOAD_FAILED
    }

    /** A metric of a model: which run measured it, on which data; name and digest are empty if no data was stated. */
    public record Evaluation(Metric metric, String run, String datasetName, String datasetDigest) {

        public Evaluation {
            new TextLimit("dataset_name", 500).check(datasetName);
            new TextLimit("dataset_digest", 36).check(datasetDigest);
        }
    }
}
