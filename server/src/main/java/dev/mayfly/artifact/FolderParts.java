package dev.mayfly.artifact;

import dev.mayfly.digest.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Parts in a folder: {@code incoming/UPLOAD/NUMBER-TAG}, beside a file {@code path}, which contains the artifact's
 * path.
 */
final class FolderParts implements PartUploads {

    private static final String PATH = "path";

    private final Path incoming;
    private final Place place;

    /** Where a file of the store goes; creates the folder for it. */
    interface Place {
        Path of(ArtifactPath path) throws IOException;
    }

    FolderParts(Path incoming, Place place) {
        this.incoming = incoming;
        this.place = place;
    }

    @Override
    public String begin(ArtifactPath path) {
        String upload = UUID.randomUUID().toString();
        return done("begin " + path, () -> {
            Path folder = Files.createDirectory(incoming.resolve(upload));
            Files.writeString(folder.resolve(PATH), path.value());
            return upload;
        });
    }

    @Override
    public Optional<URI> partAddress(ArtifactPath path, String upload, int number, Duration valid) {
        return Optional.empty();
    }

    @Override
    public String storePart(ArtifactPath path, String upload, int number, InputStream bytes) {
        Path folder = folder(path, upload);
        return done("part " + number + " of " + path, () -> {
            Path temporary = Files.createTempFile(folder, "arriving", "");
            try (DigestInputStream digested = new DigestInputStream(bytes, Digests.of("MD5"))) {
                FolderArtifacts.copy(digested, temporary);
                String tag =
                        HexFormat.of().formatHex(digested.getMessageDigest().digest());
                Files.move(temporary, folder.resolve(number + "-" + tag), StandardCopyOption.ATOMIC_MOVE);
                return tag;
            } finally {
                Files.deleteIfExists(temporary);
            }
        });
    }

    @Override
    public void complete(ArtifactPath path, String upload, List<Part> parts) {
        Path folder = folder(path, upload);
        for (Part part : parts) {
            if (!part.tag().matches("[0-9a-f]{32}") || !Files.exists(file(folder, part))) {
                throw new IllegalArgumentException("part " + part.number() + " with ETag '" + part.tag()
                        + "' of upload " + upload + " (expected: one that was stored)");
            }
        }
        done("complete " + path, () -> {
            Path temporary = Files.createTempFile(incoming, "artifact", "");
            try {
                join(folder, parts, temporary);
                Files.move(temporary, place.of(path), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
            FolderArtifacts.deleteTree(folder);
            return upload;
        });
    }

    private static void join(Path folder, List<Part> parts, Path into) throws IOException {
        try (FileChannel whole = FileChannel.open(into, StandardOpenOption.WRITE)) {
            for (Part part : parts) {
                try (FileChannel bytes = FileChannel.open(file(folder, part), StandardOpenOption.READ)) {
                    for (long sent = 0; sent < bytes.size(); ) {
                        sent += bytes.transferTo(sent, bytes.size() - sent, whole);
                    }
                }
            }
        }
    }

    private static Path file(Path folder, Part part) {
        return folder.resolve(part.number() + "-" + part.tag());
    }

    @Override
    public void abort(ArtifactPath path, String upload) {
        if (isUpload(path, upload)) {
            done("abort " + path, () -> {
                FolderArtifacts.deleteTree(incoming.resolve(upload));
                return upload;
            });
        }
    }

    @Override
    public void abortBefore(Instant time) {
        done("abort old uploads", () -> {
            List<Path> all;
            try (Stream<Path> entries = Files.list(incoming)) {
                all = entries.toList();
            }
            for (Path each : all) {
                // an upload may be completed meanwhile
                if (Files.exists(each)
                        && Files.getLastModifiedTime(each).toInstant().isBefore(time)) {
                    FolderArtifacts.deleteTree(each);
                }
            }
            return "";
        });
    }

    @Override
    public Optional<URI> readAddress(ArtifactPath path, Duration valid) {
        return Optional.empty();
    }

    @Override
    public Optional<URI> writeAddress(ArtifactPath path, Duration valid) {
        return Optional.empty();
    }

    private Path folder(ArtifactPath path, String upload) {
        if (!isUpload(path, upload)) {
            throw new IllegalArgumentException("upload '" + upload.replaceAll("[^\\w-]", "?") + "' of " + path
                    + " (expected: one that was begun, and neither completed nor aborted)");
        }
        return incoming.resolve(upload);
    }

    private boolean isUpload(ArtifactPath path, String upload) {
        if (!upload.matches("[0-9a-f-]{36}")) {
            return false;
        }
        try {
            return Files.readString(incoming.resolve(upload).resolve(PATH)).equals(path.value());
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Step {
        String run() throws IOException;
    }

    private static String done(String what, Step step) {
        try {
            return step.run();
        } catch (IOException e) {
            throw new UncheckedIOException("artifact can't be stored: " + what + ": " + e.getMessage(), e);
        }
    }
}
