package dev.mayfly.packages;

import dev.mayfly.access.Actor;
import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.OldFolder;
import dev.mayfly.audit.Audit;
import dev.mayfly.configuration.AllowedFolders;
import dev.mayfly.digest.CheckedBytes;
import dev.mayfly.digest.Sha256;
import dev.mayfly.engine.RunId;
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
import java.util.function.Supplier;
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
    private final AllowedFolders allowed;
    private final Path cache;

    /**
     * Packages in a store.
     *
     * @param store the server's own, see {@link ArtifactStore#ofServer}
     * @param allowed where pipelines may name files
     * @param cache a folder for copies of what the store keeps elsewhere; may be deleted at any time while no server runs
     */
    public Packages(Database database, Clock clock, ArtifactStore store, AllowedFolders allowed, Path cache) {
        this.database = database;
        this.allowed = allowed;
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
            database.useTransaction(tx -> {
                if (PackageStore.put(tx, name, digest.hex(), size, clock.instant())) {
                    Audit.done(tx, actor, "package store", "package " + name, digest.hex());
                }
            });
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

    /**
     * What a run has used: a package by its name, or a file of this machine by its path.
     *
     * @param reference {@code package:NAME} or {@code file:PATH}
     */
    public record Used(String reference, String name, Sha256 digest) {}

    /**
     * Returns the package of a name as a run uses it: the newest when the run first asks, and the same bytes ever
     * after, whatever is stored meanwhile.
     *
     * @throws IllegalArgumentException if there is none
     */
    public JobPackage named(RunId run, String name) {
        return used(
                run,
                "package:" + name,
                () -> newest(name)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "package: " + name + " (expected: the name of a stored package)")));
    }

    /**
     * Returns a file of this machine as a run uses it: a copy made when the run first asks, and the same bytes ever
     * after, even if the file changes.
     *
     * @throws IllegalArgumentException if there is no such file, or pipelines may not name it
     */
    public JobPackage file(RunId run, String file) {
        return used(run, "file:" + file, () -> {
            Path path = Path.of(file);
            refusal(file).ifPresent(why -> {
                throw new IllegalArgumentException("file: " + why);
            });
            if (!Files.isRegularFile(path)) {
                throw new IllegalArgumentException("file: " + file + " (expected: a file that the server can read)");
            }
            return store(Actor.SYSTEM, path.getFileName().toString(), path);
        });
    }

    /** Why a pipeline may not name a file of this machine; empty if it may. */
    public Optional<String> refusal(String file) {
        return allowed.refusal(Path.of(file));
    }

    private JobPackage used(RunId run, String reference, Supplier<JobPackage> first) {
        Optional<Used> before = pin(run, reference);
        if (before.isEmpty()) {
            JobPackage found = first.get();
            database.useTransaction(tx -> PackageStore.pin(tx, run, new Used(reference, found.name(), found.digest())));
        }
        Used used = before.or(() -> pin(run, reference)).orElseThrow();
        try {
            return local(used.name(), used.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(reference + " can't be fetched: " + e.getMessage(), e);
        }
    }

    private Optional<Used> pin(RunId run, String reference) {
        return used(run).stream()
                .filter(used -> used.reference().equals(reference))
                .findFirst();
    }

    /** What a run has used so far, by reference. */
    public List<Used> used(RunId run) {
        return database.read(tx -> PackageStore.pins(tx, run));
    }

    /**
     * The digest that a run would use now for what another one used; empty if it is not there any more.
     *
     * @throws UncheckedIOException if a file can't be read
     */
    public Optional<Sha256> now(Used used) {
        if (used.reference().startsWith("package:")) {
            return database.read(tx -> PackageStore.newestHash(tx, used.name())).map(Sha256::new);
        }
        Path file = Path.of(used.reference().substring("file:".length()));
        try {
            return Files.isRegularFile(file) ? Optional.of(Sha256.of(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("file " + file + " can't be read: " + e.getMessage(), e);
        }
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
