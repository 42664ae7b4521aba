package dev.mayfly.mlflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.mayfly.tracking.LifecycleStage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of MLflow's replies. As in proto2, unset fields and empty lists are left out; int64 are numbers, NaN and
 * infinities are words.
 */
final class Wire {

    private static final ObjectMapper JSON = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .setDefaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.CUSTOM, JsonInclude.Include.ALWAYS)
                            .withValueFilter(Unset.class));

    private Wire() {}

    /** Returns the JSON in UTF-8. */
    static byte[] write(Object reply) {
        try {
            return JSON.writeValueAsBytes(reply);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("reply can't be written: " + reply, e);
        }
    }

    /** Equals what proto2 leaves out: Jackson calls {@code equals} for each value. */
    static final class Unset {
        @Override
        public boolean equals(@Nullable Object value) {
            return value == null || (value instanceof List<?> list && list.isEmpty());
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    record Tag(String key, String value) {}

    record ErrorReply(String errorCode, String message) {}

    record Empty() {}

    record ServerInfo(String storeType, boolean workspacesEnabled) {}

    /** Runs an act that has no result, and returns the empty reply. */
    static Empty done(Runnable act) {
        act.run();
        return new Empty();
    }

    /** Replaces infinity by the largest number, as MLflow's databases do; NaN stays. */
    static double finite(double value) {
        return Double.isInfinite(value) ? Math.copySign(Double.MAX_VALUE, value) : value;
    }

    static List<Tag> wireTags(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag -> new Tag(tag.getKey(), tag.getValue()))
                .toList();
    }

    static String stage(LifecycleStage stage) {
        return stage.name().toLowerCase(Locale.ROOT);
    }
}
