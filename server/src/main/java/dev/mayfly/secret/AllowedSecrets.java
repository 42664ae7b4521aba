package dev.mayfly.secret;

import dev.mayfly.configuration.Section;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which references pipelines may hold: patterns such as {@code env:JOB_*}, {@code file:/etc/mayfly/secrets/*} and {@code
 * lockbox:e6q0000/*}, in which a star at the end stands for any text. Immutable.
 */
public final class AllowedSecrets {

    private final List<String> patterns;

    private AllowedSecrets(List<String> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    /** These patterns, whatever a configuration says. */
    public static AllowedSecrets of(String... patterns) {
        return new AllowedSecrets(List.of(patterns));
    }

    /** Reads the patterns; none is allowed by itself. */
    public static AllowedSecrets read(Section section) {
        List<String> patterns = section.texts(
                "secrets",
                "references that pipelines may hold, such as env:JOB_*, file:/etc/mayfly/secrets/* or lockbox:SECRET/*; a"
                        + " star ends a pattern");
        for (String pattern : patterns) {
            if (!pattern.matches("(env|file|lockbox):[^*]*\\*?")
                    || (pattern.startsWith("file:") && !pattern.startsWith("file:/"))) {
                throw new IllegalArgumentException("allow.secrets: '" + pattern
                        + "' (expected: env:NAME, file:/PATH or lockbox:SECRET/KEY, perhaps with a star at the end)");
            }
        }
        return new AllowedSecrets(patterns);
    }

    /** Why a reference may not be followed; empty if it may. */
    Optional<String> refusal(String reference) {
        return patterns.stream().anyMatch(pattern -> matches(pattern, plain(reference)))
                ? Optional.empty()
                : Optional.of(reference + " is no reference that pipelines may hold (expected: one that the server's"
                        + " allow.secrets names)");
    }

    /** A path without the dots that would lead out of a folder. */
    private static String plain(String reference) {
        return reference.startsWith("file:")
                ? "file:" + Path.of(reference.substring("file:".length())).normalize()
                : reference;
    }

    private static boolean matches(String pattern, String reference) {
        return pattern.endsWith("*")
                ? reference.startsWith(pattern.substring(0, pattern.length() - 1))
                : reference.equals(pattern);
    }
}
