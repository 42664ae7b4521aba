package dev.mayfly.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Artifacts in a folder. A file appears whole or not at all, and may be replaced by a later one of the same path. Links are
 * not followed. Safe for use by any thread. Failures of the disk surface as {@link UncheckedIOException}.
 */
public final class ArtifactStore {

    private final Path folder;
    private final Path incoming;

    /** Opens the store, making its folder if need be. */
    public ArtifactStore(Path folder) {
        this.folder = folder.toAbsolutePath().normalize().resolve("files");
        this.incoming = folder.toAbsolutePath().normalize().resolve("incoming");
        try {
            Files.createDirectories(this.folder);
            Files.createDirectories(incoming);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file or folder; {@code bytes} of a folder is 0. */
    public record Entry(ArtifactPath path, boolean isFolder, long bytes) {}

    /** Stores all of a stream under a path; returns the number of bytes. */
    public long store(ArtifactPath path, InputStream bytes) {
        try {
            Path temporary = Files.createTempFile(incoming, "artifact", "");
            try {
                long size = Files.copy(bytes, temporary, StandardCopyOption.REPLACE_EXISTING);
                Path target = resolve(path);
                Files.createDirectories(target.getParent());
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
                return size;
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("artifact " + path + " can't be stored: " + e.getMessage(), e);
        }
    }

    /** The file at a path, for reading; empty if there is none. The caller closes it. */
    public Optional<InputStream> open(ArtifactPath path) {
        try {
            Path file = resolve(path);
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("artifact " + path + " can't be read: " + e.getMessage(), e);
        }
    }

    /** What is directly below a folder, by name; empty also for a file and for what is not there. */
    public List<Entry> list(ArtifactPath path) {
        Path directory = resolve(path);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted().map(child -> entry(path, child)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("artifact folder " + path + " can't be listed: " + e.getMessage(), e);
        }
    }

    private static Entry entry(ArtifactPath parent, Path child) {
        try {
            boolean isFolder = Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS);
            return new Entry(parent.child(child.getFileName().toString()), isFolder, isFolder ? 0 : Files.size(child));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path resolve(ArtifactPath path) {
        Path resolved = folder;
        for (String name : path.names()) {
            resolved = resolved.resolve(name);
        }
        return resolved;
    }
}
