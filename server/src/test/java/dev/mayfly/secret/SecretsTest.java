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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    private static final Lockbox LOCKBOX = (secret, key) -> {
        if (!secret.equals("e6q")) {
            throw new IllegalArgumentException("lockbox:" + secret + " (expected: a secret)");
        }
        return "value of " + key;
    };

    private final Secrets secrets = new Secrets(
            Map.of("KEY", "from the environment"),
            Optional.of(LOCKBOX),
            AllowedSecrets.of("env:*", "file:*", "lockbox:*"));

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
        assertThatThrownBy(() -> new Secrets(Map.of(), Optional.empty(), AllowedSecrets.of("lockbox:*"))
                        .resolve(Map.of("A", "lockbox:e6q/password"), false))
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

    /** What a pipeline may not hold is not read at all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "env:KEY",
                "env:JOBS",
                "file:/etc/passwd",
                "file:/run/jobs/../../etc/passwd",
                "file:/run/jobs-other/x",
                "file:run/jobs/x",
                "file:/dev/zero",
                "lockbox:e6q/password"
            })
    void onlyReferencesThatAreAllowedAreFollowed(String reference) {
        Secrets some = new Secrets(
                Map.of("KEY", "x", "JOB_KEY", "allowed", "JOBS", "x"),
                Optional.of(LOCKBOX),
                AllowedSecrets.of("env:JOB_*", "file:/run/jobs/*", "lockbox:other/*"));
        assertThat(some.follow("A", "env:JOB_KEY")).isEqualTo("allowed");
        assertThat(some.refusal(reference)).isPresent();
        assertThatThrownBy(() -> some.resolve(Map.of("A", reference), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("environment A: " + reference + " is no reference that pipelines may hold");
    }
}
