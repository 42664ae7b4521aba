package dev.mayfly.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** S3's own multipart uploads and presigned addresses. */
final class S3Parts implements PartUploads, AutoCloseable {

    private final S3Client client;
    private final S3Presigner presigner;
    private final S3Location location;

    S3Parts(S3Client client, S3Presigner presigner, S3Location location) {
        this.client = client;
        this.presigner = presigner;
        this.location = location;
    }

    @Override
    public String begin(ArtifactPath path) {
        return asked(
                "begin " + path,
                () -> client.createMultipartUpload(
                                request -> request.bucket(location.bucket()).key(location.key(path)))
                        .uploadId());
    }

    @Override
    public Optional<URI> partAddress(ArtifactPath path, String upload, int number, Duration valid) {
        return address(presigner
                .presignUploadPart(request -> request.signatureDuration(valid)
                        .uploadPartRequest(part -> part.bucket(location.bucket())
                                .key(location.key(path))
                                .uploadId(upload)
                                .partNumber(number)))
                .url());
    }

    @Override
    public String storePart(ArtifactPath path, String upload, int number, InputStream bytes) {
        throw new IllegalArgumentException("part " + number + " of " + path + " (expected: at its presigned address)");
    }

    @Override
    public void complete(ArtifactPath path, String upload, List<Part> parts) {
        List<CompletedPart> all = parts.stream()
                .map(part -> CompletedPart.builder()
                        .partNumber(part.number())
                        .eTag(part.tag())
                        .build())
                .toList();
        asked(
                "complete " + path,
                () -> client.completeMultipartUpload(request -> request.bucket(location.bucket())
                        .key(location.key(path))
                        .uploadId(upload)
                        .multipartUpload(whole -> whole.parts(all))));
    }

    @Override
    public void abort(ArtifactPath path, String upload) {
        try {
            asked(
                    "abort " + path,
                    () -> client.abortMultipartUpload(request -> request.bucket(location.bucket())
                            .key(location.key(path))
                            .uploadId(upload)));
        } catch (IllegalArgumentException e) {
            return; // no such upload
        }
    }

    @Override
    public void abortBefore(Instant time) {
        asked("abort old uploads", () -> {
            String prefix = location.folderKey(new ArtifactPath(""));
            client
                    .listMultipartUploadsPaginator(
                            request -> request.bucket(location.bucket()).prefix(prefix))
                    .uploads()
                    .stream()
                    .filter(upload -> upload.initiated().isBefore(time))
                    .forEach(upload -> client.abortMultipartUpload(request ->
                            request.bucket(location.bucket()).key(upload.key()).uploadId(upload.uploadId())));
            return prefix;
        });
    }

    @Override
    public Optional<URI> readAddress(ArtifactPath path, Duration valid) {
        return address(presigner
                .presignGetObject(request -> request.signatureDuration(valid)
                        .getObjectRequest(
                                object -> object.bucket(location.bucket()).key(location.key(path))))
                .url());
    }

    @Override
    public Optional<URI> writeAddress(ArtifactPath path, Duration valid) {
        return address(presigner
                .presignPutObject(request -> request.signatureDuration(valid)
                        .putObjectRequest(
                                object -> object.bucket(location.bucket()).key(location.key(path))))
                .url());
    }

    @Override
    public void close() {
        presigner.close();
    }

    private static Optional<URI> address(java.net.URL url) {
        return Optional.of(URI.create(url.toString()));
    }

    /** Treats 400 and 404 as the caller's mistake: a wrong part, or an unknown upload. */
    private <T> T asked(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (S3Exception e) {
            if (e.statusCode() == 400 || e.statusCode() == 404) {
                throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
            }
            throw failed(what, e);
        } catch (SdkException e) {
            throw failed(what, e);
        }
    }

    private UncheckedIOException failed(String what, SdkException e) {
        return new UncheckedIOException(new IOException(location + ": " + what + ": " + e.getMessage(), e));
    }
}
