package dev.mayfly.slice;

import dev.mayfly.problem.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/** Lists the files that a pattern such as {@code /data/in/*.csv.gz} matches. */
final class InputFiles {

    private InputFiles() {}

    /**
     * Returns the absolute paths in order of name; none if the folder has no match.
     *
     * @throws Refused if the folder does not exist
     */
    static List<String> matching(String pattern) {
        Path path = Path.of(pattern).toAbsolutePath().normalize();
        Path folder = path.getParent();
        if (folder == null || path.getFileName() == null || !Files.isDirectory(folder)) {
            throw Refused.invalid("input files: " + pattern + " (expected: an existing folder " + folder + ")");
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + path.getFileName());
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Files.isRegularFile(file) && matcher.matches(file.getFileName()))
                    .map(Path::toString)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("input folder " + folder + " can't be listed: " + e.getMessage(), e);
        }
    }
}
