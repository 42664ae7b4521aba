package dev.mayfly.packages;

import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.OldFolder;
import dev.mayfly.digest.CheckedBytes;
import dev.mayfly.digest.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Bytes of packages by their digest: in the artifact store, so that every server of an installation has them, and as local
 * copies under the names that the files had. Thread-safe.
 */
final class PackageBytes {

    private static final String FOLDER = "packages/sha256/";
    private static final List<String> ENDINGS =
            List.of(".tar.gz", ".tgz", ".py", ".zip", ".egg", ".whl", ".sh", ".metadata");

    private final ArtifactStore store;
    private final Path cache;
    private final Path incoming;

    /**
     * Bytes in a store.
     *
     * @param store the server's own, see {@link ArtifactStore#ofServer}
     * @param cache a folder for copies; may be deleted at any time while no server runs
     */
    PackageBytes(ArtifactStore store, Path cache) {
        this.store = store;
        this.cache = cache.toAbsolutePath().normalize();
        this.incoming = this.cache.resolve("incoming");
        deleteLeftovers();
    }

    /** What was arriving when a server was killed. */
    private void deleteLeftovers() {
        try {
            Files.createDirectories(incoming);
            try (DirectoryStream<Path> left = Files.newDirectoryStream(incoming)) {
                for (Path file : left) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + incoming + " can't be used: " + e.getMessage(), e);
        }
    }

    /** A folder for what arrives, which is emptied at the next start. */
    Path incomingFolder() {
        return incoming;
    }

    /** A new file for bytes that arrive; the caller deletes it. */
    Path incoming() throws IOException {
        return Files.createTempFile(incoming, "package", "");
    }

    /** Stores the bytes of a file, unless they are there already. */
    void put(Sha256 digest, String name, Path file) throws IOException {
        ArtifactPath path = path(digest, name);
        if (store.find(path).isPresent()) {
            return;
        }
        try (InputStream bytes = digest.check(new BufferedInputStream(Files.newInputStream(file)))) {
            store.store(path, bytes);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CheckedBytes.Mismatch) {
                throw new IOException("it changed while it was read; store it when it is complete", e);
            }
            throw e;
        }
    }

    boolean has(Sha256 digest, String name) {
        return store.find(path(digest, name)).isPresent();
    }

    /** Opens a file's bytes; the caller closes them. */
    ArtifactStore.Content open(Sha256 digest, String name) throws IOException {
        ArtifactPath path = path(digest, name);
        return store.open(path, 0)
                .orElseThrow(() -> new IOException(path + " is not in the server's store (expected: a package that a"
                        + " server stored there; store it again)"));
    }

    void delete(Sha256 digest, String name) {
        store.delete(path(digest, name));
    }

    /** A copy on this machine, under the file's own name: Python imports by it, and Spark knows by its ending what it is. */
    Path local(Sha256 digest, String name) throws IOException {
        Path file = cache.resolve(digest.hex()).resolve(name);
        if (Files.exists(file)) {
            return file;
        }
        Files.createDirectories(file.getParent());
        Path temporary = incoming();
        try {
            Optional<Path> original = store.localFile(path(digest, name));
            if (original.isPresent() && isLinked(original.get(), file)) {
                return file;
            }
            try (ArtifactStore.Content content = open(digest, name)) {
                Files.copy(digest.check(content.bytes()), temporary, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return file;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A second name costs no room; not every disk can give one. */
    private static boolean isLinked(Path original, Path file) {
        try {
            Files.createLink(file, original);
            return true;
        } catch (FileAlreadyExistsException e) {
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static ArtifactPath path(Sha256 digest, String name) {
        String stored = name.replaceFirst("\\.whl\\.zip$", ".whl");
        String ending = ENDINGS.stream().filter(stored::endsWith).findFirst().orElse(".jar");
        return new ArtifactPath(FOLDER + digest + ending);
    }

    /** Moves the packages of an old folder into the store. Earlier versions kept each as a file named by its digest. */
    boolean adopt(OldFolder old) {
        if (!old.exists()) {
            return false;
        }
        old.copyTo(
                store,
                file -> file.toString().matches("[0-9a-f]{64}\\..+")
                        ? Optional.of(new ArtifactPath(FOLDER + file))
                        : Optional.empty());
        old.delete();
        return true;
    }
}
