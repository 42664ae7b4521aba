package dev.mayfly.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A version of a model: where its files are, and the tracking run that made it. */
public record ModelVersion(
        Key key,
        String source,
        @Nullable String runId,
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
}
