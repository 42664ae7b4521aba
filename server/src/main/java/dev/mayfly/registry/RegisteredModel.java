package dev.mayfly.registry;

import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
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

    /** Throws {@link Refused} for a text that no alias of a version may be. */
    static void checkAlias(String alias) {
        checkLetters(alias);
        if (alias.equalsIgnoreCase("latest") || alias.matches("[vV]\\d+")) {
            throw Refused.invalid(
                    "Invalid alias name: '" + alias + "' (expected: neither 'latest' nor v and a number)");
        }
    }

    /** Throws {@link Refused} unless the text has the letters of an alias, as {@code latest} has. */
    static void checkLetters(String alias) {
        if (!alias.matches("[A-Za-z0-9_-]{1,255}")) {
            throw Refused.invalid("Invalid alias name: '" + TextLimit.shown(alias)
                    + "' (expected: 1 to 255 letters, digits, _ and -)");
        }
    }
}
