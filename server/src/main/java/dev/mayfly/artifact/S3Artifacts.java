package dev.mayfly.artifact;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Artifacts in a bucket of an S3 service, below a prefix. Long files are sent in parts, with one part at a time in
 * memory.
 */
public final class S3Artifacts implements ArtifactStore {

    /** S3 accepts at most 10,000 parts, of at least 5 MB each. */
    private static final int PART = 16 << 20;

    private final S3Connection connection;
    private final S3Client client;
    private final S3Location location;
    private final S3Parts parts;

    public S3Artifacts(S3Connection connection, S3Location location) {
        this.connection = connection;
        this.client = connection.client();
        this.location = location;
        this.parts = new S3Parts(client, connection.presigner(), location);
    }

    @Override
    public ArtifactStore ofServer() {
        return new S3Artifacts(connection, location.ofServer());
    }

    @Override
    public long store(ArtifactPath path, InputStream bytes) {
        return asked("store " + path, () -> {
            byte[] part = part(bytes);
            if (part.length < PART) {
                client.putObject(
                        request -> request.bucket(location.bucket()).key(location.key(path)),
                        RequestBody.fromBytes(part));
                return (long) part.length;
            }
            return storeInParts(path, part, bytes);
        });
    }

    private long storeInParts(ArtifactPath path, byte[] first, InputStream rest) {
        String upload = client.createMultipartUpload(
                        request -> request.bucket(location.bucket()).key(location.key(path)))
                .uploadId();
        try {
            List<CompletedPart> parts = new ArrayList<>();
            long size = 0;
            for (byte[] part = first; part.length > 0; part = part(rest)) {
                parts.add(send(path, upload, parts.size() + 1, part));
                size += part.length;
            }
            client.completeMultipartUpload(request -> request.bucket(location.bucket())
                    .key(location.key(path))
                    .uploadId(upload)
                    .multipartUpload(whole -> whole.parts(parts)));
            return size;
        } catch (RuntimeException e) {
            abandon(path, upload, e);
            throw e;
        }
    }

    private CompletedPart send(ArtifactPath path, String upload, int number, byte[] part) {
        String tag = client.uploadPart(
                        request -> request.bucket(location.bucket())
                                .key(location.key(path))
                                .uploadId(upload)
                                .partNumber(number),
                        RequestBody.fromBytes(part))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    /** Parts that nobody completes are billed for ever. */
    private void abandon(ArtifactPath path, String upload, RuntimeException why) {
        try {
            client.abortMultipartUpload(request ->
                    request.bucket(location.bucket()).key(location.key(path)).uploadId(upload));
        } catch (SdkException e) {
            why.addSuppressed(e);
        }
    }

    private static byte[] part(InputStream bytes) {
        try {
            return bytes.readNBytes(PART);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<Content> open(ArtifactPath path, long offset) {
        Optional<Long> size = size(path);
        if (size.isEmpty()) {
            return Optional.empty();
        }
        if (offset >= size.get()) {
            return Optional.of(new Content(new ByteArrayInputStream(new byte[0]), size.get()));
        }
        ResponseInputStream<GetObjectResponse> bytes = asked(
                "read " + path,
                () -> client.getObject(request -> request.bucket(location.bucket())
                        .key(location.key(path))
                        .range("bytes=" + offset + "-")));
        return Optional.of(new Content(bytes, size.get()));
    }

    @Override
    public Optional<Entry> find(ArtifactPath path) {
        Optional<Entry> file =
                path.value().isEmpty() ? Optional.empty() : size(path).map(bytes -> new Entry(path, false, bytes));
        return file.or(() -> list(path).isEmpty() ? Optional.empty() : Optional.of(new Entry(path, true, 0)));
    }

    private Optional<Long> size(ArtifactPath path) {
        try {
            HeadObjectResponse head = client.headObject(
                    request -> request.bucket(location.bucket()).key(location.key(path)));
            return Optional.of(head.contentLength());
        } catch (S3Exception e) {
            if (e.statusCode() == 404) {
                return Optional.empty();
            }
            throw failed("find " + path, e);
        } catch (SdkException e) {
            throw failed("find " + path, e);
        }
    }

    @Override
    public List<Entry> list(ArtifactPath path) {
        String folder = location.folderKey(path);
        return asked("list " + path, () -> {
            List<Entry> entries = new ArrayList<>();
            for (ListObjectsV2Response page : client.listObjectsV2Paginator(
                    request -> request.bucket(location.bucket()).prefix(folder).delimiter("/"))) {
                page.commonPrefixes().stream()
                        .map(prefix -> prefix.prefix()
                                .substring(folder.length(), prefix.prefix().length() - 1))
                        .filter(name -> !(path.value().isEmpty() && name.equals(ArtifactPath.OF_SERVER)))
                        .forEach(name -> entries.add(new Entry(path.child(name), true, 0)));
                page.contents().stream()
                        .filter(object -> object.key().length() > folder.length())
                        .forEach(object -> entries.add(
                                new Entry(path.child(object.key().substring(folder.length())), false, object.size())));
            }
            entries.sort(Comparator.comparing(entry -> entry.path().value()));
            return entries;
        });
    }

    @Override
    public boolean delete(ArtifactPath path) {
        if (path.value().isEmpty()) {
            throw new IllegalArgumentException("artifact path '' (expected: not the root, which can't be deleted)");
        }
        return asked("delete " + path, () -> {
            List<String> keys = new ArrayList<>();
            if (size(path).isPresent()) {
                keys.add(location.key(path));
            }
            client.listObjectsV2Paginator(
                            request -> request.bucket(location.bucket()).prefix(location.folderKey(path)))
                    .contents()
                    .forEach(object -> keys.add(object.key()));
            // one by one: the bulk call requires a checksum that few services other than Amazon's accept
            keys.forEach(key -> client.deleteObject(
                    request -> request.bucket(location.bucket()).key(key)));
            return !keys.isEmpty();
        });
    }

    @Override
    public PartUploads parts() {
        return parts;
    }

    @Override
    public void close() {
        parts.close();
        client.close();
    }

    private <T> T asked(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw failed(what, e);
        }
    }

    private UncheckedIOException failed(String what, SdkException e) {
        return new UncheckedIOException(new IOException(location + ": " + what + ": " + e.getMessage(), e));
    }
}
