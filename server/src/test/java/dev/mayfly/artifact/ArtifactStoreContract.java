package dev.mayfly.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.artifact.ArtifactStore.Content;
import dev.mayfly.artifact.ArtifactStore.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link ArtifactStore} keeps. */
abstract class ArtifactStoreContract {

    abstract ArtifactStore store();

    @Test
    void filesComeBackByteByByteEmptyAndHiddenOnesToo() throws IOException {
        byte[] bytes = {0, -1, 13, 10};
        assertThat(store().store(path("1/run/artifacts/.part.crc"), new ByteArrayInputStream(bytes)))
                .isEqualTo(4);
        store().store(path("1/run/artifacts/_SUCCESS"), new ByteArrayInputStream(new byte[0]));
        store().store(path("1/run/artifacts/model/ä b+c.bin"), new ByteArrayInputStream(bytes));

        assertThat(read("1/run/artifacts/.part.crc", 0)).isEqualTo(bytes);
        assertThat(read("1/run/artifacts/_SUCCESS", 0)).isEmpty();
        assertThat(read("1/run/artifacts/model/ä b+c.bin", 0)).isEqualTo(bytes);
        assertThat(store().list(path("1/run/artifacts")))
                .containsExactly(
                        new Entry(path("1/run/artifacts/.part.crc"), false, 4),
                        new Entry(path("1/run/artifacts/_SUCCESS"), false, 0),
                        new Entry(path("1/run/artifacts/model"), true, 0));
    }

    @Test
    void whatIsNotThereIsEmpty() {
        store().store(path("a/file"), new ByteArrayInputStream(new byte[1]));

        assertThat(store().open(path("a/none"), 0)).isEmpty();
        assertThat(store().open(path("a"), 0)).isEmpty();
        assertThat(store().list(path("a/file"))).isEmpty();
        assertThat(store().list(path("none"))).isEmpty();
        assertThat(store().find(path("a"))).contains(new Entry(path("a"), true, 0));
        assertThat(store().find(path("a/file"))).contains(new Entry(path("a/file"), false, 1));
        assertThat(store().find(path("a/fil"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, 16 << 20, 40_000_000})
    void filesOfAnyLengthAreReadFromAnyOffset(int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        assertThat(store().store(path("big"), new ByteArrayInputStream(bytes))).isEqualTo(length);

        assertThat(read("big", 0)).isEqualTo(bytes);
        assertThat(read("big", length - 3)).isEqualTo(Arrays.copyOfRange(bytes, length - 3, length));
        assertThat(read("big", length)).isEmpty();
        try (Content content = store().open(path("big"), 5).orElseThrow()) {
            assertThat(content.size()).isEqualTo(length);
            assertThat(content.bytes().read()).isEqualTo(bytes[5] & 0xff);
        }
    }

    @Test
    void aFileThatIsStoredAgainIsReplaced() throws IOException {
        store().store(path("file"), new ByteArrayInputStream(new byte[100]));
        store().store(path("file"), new ByteArrayInputStream(new byte[] {7}));
        assertThat(read("file", 0)).containsExactly(7);
    }

    @Test
    void anUploadThatBreaksOffLeavesWhatWasThereBefore() throws IOException {
        store().store(path("file"), new ByteArrayInputStream(new byte[] {7}));
        InputStream lost = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the connection was lost");
            }

            @Override
            public int read(byte[] into, int from, int most) throws IOException {
                return read();
            }
        };
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(new byte[20_000_000]), lost);

        assertThatThrownBy(() -> store().store(path("file"), broken))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the connection was lost");
        assertThat(read("file", 0)).containsExactly(7);
    }

    @Test
    void aFolderIsDeletedWithAllThatIsInItAndNothingElse() {
        store().store(path("run/a/b/c"), new ByteArrayInputStream(new byte[1]));
        store().store(path("run/a/d"), new ByteArrayInputStream(new byte[1]));
        store().store(path("run/ab"), new ByteArrayInputStream(new byte[1]));

        assertThat(store().delete(path("run/a"))).isTrue();
        assertThat(store().delete(path("run/a"))).isFalse();
        assertThat(store().list(path("run"))).containsExactly(new Entry(path("run/ab"), false, 1));
        assertThat(store().delete(path("run/ab"))).isTrue();
        assertThatThrownBy(() -> store().delete(ArtifactPath.ROOT)).isInstanceOf(IllegalArgumentException.class);
    }

    private byte[] read(String path, long offset) throws IOException {
        try (Content content = store().open(path(path), offset).orElseThrow()) {
            return content.bytes().readAllBytes();
        }
    }

    private static ArtifactPath path(String value) {
        return new ArtifactPath(value);
    }
}
