package dev.mayfly.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A version of a model: its origin, and its description, tags and aliases. */
public record ModelVersion(
        Key key,
        Origin origin,
        Stage stage,
        String description,
        Instant created,
        Instant updated,
        Map<String, String> tags,
        List<String> aliases) {

    public ModelVersion {
        aliases = List.copyOf(aliases);
    }

    /** The identity of a version. */
    public record Key(String model, int version) {}

    /**
     * Where it came from.
     *
     * @param source as it was registered: a place of artifacts, or another model
     * @param storage where the files are, if the source is another model
     * @param runId the tracking run that made it
     * @param modelId the logged model it is
     * @param incomplete why it can't be loaded as it is; empty if its files are a whole model, or only clients reach them
     */
    public record Origin(
            String source,
            @Nullable String storage,
            @Nullable String runId,
            String runLink,
            @Nullable String modelId,
            String user,
            String incomplete) {

        /** Returns the origin of a version whose files a run stored at a place. */
        public static Origin of(String source, @Nullable String runId) {
            return new Origin(source, null, runId, "", null, "", "");
        }

        /** Where the files are. */
        public String files() {
            return storage == null ? source : storage;
        }

        Origin withIncomplete(String why) {
            return new Origin(source, storage, runId, runLink, modelId, user, why);
        }
    }

    /** MLflow's stages, older than aliases. */
    public enum Stage {
        NONE("None"),
        STAGING("Staging"),
        PRODUCTION("Production"),
        ARCHIVED("Archived");

        private final String word;

        Stage(String word) {
            this.word = word;
        }

        /** The name of the stage in MLflow's protocol. */
        public String word() {
            return word;
        }

        boolean isActive() {
            return this == STAGING || this == PRODUCTION;
        }
    }

    /** Where the files are. */
    public String files() {
        return origin.files();
    }

    public @Nullable String runId() {
        return origin.runId();
    }
}
