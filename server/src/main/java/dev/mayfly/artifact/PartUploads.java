package dev.mayfly.artifact;

import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Uploads in parts, several at once, and addresses by which clients reach the bytes without this server. If a store has
 * no such addresses, parts arrive through {@link #storePart}, and files through the store.
 */
public interface PartUploads {

    /** The most parts of a file: S3's limit. */
    int MOST_PARTS = 10_000;

    /** A part that has arrived, numbered from 1; its tag is the ETag in the answer to its upload. */
    record Part(int number, String tag) {}

    /**
     * Begins an upload.
     *
     * @return its id
     */
    String begin(ArtifactPath path);

    /** Where a client may PUT a part; empty if only through {@link #storePart}. */
    Optional<URI> partAddress(ArtifactPath path, String upload, int number, Duration valid);

    /**
     * Stores a part. May be called again for the same part.
     *
     * @return its tag
     * @throws IllegalArgumentException if there is no such upload, or parts have addresses of their own
     */
    String storePart(ArtifactPath path, String upload, int number, InputStream bytes);

    /**
     * Joins parts to the file, in the given order.
     *
     * @throws IllegalArgumentException if there is no such upload, or no part with this number and tag; the upload then
     *     stays open
     */
    void complete(ArtifactPath path, String upload, List<Part> parts);

    /** Aborts an upload, if it exists. */
    void abort(ArtifactPath path, String upload);

    /** Aborts the uploads that began before a time; their bytes would stay for ever. */
    void abortBefore(Instant time);

    /** Where a client may GET a file; empty if only through this server. */
    Optional<URI> readAddress(ArtifactPath path, Duration valid);

    /** Where a client may PUT a file; empty if only through this server. */
    Optional<URI> writeAddress(ArtifactPath path, Duration valid);
}
