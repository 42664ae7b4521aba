package dev.mayfly.artifact;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A folder of an earlier version, whose files belong in a store now. They are copied, then the folder is deleted; both
 * may be repeated after an interruption.
 */
public record OldFolder(Path folder) {

    public boolean exists() {
        return Files.isDirectory(folder);
    }

    /**
     * Copies files to a store.
     *
     * @param place maps a file's path below the folder to its path in the store; empty if the file is no longer needed
     * @throws UncheckedIOException if a file can't be read or stored
     */
    public void copyTo(ArtifactStore store, Function<Path, Optional<ArtifactPath>> place) {
        for (Path file : all(Comparator.naturalOrder())) {
            Optional<ArtifactPath> path =
                    Files.isRegularFile(file) ? place.apply(folder.relativize(file)) : Optional.empty();
            if (path.isPresent()) {
                try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
                    store.store(path.get(), bytes);
                } catch (IOException e) {
                    throw new UncheckedIOException(file + " can't be copied: " + e.getMessage(), e);
                }
            }
        }
    }

    /** Deletes the folder with all that is in it. */
    public void delete() {
        for (Path file : all(Comparator.reverseOrder())) {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(file + " can't be deleted: " + e.getMessage(), e);
            }
        }
    }

    private List<Path> all(Comparator<Path> order) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted(order).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " can't be listed: " + e.getMessage(), e);
        }
    }
}
