package dev.mayfly.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A model by name; {@code aliases} say which version a word such as {@code champion} means. */
public record RegisteredModel(
        String name,
        String description,
        Instant created,
        Instant updated,
        Map<String, String> tags,
        Map<String, Integer> aliases,
        List<ModelVersion> latest) {

    /** The version in service. */
    public static final String CHAMPION = "champion";

    /** The newest version that was judged and is not the champion. */
    public static final String CHALLENGER = "challenger";

    public RegisteredModel {
        latest = List.copyOf(latest);
    }
}
