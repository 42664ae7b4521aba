package dev.mayfly.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.artifact.ArtifactStore.Content;
import dev.mayfly.artifact.ArtifactStore.Entry;
import dev.mayfly.artifact.PartUploads.Part;
import dev.mayfly.digest.CheckedBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

    /** As a client does: to the address, if there is one. */
    private Part send(ArtifactPath path, String upload, int number, byte[] bytes) throws Exception {
        Optional<URI> address = store().parts().partAddress(path, upload, number, Duration.ofMinutes(1));
        if (address.isEmpty()) {
            return new Part(number, store().parts().storePart(path, upload, number, new ByteArrayInputStream(bytes)));
        }
        HttpRequest request = HttpRequest.newBuilder(address.get())
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new Part(
                number, answer.headers().firstValue("ETag").orElseThrow().replace("\"", ""));
    }

    @Test
    void aFileOfPartsAppearsWhenItIsComplete() throws Exception {
        ArtifactPath path = path("1/run/artifacts/in parts.bin");
        byte[] first = new byte[5 << 20];
        new Random(1).nextBytes(first);
        byte[] second = {1, 2, 3};
        String upload = store().parts().begin(path);
        Part two = send(path, upload, 2, second);
        send(path, upload, 1, new byte[5 << 20]);
        Part one = send(path, upload, 1, first);
        assertThat(store().find(path)).isEmpty();

        store().parts().complete(path, upload, List.of(one, two));

        byte[] whole = read(path.value(), 0);
        assertThat(Arrays.copyOf(whole, first.length)).isEqualTo(first);
        assertThat(Arrays.copyOfRange(whole, first.length, whole.length)).isEqualTo(second);
    }

    @Test
    void anUploadThatIsAbortedOrOfAnotherFileCantBeCompleted() throws Exception {
        ArtifactPath path = path("a/file");
        String upload = store().parts().begin(path);
        Part part = send(path, upload, 1, new byte[] {1});
        assertThatThrownBy(() -> store().parts().complete(path("a/other"), upload, List.of(part)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().parts().complete(path, upload, List.of(new Part(1, "0".repeat(32)))))
                .isInstanceOf(IllegalArgumentException.class);

        store().parts().abort(path, upload);
        store().parts().abort(path, upload);

        assertThatThrownBy(() -> store().parts().complete(path, upload, List.of(part)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(store().find(path)).isEmpty();
    }

    @Test
    void whatWasBegunLongAgoIsGivenUp() throws Exception {
        ArtifactPath path = path("a/file");
        String upload = store().parts().begin(path);
        Part part = send(path, upload, 1, new byte[] {1});

        store().parts().abortBefore(Instant.now().minusSeconds(60));
        assertThat(send(path, upload, 1, new byte[] {1})).isEqualTo(part);
        store().parts().abortBefore(Instant.now().plusSeconds(60));

        assertThatThrownBy(() -> store().parts().complete(path, upload, List.of(part)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noPathOfAClientLeadsToTheServersOwnFiles() {
        try (ArtifactStore own = store().ofServer()) {
            own.store(path("packages/x.jar"), new ByteArrayInputStream(new byte[3]));
            store().store(path("of/client"), new ByteArrayInputStream(new byte[1]));

            assertThat(own.find(path("packages/x.jar"))).isPresent();
            assertThat(own.list(path(""))).extracting(Entry::path).containsExactly(path("packages"));
            assertThat(store().list(path(""))).extracting(Entry::path).containsExactly(path("of"));
            assertThat(store().find(path("packages/x.jar"))).isEmpty();
            assertThatThrownBy(() -> path(".mayfly/packages/x.jar"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not below .mayfly");
        }
    }

    @Test
    void bytesOfAnotherDigestMakeNoFile() {
        store().store(
                        path("good"),
                        new CheckedBytes(new ByteArrayInputStream(new byte[0]), "MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="));
        assertThat(store().find(path("good"))).isPresent();

        assertThatThrownBy(() -> store().store(
                                path("bad"),
                                new CheckedBytes(new ByteArrayInputStream(new byte[9]), "SHA-256", "AAAA")))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseInstanceOf(CheckedBytes.Mismatch.class);
        assertThat(store().find(path("bad"))).isEmpty();
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
