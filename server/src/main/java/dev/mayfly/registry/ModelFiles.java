package dev.mayfly.registry;

import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import java.util.Optional;
import java.util.Set;

/** Checks whether the files of a version are a whole model: a folder with an {@code MLmodel} file. Thread-safe. */
final class ModelFiles {

    /** What MLflow's clients send as the source of a prompt ({@code mlflow/prompt/constants.py}). */
    static final Set<String> PLACEHOLDERS = Set.of("dummy-source", "prompt-template");

    private static final String DESCRIPTION = "MLmodel";

    private final ArtifactStore artifacts;

    ModelFiles(ArtifactStore artifacts) {
        this.artifacts = artifacts;
    }

    /** Returns why the files are not a whole model; empty if they are, or if only clients reach them. */
    String whyIncomplete(ModelVersion.Origin origin) {
        if (origin.storage() == null && origin.source().startsWith("runs:")) {
            return "there is no run of its source '" + origin.source() + "'";
        }
        Optional<ArtifactPath> folder = ArtifactPath.ofLocation(origin.files());
        boolean isMissing = folder.isPresent()
                && artifacts.find(folder.get().child(DESCRIPTION)).isEmpty();
        return isMissing ? "there is no " + DESCRIPTION + " file at '" + origin.files() + "'" : "";
    }
}
