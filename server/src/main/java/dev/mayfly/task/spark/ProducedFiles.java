package dev.mayfly.task.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a job wrote what it promised: an empty folder, or one with nothing but a mark of success, is no result. */
final class ProducedFiles {

    private static final int MOST = 100_000;

    private ProducedFiles() {}

    /**
     * Why a path is not what a job made.
     *
     * @param since when the attempt began; what is older is another one's
     */
    static Optional<String> missing(String path, Instant since) {
        Path file = Path.of(path);
        if (!file.isAbsolute()) {
            return Optional.of(path + " is no absolute path");
        }
        if (!Files.exists(file)) {
            return Optional.of("there is no " + path);
        }
        try (Stream<Path> found = Files.walk(file)) {
            boolean isThere = found.limit(MOST).anyMatch(each -> isResult(each, since));
            return isThere
                    ? Optional.empty()
                    : Optional.of(path + " holds no file with bytes that is newer than the attempt");
        } catch (IOException | UncheckedIOException e) {
            return Optional.of(path + " can't be read: " + e.getMessage());
        }
    }

    /** Hadoop begins names with a dot or an underscore for what is not data. */
    private static boolean isResult(Path file, Instant since) {
        String name = file.getFileName().toString();
        if (name.startsWith(".") || name.startsWith("_")) {
            return false;
        }
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                    && attributes.size() > 0
                    && !attributes.lastModifiedTime().toInstant().isBefore(since);
        } catch (IOException e) {
            return false; // it went while we looked
        }
    }
}
