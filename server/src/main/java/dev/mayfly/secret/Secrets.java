package dev.mayfly.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Resolves references to secrets ({@code env:NAME}, {@code file:PATH}, {@code lockbox:SECRET/KEY}) at the last moment,
 * so that a secret is stored nowhere. Messages show references, never secrets. Thread-safe.
 */
public final class Secrets {

    private static final String VARIABLE = "env:";
    private static final String FILE = "file:";
    private static final int LONGEST_SECRET = 64 << 10;
    private static final String LOCKBOX = "lockbox:";

    private final Map<String, String> variables;
    private final Optional<Lockbox> lockbox;

    public Secrets(Map<String, String> variables, Optional<Lockbox> lockbox) {
        this.variables = Map.copyOf(variables);
        this.lockbox = lockbox;
    }

    /** The values of a task's environment, and the names of those that were references. */
    public record Resolved(Map<String, String> values, Set<String> secret) {}

    /**
     * Resolves the references of a task's environment.
     *
     * @param isShown whether others can read the environment of the job; then a reference that the job can resolve
     *     itself stays one
     * @throws IllegalArgumentException if a reference leads nowhere; the message names it
     */
    public Resolved resolve(Map<String, String> environment, boolean isShown) {
        Map<String, String> values = new LinkedHashMap<>();
        Set<String> secret = new LinkedHashSet<>();
        environment.forEach((name, value) -> {
            if (isReference(value) && !(isShown && value.startsWith(LOCKBOX))) {
                secret.add(name);
                values.put(name, follow("environment " + name, value));
            } else {
                values.put(name, value);
            }
        });
        return new Resolved(values, secret);
    }

    private static boolean isReference(String text) {
        return text.startsWith(VARIABLE) || text.startsWith(FILE) || text.startsWith(LOCKBOX);
    }

    /**
     * Returns the secret that a reference leads to.
     *
     * @param place where the reference stands, for messages
     * @throws IllegalArgumentException if the text is no reference (then the message does not show it: it may be the
     *     secret itself), or leads nowhere
     */
    public String follow(String place, String reference) {
        if (reference.startsWith(VARIABLE)) {
            return Optional.ofNullable(variables.get(reference.substring(VARIABLE.length())))
                    .orElseThrow(() -> nowhere(place, reference, "a variable of the server's environment"));
        }
        if (reference.startsWith(FILE)) {
            return read(place, reference);
        }
        if (reference.startsWith(LOCKBOX)) {
            return fromLockbox(place, reference);
        }
        throw new IllegalArgumentException(
                place + ": a plain value (expected: a reference, env:NAME, file:PATH or lockbox:SECRET/KEY)");
    }

    private static String read(String place, String reference) {
        try {
            Path file = Path.of(reference.substring(FILE.length()));
            // a device has no end, and a FIFO may have no beginning
            if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_SECRET) {
                throw nowhere(place, reference, "a regular file of at most " + LONGEST_SECRET + " bytes");
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw nowhere(place, reference, "a file that the server can read");
        }
    }

    private String fromLockbox(String place, String reference) {
        String[] parts = reference.substring(LOCKBOX.length()).split("/", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw nowhere(place, reference, "lockbox:SECRET/KEY");
        }
        try {
            return lockbox.orElseThrow(
                            () -> nowhere(place, reference, "a yandex section in the server's configuration"))
                    .read(parts[0], parts[1]);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
        }
    }

    private static IllegalArgumentException nowhere(String place, String reference, String expected) {
        return new IllegalArgumentException(place + ": " + reference + " (expected: " + expected + ")");
    }
}
