package dev.mayfly.cluster.yandex;

import dev.mayfly.cluster.ClusterRefused;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.cluster.ProviderUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;

/**
 * The dead man's switch: a script on the master that deletes the cluster once it is too old. It is the only age limit
 * that works without any machine of ours; its price is that the clusters' account may delete clusters. Off unless a
 * pipeline asks for it.
 */
final class SelfDestruct {

    static final String OPTION = "self_destruct";

    private SelfDestruct() {}

    /** The address of the script: ours ({@code true}), or one that the spec names; empty if the spec asks for none. */
    static Optional<String> script(ClusterSpec spec, Staging staging) {
        Object value = spec.options().get(OPTION);
        if (value == null || value.equals(false)) {
            return Optional.empty();
        }
        return Optional.of(value instanceof String address ? address : ours(staging));
    }

    /** Throws {@link ClusterRefused} if the option has an invalid value. */
    static void check(ClusterSpec spec) {
        Object value = spec.options().get(OPTION);
        if (value != null && !(value instanceof Boolean) && !(value instanceof String)) {
            throw new ClusterRefused(
                    "option '" + OPTION + "': " + value + " (expected: true, or the address of a script)");
        }
    }

    private static String ours(Staging staging) {
        try (InputStream script = SelfDestruct.class.getResourceAsStream("self-destruct.sh")) {
            Path file = Files.createTempFile("mayfly", ".sh");
            try {
                Files.copy(Objects.requireNonNull(script), file, StandardCopyOption.REPLACE_EXISTING);
                return staging.put(file, "self-destruct-1.sh");
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new ProviderUnavailable("the self-destruct script could not be staged: " + e.getMessage(), e);
        }
    }
}
