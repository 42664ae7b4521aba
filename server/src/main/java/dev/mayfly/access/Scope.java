package dev.mayfly.access;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which experiments, models and pipelines may be seen, by name. Searches apply it inside their SQL, so that pages are
 * full.
 *
 * @param patterns names in which {@code *} stands for any text; one match is enough
 */
public record Scope(List<String> patterns) {

    public static final Scope EVERYTHING = new Scope(List.of("*"));

    public Scope {
        patterns = List.copyOf(patterns);
    }

    /** Whether nothing is hidden, so that searches need no condition. */
    public boolean isEverything() {
        return patterns.contains("*");
    }

    public boolean includes(String name) {
        return isEverything()
                || patterns.stream().anyMatch(pattern -> name.matches(written(pattern, ".*", Pattern::quote)));
    }

    /** The patterns, written for SQL's {@code like}. */
    public List<String> like() {
        return patterns.stream()
                .map(pattern -> written(pattern, "%", part -> part.replaceAll("[\\\\%_]", "\\\\$0")))
                .toList();
    }

    private static String written(String pattern, String any, UnaryOperator<String> literal) {
        return Arrays.stream(pattern.split("\\*", -1)).map(literal).collect(Collectors.joining(any));
    }
}
