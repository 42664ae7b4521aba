package dev.mayfly.packages;

import dev.mayfly.access.Actor;
import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.OldFolder;
import dev.mayfly.digest.CheckedBytes;
import dev.mayfly.digest.Sha256;
import dev.mayfly.postgres.Database;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stored packages: jars, and other files that jobs use. Their bytes are in the artifact store by digest, so that
 * every server of an installation has them; a name means the newest package stored under it. Thread-safe.
 */
public final class Packages {

    private static final Logger log = LoggerFactory.getLogger(Packages.class);
    private static final String FOLDER = "packages/sha256/";
    private static final List<String> ENDINGS = List.of(".tar.gz", ".py", ".zip", ".egg");

    private final Database database;
    private final Clock clock;
    private final ArtifactStore store;
    private final Path cache;

    /**
     * Packages in a store.
     *
     * @param store the server's own, see {@link ArtifactStore#ofServer}
     * @param cache a folder for copies of what the store keeps elsewhere; may be deleted at any time while no server runs
     */
    public Packages(Database database, Clock clock, ArtifactStore store, Path cache) {
        this.database = database;
        this.clock = clock;
        this.store = store;
        this.cache = cache.toAbsolutePath().normalize();
    }

    /**
     * Stores a file of this machine.
     *
     * @throws UncheckedIOException if it can't be read or stored, or changes meanwhile
     */
    public JobPackage store(Actor actor, String name, Path file) {
        try {
            Sha256 digest = Sha256.of(file);
            put(path(name, digest), digest, file);
            long size = Files.size(file);
            database.useTransaction(tx -> PackageStore.put(tx, name, digest.hex(), size, clock.instant()));
            return local(name, digest);
        } catch (IOException e) {
            throw new UncheckedIOException("package " + file + " can't be stored: " + e.getMessage(), e);
        }
    }

    private void put(ArtifactPath path, Sha256 digest, Path file) throws IOException {
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

    /**
     * Returns the newest package stored under a name.
     *
     * @return empty if there is none
     * @throws UncheckedIOException if its bytes can't be fetched from the store
     */
    public Optional<JobPackage> newest(String name) {
        return database.read(tx -> PackageStore.newestHash(tx, name)).map(hash -> {
            try {
                return local(name, new Sha256(hash));
            } catch (IOException e) {
                throw new UncheckedIOException("package " + name + " can't be fetched: " + e.getMessage(), e);
            }
        });
    }

    private JobPackage local(String name, Sha256 digest) throws IOException {
        ArtifactPath path = path(name, digest);
        Optional<Path> local = store.localFile(path);
        return new JobPackage(name, digest, local.isPresent() ? local.get() : cached(path, digest));
    }

    private Path cached(ArtifactPath path, Sha256 digest) throws IOException {
        Path file = cache.resolve(path.names().get(path.names().size() - 1));
        if (Files.exists(file)) {
            return file;
        }
        Files.createDirectories(cache);
        Path temporary = Files.createTempFile(cache, "incoming", ".tmp");
        try (ArtifactStore.Content content = store.open(path, 0)
                .orElseThrow(() -> new IOException(path + " is not in the server's store (expected: a package that a"
                        + " server stored there; store it again)"))) {
            Files.copy(digest.check(content.bytes()), temporary, StandardCopyOption.REPLACE_EXISTING);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return file;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Keeps the ending of the name: Spark knows by it what a file is. */
    private static ArtifactPath path(String name, Sha256 digest) {
        String ending = ENDINGS.stream().filter(name::endsWith).findFirst().orElse(".jar");
        return new ArtifactPath(FOLDER + digest + ending);
    }

    /** Moves the packages of an old folder into the store. Earlier versions kept each as a file named by its digest. */
    public void adopt(OldFolder old) {
        if (old.exists()) {
            old.copyTo(
                    store,
                    file -> file.toString().matches("[0-9a-f]{64}\\..+")
                            ? Optional.of(new ArtifactPath(FOLDER + file))
                            : Optional.empty());
            old.delete();
            log.info("the packages of {} were moved to the artifact store", old.folder());
        }
    }
}
