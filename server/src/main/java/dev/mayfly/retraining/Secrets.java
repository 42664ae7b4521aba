package dev.mayfly.retraining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Follows references to secrets ({@code env:NAME}, {@code file:PATH}, {@code lockbox:SECRET/KEY}) at the last moment, so that they
 * are kept nowhere.
 */
final class Secrets {

    private static final String LOCKBOX = "lockbox:";

    private final Map<String, String> variables;
    private final Optional<Lockbox> lockbox;

    Secrets(Map<String, String> variables, Optional<Lockbox> lockbox) {
        this.variables = Map.copyOf(variables);
        this.lockbox = lockbox;
    }

    /** The values of a task's environment; {@code secret}: the names of those that were references. */
    record Resolved(Map<String, String> values, Set<String> secret) {}

    /**
     * Follows the references of a task's environment. {@code isShown}: where others could read it, what the job can follow by
     * itself stays a reference.
     *
     * @throws IllegalArgumentException naming a reference that leads nowhere
     */
    Resolved resolve(Map<String, String> environment, boolean isShown) {
        Map<String, String> values = new LinkedHashMap<>();
        Set<String> secret = new LinkedHashSet<>();
        environment.forEach((name, value) -> {
            boolean isLeft = isShown && value.startsWith(LOCKBOX);
            Optional<String> found = isLeft ? Optional.empty() : follow(name, value);
            found.ifPresent(some -> secret.add(name));
            values.put(name, found.orElse(value));
        });
        return new Resolved(values, secret);
    }

    /** Empty: the value is no reference. */
    private Optional<String> follow(String name, String value) {
        if (value.startsWith("env:")) {
            return Optional.of(Optional.ofNullable(variables.get(value.substring("env:".length())))
                    .orElseThrow(() -> nowhere(name, value, "a variable of the server's environment")));
        }
        if (value.startsWith("file:")) {
            try {
                return Optional.of(Files.readString(Path.of(value.substring("file:".length())))
                        .strip());
            } catch (IOException e) {
                throw nowhere(name, value, "a file that the server can read");
            }
        }
        return value.startsWith(LOCKBOX) ? Optional.of(fromLockbox(name, value)) : Optional.empty();
    }

    private String fromLockbox(String name, String value) {
        String[] parts = value.substring(LOCKBOX.length()).split("/", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw nowhere(name, value, "lockbox:SECRET/KEY");
        }
        try {
            return lockbox.orElseThrow(() -> nowhere(name, value, "a yandex section in the server's configuration"))
                    .read(parts[0], parts[1]);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("environment " + name + ": " + e.getMessage(), e);
        }
    }

    private static IllegalArgumentException nowhere(String name, String value, String expected) {
        return new IllegalArgumentException("environment " + name + ": " + value + " (expected: " + expected + ")");
    }
}
