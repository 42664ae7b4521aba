package dev.mayfly.artifact;

import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Files that are sent in parts, several at once, and addresses by which clients reach the bytes without this server. Where a store has
 * no such addresses, parts come through {@link #storePart}, and files through the store.
 */
public interface PartUploads {

    /** The most parts of a file, as S3 has it. */
    int MOST_PARTS = 10_000;

    /** A part that has arrived; parts are numbered from 1, and their tag is what the answer to their upload said. */
    record Part(int number, String tag) {}

    /** Begins a file; returns the upload's id. */
    String begin(ArtifactPath path);

    /** Where a client may PUT a part; empty: only through {@link #storePart}. */
    Optional<URI> partAddress(ArtifactPath path, String upload, int number, Duration valid);

    /**
     * Stores a part, again if it is there; returns its tag. Throws {@link IllegalArgumentException} if there is no such upload, or parts
     * have addresses of their own.
     */
    String storePart(ArtifactPath path, String upload, int number, InputStream bytes);

    /**
     * Makes the file of its parts, in the order given. Throws {@link IllegalArgumentException} if there is no such upload, or a part is
     * not there or not the one with this tag; the upload goes on then.
     */
    void complete(ArtifactPath path, String upload, List<Part> parts);

    /** Gives up; no such upload is fine. */
    void abort(ArtifactPath path, String upload);

    /** Gives up what was begun before a time; its bytes would stay for ever. */
    void abortBefore(Instant time);

    /** Where a client may GET a file; empty: only through this server. */
    Optional<URI> readAddress(ArtifactPath path, Duration valid);

    /** Where a client may PUT a file; empty: only through this server. */
    Optional<URI> writeAddress(ArtifactPath path, Duration valid);
}
