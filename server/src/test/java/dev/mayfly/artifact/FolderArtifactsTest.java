package dev.mayfly.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderArtifactsTest extends ArtifactStoreContract {

    @TempDir
    private Path folder;

    private FolderArtifacts store;

    @BeforeEach
    void open() {
        store = new FolderArtifacts(folder);
    }

    @Override
    ArtifactStore store() {
        return store;
    }

    @Test
    void aLinkInsideTheStoreIsNotFollowed() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "x");
        Files.createSymbolicLink(folder.resolve("files/link"), secret);

        assertThat(store.open(new ArtifactPath("link"), 0)).isEmpty();
        assertThat(store.find(new ArtifactPath("link"))).isEmpty();
        assertThat(store.delete(new ArtifactPath("link"))).isTrue();
        assertThat(secret).exists();
    }

    @Test
    void whatAKilledServerHasLeftOfAnUploadIsDeletedAtTheNextStart() throws IOException {
        Path left = Files.writeString(folder.resolve("incoming/artifact123"), "half");
        Path part = Files.writeString(folder.resolve("incoming/part"), "of an upload that goes on");
        try (FolderArtifacts again = new FolderArtifacts(folder)) {
            assertThat(left).doesNotExist();
            assertThat(part).exists();
            assertThat(again.list(ArtifactPath.ROOT)).isEmpty();
        }
    }
}
