package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.jobs.scorer.Scorer;
import org.jspecify.annotations.Nullable;

/**
 * The version that an alias means, ready to score. Requests take {@link #current} once and keep what they got, so a new champion takes
 * over between two requests and never within one. Safe for use by any thread.
 */
final class ServedModel {

    private static final String SCHEME = "mlflow-artifacts:/";

    private final Api api;
    private final String name;
    private final String alias;
    private volatile @Nullable Version current;

    ServedModel(Api api, String name, String alias) {
        this.api = api;
        this.name = name;
        this.alias = alias;
    }

    /** A version with its scorer. */
    record Version(int number, String run, Scorer scorer) {}

    /** What scores now. */
    Version current() {
        Version loaded = current;
        if (loaded == null) {
            throw new IllegalStateException("nothing was loaded yet");
        }
        return loaded;
    }

    /**
     * Asks which version the alias means now, and loads it if that is another one. Whether it was.
     *
     * @throws Failure if there is none, or it can't be loaded; what scored before still does
     */
    boolean refresh() {
        JsonNode version = api.get("/api/2.0/mlflow/registered-models/alias?name=" + Api.encode(name) + "&alias="
                        + Api.encode(alias))
                .path("model_version");
        int number = version.path("version").asInt();
        Version before = current;
        if (before != null && before.number() == number) {
            return false;
        }
        current = new Version(
                number,
                version.path("run_id").asText(),
                load(number, version.path("source").asText()));
        return true;
    }

    private Scorer load(int number, String source) {
        if (!source.startsWith(SCHEME)) {
            throw new Failure(
                    Failure.FAILED,
                    name + " version " + number + " is at " + source + " (expected: " + SCHEME
                            + "..., on this server)");
        }
        StringBuilder path = new StringBuilder("/api/2.0/mlflow-artifacts/artifacts");
        for (String part : (source.substring(SCHEME.length()) + "/" + Scorer.FILE).split("/", -1)) {
            path.append(part.isEmpty() ? "" : "/" + Api.encode(part));
        }
        Scorer[] loaded = new Scorer[1];
        try {
            api.download(path.toString(), in -> loaded[0] = Scorer.read(in));
        } catch (Failure e) {
            throw new Failure(
                    e.exitCode(),
                    name + " version " + number + " can't be served: " + e.getMessage() + " (expected: " + Scorer.FILE
                            + " beside the model, as Mayfly's training job stores it)");
        }
        return loaded[0];
    }

    @Override
    public String toString() {
        return name + "@" + alias;
    }
}
