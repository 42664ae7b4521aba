package dev.mayfly.secret;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Resolves references to secrets ({@code env:NAME}, {@code file:PATH}, {@code lockbox:SECRET/KEY}) at the last moment,
 * so that a secret is stored nowhere. Messages show references, never secrets. Thread-safe.
 */
public final class Secrets {

    private static final String VARIABLE = "env:";
    private static final String FILE = "file:";
    private static final int LONGEST_SECRET = 64 << 10;
    private static final int LONGEST_READ_SECONDS = 5;
    private static final String LOCKBOX = "lockbox:";

    private final Map<String, String> variables;
    private final Optional<Lockbox> lockbox;
    private final AllowedSecrets allowed;

    /** Follows any reference: those of the server's own configuration. */
    public Secrets(Map<String, String> variables) {
        this(variables, Optional.empty(), AllowedSecrets.of("env:*", "file:*"));
    }

    /** Follows what is allowed: the references of pipelines. */
    public Secrets(Map<String, String> variables, Optional<Lockbox> lockbox, AllowedSecrets allowed) {
        this.variables = Map.copyOf(variables);
        this.lockbox = lockbox;
        this.allowed = allowed;
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

    /** Why a value of a task's environment may not stand there; empty if it may, and if it is no reference. */
    public Optional<String> refusal(String value) {
        return isReference(value) ? allowed.refusal(value) : Optional.empty();
    }

    /** Whether a text is a reference that only this server can follow, whatever machine a job runs on. */
    public static boolean isOfServer(String text) {
        return text.startsWith(VARIABLE) || text.startsWith(FILE);
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
        if (isReference(reference)) {
            allowed.refusal(reference).ifPresent(why -> {
                throw new IllegalArgumentException(place + ": " + why);
            });
        }
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

    /** In a thread of its own, because a file system may hang. */
    private static String read(String place, String reference) {
        FutureTask<String> reading = new FutureTask<>(() -> text(Path.of(reference.substring(FILE.length()))));
        Thread reader = new Thread(reading, "reading a secret");
        reader.setDaemon(true);
        reader.start();
        try {
            return reading.get(LONGEST_READ_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw nowhere(place, reference, "a regular file of at most " + LONGEST_SECRET + " bytes");
        } catch (TimeoutException e) {
            throw nowhere(place, reference, "a file that can be read within " + LONGEST_READ_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw nowhere(place, reference, "no interruption");
        }
    }

    /** A device has no end, and a FIFO may have no beginning. */
    private static String text(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_SECRET) {
            throw new IOException(file + " is no regular file of that size");
        }
        try (InputStream bytes = Files.newInputStream(file)) {
            return new String(bytes.readNBytes(LONGEST_SECRET), StandardCharsets.UTF_8).strip();
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
