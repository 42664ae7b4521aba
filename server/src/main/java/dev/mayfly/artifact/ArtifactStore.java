package dev.mayfly.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Artifacts by path, in a folder or in object storage. A file appears whole or not at all, and may be replaced by a later one of
 * the same path. Bytes are streamed both ways. Safe for use by any thread. Failures of the disk or network surface as {@link
 * UncheckedIOException}.
 */
public interface ArtifactStore extends AutoCloseable {

    /** A file or folder; {@code bytes} of a folder is 0. */
    record Entry(ArtifactPath path, boolean isFolder, long bytes) {}

    /**
     * A file being read. The caller closes it.
     *
     * @param bytes what was asked for of it
     * @param size of the whole file, in bytes
     */
    record Content(InputStream bytes, long size) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }

    /**
     * Stores all of a stream under a path; returns the number of bytes.
     *
     * @throws IllegalArgumentException if no file can be there: a folder is, or the path leads through a file
     */
    long store(ArtifactPath path, InputStream bytes);

    /**
     * The file at a path, from a byte offset on; empty if there is none. An offset at or after its end is answered with no bytes.
     */
    Optional<Content> open(ArtifactPath path, long offset);

    /** The file or folder at a path; empty if there is none. */
    Optional<Entry> find(ArtifactPath path);

    /** What is directly below a folder, by name; empty also for a file and for what is not there. */
    List<Entry> list(ArtifactPath path);

    /**
     * Deletes a file, or a folder with all below it.
     *
     * @return false if there is none
     * @throws IllegalArgumentException for the root
     */
    boolean delete(ArtifactPath path);

    /**
     * A store of its own for this server's files, such as packages and logs, in the same place: no path of this store leads to them. The
     * caller closes it.
     */
    ArtifactStore ofServer();

    /** The file at a path itself, if the store keeps its files on this machine: to be read, never to be changed. */
    default Optional<Path> localFile(ArtifactPath path) {
        return Optional.empty();
    }

    /** Files in parts, and addresses for clients. */
    PartUploads parts();

    @Override
    void close();
}
