package dev.mayfly.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

    private static final Lockbox LOCKBOX = (secret, key) -> {
        if (!secret.equals("e6q")) {
            throw new IllegalArgumentException("lockbox:" + secret + " (expected: a secret)");
        }
        return "value of " + key;
    };

    private final Secrets secrets = new Secrets(Map.of("KEY", "from the environment"), Optional.of(LOCKBOX));

    @Test
    void referencesAreFollowedAndSaidToBeSecret(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "from a file\n");
        Secrets.Resolved resolved = secrets.resolve(
                Map.of("A", "env:KEY", "B", "file:" + file, "C", "lockbox:e6q/password", "D", "plain"), false);

        assertThat(resolved.values())
                .isEqualTo(Map.of(
                        "A", "from the environment", "B", "from a file", "C", "value of password", "D", "plain"));
        assertThat(resolved.secret()).containsExactlyInAnyOrder("A", "B", "C");
    }

    @Test
    void whereOthersCouldReadItAReferenceToLockboxStaysOne() {
        Secrets.Resolved resolved = secrets.resolve(Map.of("C", "lockbox:e6q/password"), true);

        assertThat(resolved.values()).isEqualTo(Map.of("C", "lockbox:e6q/password"));
        assertThat(resolved.secret()).isEmpty();
    }

    @Test
    void aReferenceThatLeadsNowhereIsSaidWithItsName() {
        assertThatThrownBy(() -> secrets.resolve(Map.of("A", "env:NONE"), false))
                .hasMessage("environment A: env:NONE (expected: a variable of the server's environment)");
        assertThatThrownBy(() -> secrets.resolve(Map.of("A", "lockbox:other/x"), false))
                .hasMessage("environment A: lockbox:other (expected: a secret)");
        assertThatThrownBy(() -> secrets.resolve(Map.of("A", "lockbox:x"), false))
                .hasMessage("environment A: lockbox:x (expected: lockbox:SECRET/KEY)");
        assertThatThrownBy(() ->
                        new Secrets(Map.of(), Optional.empty()).resolve(Map.of("A", "lockbox:e6q/password"), false))
                .hasMessageContaining("expected: a yandex section in the server's configuration");
    }

    /** A device without an end took the heap, and a FIFO held its reader for ever. */
    @Test
    @Timeout(10)
    void onlyARegularFileOfASaneSizeIsRead(@TempDir Path folder) throws Exception {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        Path large = Files.write(folder.resolve("large"), new byte[(64 << 10) + 1]);
        for (String path : List.of("/dev/zero", fifo.toString(), large.toString(), folder.toString())) {
            assertThatThrownBy(() -> secrets.resolve(Map.of("A", "file:" + path), false))
                    .hasMessage("environment A: file:" + path + " (expected: a regular file of at most 65536 bytes)");
        }
    }
}
