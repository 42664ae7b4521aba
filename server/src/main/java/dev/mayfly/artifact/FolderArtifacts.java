package dev.mayfly.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Artifacts in a folder of this machine. Links are not followed. */
public final class FolderArtifacts implements ArtifactStore {

    private static final String UPLOAD = "artifact";
    private static final int BUFFER = 64 << 10;
    private static final int LONGEST_NAME = 255;

    private final Path folder;
    private final Path incoming;
    private final PartUploads parts;

    /** Opens the store, and creates its folder if needed. Uploads that a killed server has left are deleted. */
    public FolderArtifacts(Path folder) {
        this.folder = folder.toAbsolutePath().normalize().resolve("files");
        this.incoming = folder.toAbsolutePath().normalize().resolve("incoming");
        this.parts = new FolderParts(incoming, this::place);
        try {
            Files.createDirectories(this.folder);
            Files.createDirectories(incoming);
            deleteLeftovers();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteLeftovers() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(incoming, UPLOAD + "*")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public ArtifactStore ofServer() {
        return new FolderArtifacts(folder.resolveSibling("server"));
    }

    /** The address of the root, with a slash at its end. */
    public String address() {
        return folder.toUri().toString();
    }

    @Override
    public long store(ArtifactPath path, InputStream bytes) {
        try {
            Path temporary = Files.createTempFile(incoming, UPLOAD, "");
            try {
                long size = copy(bytes, temporary);
                Files.move(temporary, place(path), StandardCopyOption.ATOMIC_MOVE);
                return size;
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("artifact " + path + " can't be stored: " + e.getMessage(), e);
        }
    }

    static long copy(InputStream bytes, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            long size = 0;
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                out.write(buffer, 0, read);
                size += read;
            }
            return size;
        }
    }

    @Override
    public Optional<Content> open(ArtifactPath path, long offset) {
        Path file = resolve(path).orElse(null);
        if (file == null || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            channel.position(offset);
            return Optional.of(new Content(Channels.newInputStream(channel), channel.size()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("artifact " + path + " can't be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<Entry> find(ArtifactPath path) {
        Path file = resolve(path).orElse(null);
        if (file == null) {
            return Optional.empty();
        }
        boolean isFolder = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
        if (!isFolder && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        return Optional.of(entry(path, file));
    }

    @Override
    public boolean delete(ArtifactPath path) {
        if (path.value().isEmpty()) {
            throw new IllegalArgumentException("artifact path '' (expected: not the root, which can't be deleted)");
        }
        List<String> names = path.names();
        Path file = resolve(names.subList(0, names.size() - 1))
                .map(folder -> folder.resolve(names.get(names.size() - 1)))
                .orElse(null);
        if (file == null || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            deleteTree(file);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("artifact " + path + " can't be deleted: " + e.getMessage(), e);
        }
    }

    static void deleteTree(Path file) throws IOException {
        Files.walkFileTree(file, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(each);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public Optional<Path> localFile(ArtifactPath path) {
        return resolve(path).filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public PartUploads parts() {
        return parts;
    }

    @Override
    public void close() {}

    @Override
    public List<Entry> list(ArtifactPath path) {
        Path directory = resolve(path).orElse(null);
        if (directory == null || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(child -> !Files.isSymbolicLink(child))
                    .sorted()
                    .map(child -> entry(path.child(child.getFileName().toString()), child))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("artifact folder " + path + " can't be listed: " + e.getMessage(), e);
        }
    }

    private static Entry entry(ArtifactPath path, Path file) {
        try {
            boolean isFolder = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
            return new Entry(path, isFolder, isFolder ? 0 : Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a new file goes; creates the folder for it if needed. */
    private Path place(ArtifactPath path) throws IOException {
        if (resolve(path).isEmpty()) {
            throw new IllegalArgumentException("artifact path '" + path + "' (expected: one that leads over no link)");
        }
        Path target = folder;
        for (String name : path.names()) {
            if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new IllegalArgumentException("artifact path '" + path + "' (expected: not below a file)");
            }
            if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
                throw new IllegalArgumentException(
                        "artifact path '" + path + "' (expected: names of at most " + LONGEST_NAME + " bytes)");
            }
            target = target.resolve(name);
        }
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException(
                    "artifact path '" + path + "' (expected: the path of a file, not a folder)");
        }
        Files.createDirectories(target.getParent());
        return target;
    }

    /**
     * Where a path is. Somebody who may write to the disk could have a link lead anywhere: what lies behind one is not
     * there.
     */
    private Optional<Path> resolve(ArtifactPath path) {
        return resolve(path.names());
    }

    private Optional<Path> resolve(List<String> names) {
        Path resolved = folder;
        for (String name : names) {
            resolved = resolved.resolve(name);
            if (Files.isSymbolicLink(resolved)) {
                return Optional.empty();
            }
        }
        return Optional.of(resolved);
    }
}
