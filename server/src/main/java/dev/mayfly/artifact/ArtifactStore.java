package dev.mayfly.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Artifacts by path, in a folder or in object storage. A file appears whole or not at all, and may be replaced by a
 * later one of the same path. Bytes are streamed both ways. Thread-safe. Failures of the disk or network
 * surface as {@link UncheckedIOException}.
 */
public interface ArtifactStore extends AutoCloseable {

    /** A file or folder; {@code bytes} of a folder is 0. */
    record Entry(ArtifactPath path, boolean isFolder, long bytes) {}

    /**
     * A file being read. The caller closes it.
     *
     * @param bytes the requested part of the file
     * @param size the size of the whole file, in bytes
     */
    record Content(InputStream bytes, long size) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }

    /**
     * Stores a whole stream under a path.
     *
     * @return the number of bytes
     * @throws IllegalArgumentException if the path is that of a folder, or leads through a file
     */
    long store(ArtifactPath path, InputStream bytes);

    /**
     * The file at a path, from a byte offset on; empty if there is none. From its end on there are no bytes.
     */
    Optional<Content> open(ArtifactPath path, long offset);

    /** The file or folder at a path; empty if there is none. */
    Optional<Entry> find(ArtifactPath path);

    /** The entries directly below a folder, sorted by name; empty if the path is that of a file, or of nothing. */
    List<Entry> list(ArtifactPath path);

    /**
     * Deletes a file, or a folder with all below it.
     *
     * @return false if there is none
     * @throws IllegalArgumentException if the path is the root
     */
    boolean delete(ArtifactPath path);

    /**
     * A separate store, in the same place, for the server's own files, such as packages and logs: no path of this store
     * leads there. The caller closes it.
     */
    ArtifactStore ofServer();

    /** The file itself, to be read but never changed; empty if there is none, or the store is not on this machine. */
    default Optional<Path> localFile(ArtifactPath path) {
        return Optional.empty();
    }

    /** Uploads in parts, and addresses for clients. */
    PartUploads parts();

    @Override
    void close();
}
