package dev.mayfly.retraining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Follows references to secrets ({@code env:NAME}, {@code file:PATH}) at the last moment, so that they are kept nowhere. */
final class Secrets {

    private final Map<String, String> variables;

    Secrets(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** The values of a task's environment. Throws {@link IllegalArgumentException} naming a reference that leads nowhere. */
    Map<String, String> resolve(Map<String, String> environment) {
        Map<String, String> resolved = new LinkedHashMap<>();
        environment.forEach((name, value) -> resolved.put(name, resolve(name, value)));
        return resolved;
    }

    /** The names whose values are references. */
    static Set<String> names(Map<String, String> environment) {
        return environment.entrySet().stream()
                .filter(entry ->
                        entry.getValue().startsWith("env:") || entry.getValue().startsWith("file:"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private String resolve(String name, String value) {
        if (value.startsWith("env:")) {
            String secret = variables.get(value.substring("env:".length()));
            if (secret == null) {
                throw new IllegalArgumentException(
                        "environment " + name + ": " + value + " (expected: a variable of the server's environment)");
            }
            return secret;
        }
        if (value.startsWith("file:")) {
            try {
                return Files.readString(Path.of(value.substring("file:".length())))
                        .strip();
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "environment " + name + ": " + value + " (expected: a file that the server can read)", e);
            }
        }
        return value;
    }
}
