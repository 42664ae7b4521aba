package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.api.ApiClient;
import dev.mayfly.api.ApiFailure;
import dev.mayfly.jobs.scorer.Scorer;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The version that an alias means, ready to score. Requests take {@link #current} once and keep what they got, so a new
 * champion takes over between two requests and never within one. Thread-safe.
 */
final class ServedModel {

    private final ApiClient api;
    private final String name;
    private final String alias;
    private volatile @Nullable Version current;

    ServedModel(ApiClient api, String name, String alias) {
        this.api = api;
        this.name = name;
        this.alias = alias;
    }

    /** A version with its scorer. */
    record Version(int number, String run, Scorer scorer) {}

    /** Returns the version that scores now. */
    Version current() {
        Version loaded = current;
        if (loaded == null) {
            throw new IllegalStateException("nothing was loaded yet");
        }
        return loaded;
    }

    /**
     * Asks which version the alias means now, and loads it if it is another one.
     *
     * @return whether it was another one
     * @throws CommandFailed if there is none, or it can't be loaded; the previous version then still scores
     */
    boolean refresh() {
        JsonNode version = api.get("/api/2.0/mlflow/registered-models/alias?name=" + ApiClient.encode(name) + "&alias="
                        + ApiClient.encode(alias))
                .path("model_version");
        int number = version.path("version").asInt();
        Version before = current;
        if (before != null && before.number() == number) {
            return false;
        }
        current = new Version(number, version.path("run_id").asText(), load(number));
        return true;
    }

    /** Loads a version, which must be a whole model: with its {@code MLmodel} file, not only the scorer. */
    private Scorer load(int number) {
        Scorer[] loaded = new Scorer[1];
        try {
            api.download(file(number, "MLmodel"), InputStream::readAllBytes);
            api.download(file(number, Scorer.FILE), in -> loaded[0] = Scorer.read(in));
        } catch (ApiFailure e) {
            throw new CommandFailed(
                    e.status() == 0 ? CommandFailed.NO_SERVER : CommandFailed.FAILED,
                    name + " version " + number + " can't be served: " + e.getMessage()
                            + " (expected: a whole model on this"
                            + " server, with an MLmodel file and " + Scorer.FILE
                            + ", as Mayfly's training job stores it)");
        }
        return loaded[0];
    }

    private String file(int number, String path) {
        return "/model-versions/get-artifact?name=" + ApiClient.encode(name) + "&version=" + number + "&path=" + path;
    }

    @Override
    public String toString() {
        return name + "@" + alias;
    }
}
