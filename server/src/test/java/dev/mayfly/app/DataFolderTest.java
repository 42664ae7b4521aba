package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.problem.StartFailure;
import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    private Path folder;

    @Test
    void aFolderInUseIsRefusedAndFreeAgainWhenItsHolderEnds() throws IOException {
        try (DataFolder held = DataFolder.lock(folder)) {
            held.publishAddress("http://127.0.0.1:1");
            assertThatThrownBy(() -> DataFolder.lock(folder))
                    .satisfiesAnyOf(
                            failure -> assertThat(failure).hasMessageContaining("is in use by another mayfly server"),
                            failure -> assertThat(failure)
                                    .as("within one JVM the lock says so itself")
                                    .isInstanceOf(OverlappingFileLockException.class));
        }
        DataFolder.lock(folder).close();
    }

    @Test
    void aFolderThatCannotBeMadeIsRefusedInOneLine() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> DataFolder.lock(file.resolve("data")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("can't be written")
                .message()
                .doesNotContain("\n");
    }
}
