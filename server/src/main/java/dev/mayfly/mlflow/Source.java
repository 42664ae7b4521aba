package dev.mayfly.mlflow;

import dev.mayfly.registry.ModelVersion;
import dev.mayfly.tracking.TrackingRunId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a model version is made of. */
sealed interface Source {

    /** Artifacts of a run, or a logged model that it made, by its name ({@code runs:/ID/PATH}). */
    record OfRun(TrackingRunId run, String path) implements Source {}

    /** A logged model ({@code models:/m-ID}). */
    record OfLoggedModel(String id) implements Source {}

    /** Another version ({@code models:/NAME/NUMBER}). */
    record OfVersion(ModelVersion.Key key) implements Source {}

    /** A place of artifacts, here or elsewhere. */
    record At(String location) implements Source {}

    static Source parse(String text) {
        Matcher run = Patterns.RUN.matcher(text);
        if (run.matches()) {
            return new OfRun(new TrackingRunId(run.group(1)), run.group(2));
        }
        Matcher logged = Patterns.LOGGED_MODEL.matcher(text);
        if (logged.matches()) {
            return new OfLoggedModel(logged.group(1));
        }
        Matcher version = Patterns.VERSION.matcher(text);
        if (version.matches()) {
            return new OfVersion(new ModelVersion.Key(version.group(1), Integer.parseInt(version.group(2))));
        }
        return new At(text);
    }

    /** What tells them apart. */
    final class Patterns {

        private static final Pattern RUN = Pattern.compile("runs:/+([^/]+)/(.+)");
        private static final Pattern LOGGED_MODEL = Pattern.compile("models:/(m-[0-9a-f]{32})");
        private static final Pattern VERSION = Pattern.compile("models:/([^/]+)/(\\d{1,9})");

        private Patterns() {}
    }
}
