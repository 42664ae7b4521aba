package dev.mayfly.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A registered model; {@code aliases} map a word such as {@code champion} to a version. */
public record RegisteredModel(
        String name,
        String description,
        Instant created,
        Instant updated,
        Map<String, String> tags,
        Map<String, Integer> aliases,
        List<ModelVersion> latest) {

    /** The alias of the version in service. */
    public static final String CHAMPION = "champion";

    /** The alias of the newest version that was judged and did not become champion. */
    public static final String CHALLENGER = "challenger";

    public RegisteredModel {
        latest = List.copyOf(latest);
    }
}
