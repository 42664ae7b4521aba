package dev.mayfly.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactStoreTest {

    @TempDir
    private Path folder;

    @Test
    void filesComeBackByteByByteEmptyAndHiddenOnesToo() throws IOException {
        ArtifactStore store = new ArtifactStore(folder);
        byte[] bytes = {0, -1, 13, 10};
        store.store(new ArtifactPath("1/run/artifacts/.part.crc"), new ByteArrayInputStream(bytes));
        store.store(new ArtifactPath("1/run/artifacts/_SUCCESS"), new ByteArrayInputStream(new byte[0]));

        assertThat(store.open(new ArtifactPath("1/run/artifacts/.part.crc")).orElseThrow())
                .hasBinaryContent(bytes);
        assertThat(store.list(new ArtifactPath("1/run/artifacts")))
                .containsExactly(
                        new ArtifactStore.Entry(new ArtifactPath("1/run/artifacts/.part.crc"), false, 4),
                        new ArtifactStore.Entry(new ArtifactPath("1/run/artifacts/_SUCCESS"), false, 0));
        assertThat(store.open(new ArtifactPath("1/none"))).isEmpty();
        assertThat(store.list(new ArtifactPath("1/run/artifacts/_SUCCESS"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "a/../b",
                "/etc/passwd",
                "a//b",
                "a/",
                "./a",
                "a\\b",
                "C:/x",
                "a\u0000b",
                "a\tb",
                "%2e%2e/x",
                "a%2Fb",
                "a%252e"
            })
    void whatCouldLeaveTheStoreIsNoPath(String path) {
        assertThatThrownBy(() -> new ArtifactPath(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLinkInsideTheStoreIsNotFollowed() throws IOException {
        ArtifactStore store = new ArtifactStore(folder);
        Path secret = Files.writeString(folder.resolve("secret"), "x");
        Files.createSymbolicLink(folder.resolve("files/link"), secret);

        assertThat(store.open(new ArtifactPath("link"))).isEmpty();
    }
}
