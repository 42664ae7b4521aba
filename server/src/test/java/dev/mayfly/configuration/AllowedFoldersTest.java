package dev.mayfly.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllowedFoldersTest {

    @TempDir
    private Path folder;

    @Test
    void onlyWhatIsInAFolderWhenAllLinksAreFollowedIsAllowed() throws IOException {
        Path inside = Files.createDirectories(folder.resolve("inside/deep"));
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "");
        Files.createSymbolicLink(inside.resolve("to-file"), outside.resolve("secret"));
        Files.createSymbolicLink(inside.resolve("to-folder"), outside);
        Files.createSymbolicLink(inside.resolve("to-itself"), inside.resolve("to-itself"));
        Files.createSymbolicLink(folder.resolve("other-name"), folder.resolve("inside"));
        AllowedFolders allowed = AllowedFolders.of(folder.resolve("inside"));
        for (Path path : List.of(
                folder.resolve("inside"),
                inside.resolve("new.csv"),
                inside.resolve("no/such/folder/*.csv"),
                inside.resolve("x/../y"),
                folder.resolve("other-name/deep/a"))) {
            assertThat(allowed.refusal(path)).as("" + path).isEmpty();
        }
        for (Path path : List.of(
                outside.resolve("secret"),
                inside.resolve("../../outside/secret"),
                inside.resolve("to-file"),
                inside.resolve("to-folder/secret"),
                inside.resolve("to-folder/new"),
                folder.resolve("inside-not"),
                folder,
                Path.of("/dev/zero"),
                Path.of("/"),
                Path.of("relative"))) {
            assertThat(allowed.refusal(path).orElse("")).as("" + path).contains("expected: ");
        }
    }
}
