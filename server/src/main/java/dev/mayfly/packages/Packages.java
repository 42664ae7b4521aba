package dev.mayfly.packages;

import dev.mayfly.access.Actor;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.OldFolder;
import dev.mayfly.audit.Audit;
import dev.mayfly.configuration.AllowedFolders;
import dev.mayfly.digest.Sha256;
import dev.mayfly.engine.RunId;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.PlainName;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What jobs use: packages by reference, and files of this machine by path. A run uses the same bytes from its first look
 * to its last retry, whatever is pushed or written meanwhile. Thread-safe.
 */
public final class Packages {

    private static final Logger log = LoggerFactory.getLogger(Packages.class);
    private static final String TEXT = "text:";
    /** Python imports from one as from any zip, but Spark goes by the ending. */
    private static final String WHEEL = ".whl";

    private static final int LONGEST_NAME = 200;
    private static final long LARGEST_BYTES = 4L << 30;

    private final Database database;
    private final PackageBytes bytes;
    private final AllowedFolders allowed;
    private final PackagePush push;
    private final PackageIndex index;

    /**
     * Packages in a store.
     *
     * @param store the server's own, see {@link ArtifactStore#ofServer}
     * @param allowed where pipelines may name files
     * @param cache a folder for copies; may be deleted at any time while no server runs
     */
    public Packages(Database database, Clock clock, ArtifactStore store, AllowedFolders allowed, Path cache) {
        this.database = database;
        this.bytes = new PackageBytes(store, cache);
        this.allowed = allowed;
        this.push = new PackagePush(database, clock, bytes, LARGEST_BYTES);
        this.index = new PackageIndex(database, bytes, push);
    }

    /** The packages that people push. */
    public PackageIndex index() {
        return index;
    }

    /**
     * What a run has used: a package by its reference, or a file of this machine by its path.
     *
     * @param reference {@code KIND:NAME==VERSION}, {@code KIND:NAME}, {@code file:PATH} on the server, or {@code text:PATH}
     *     from the pipeline's text
     * @param name of the file
     */
    public record Used(String reference, String name, Sha256 digest) {}

    /**
     * Returns the file of a reference as a run uses it: the latest version when the run first asks, and the same bytes ever
     * after.
     *
     * @throws IllegalArgumentException if there is none
     */
    public JobPackage referred(RunId run, PackageReference reference) {
        return used(run, reference.toString(), () -> {
            PackageFile found = index.find(reference)
                    .orElseThrow(() -> new IllegalArgumentException(
                            String.valueOf(index.refusal(reference).orElse(reference + " is gone"))));
            String name = found.file().endsWith(WHEEL) ? found.file() + ".zip" : found.file();
            return new Used(reference.toString(), name, found.digest());
        });
    }

    /**
     * Returns a file of this machine as a run uses it: a copy made when the run first asks, and the same bytes ever
     * after, even if the file changes.
     *
     * @throws IllegalArgumentException if there is no such file, or pipelines may not name it
     */
    public JobPackage file(RunId run, String file) {
        String reference = "file:" + file;
        return used(run, reference, () -> {
            Path path = Path.of(file);
            refusal(file).ifPresent(why -> {
                throw new IllegalArgumentException("file: " + why);
            });
            return copied(reference, path);
        });
    }

    /**
     * Returns a file that came with the text of a run's pipeline.
     *
     * @param path from where the text was
     */
    public JobPackage attached(RunId run, String path, Sha256 digest) {
        String reference = TEXT + path;
        return used(run, reference, () -> new Used(reference, path.substring(path.lastIndexOf('/') + 1), digest));
    }

    /**
     * Keeps a file for the text of a pipeline that will name it.
     *
     * @throws Refused if it has another digest, or is too large
     */
    public void attach(Actor actor, Sha256 digest, String name, InputStream content) {
        PlainName.check("file", name);
        if (name.contains("/") || name.length() > LONGEST_NAME) {
            throw Refused.invalid("file name '" + TextLimit.shown(name) + "' (expected: at most " + LONGEST_NAME
                    + " characters, without /)");
        }
        try {
            Path temporary = bytes.incoming();
            try {
                push.receive(name, Optional.of(digest), content, temporary);
                bytes.put(digest, name, temporary);
                database.useTransaction(tx -> Audit.done(tx, actor, "pipeline attach", "file " + name, digest.hex()));
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("file " + name + " can't be stored: " + e.getMessage(), e);
        }
    }

    /** Whether the bytes of a file are here. */
    public boolean has(Sha256 digest, String name) {
        return bytes.has(digest, name);
    }

    private Used copied(String reference, Path path) {
        try {
            Used used = new Used(reference, path.getFileName().toString(), Sha256.of(path));
            bytes.put(used.digest(), used.name(), path);
            return used;
        } catch (IOException e) {
            throw new UncheckedIOException("file " + path + " can't be stored: " + e.getMessage(), e);
        }
    }

    /** Why a pipeline can't name a file of this machine; empty if it can. */
    public Optional<String> refusal(String file) {
        Path path = Path.of(file);
        return allowed.refusal(path)
                .or(() -> Files.isRegularFile(path)
                        ? Optional.empty()
                        : Optional.of(file + " (expected: a file that the server can read)"));
    }

    private JobPackage used(RunId run, String reference, Supplier<Used> first) {
        Optional<Used> before = pin(run, reference);
        if (before.isEmpty()) {
            Used found = first.get();
            database.useTransaction(tx -> RunPackageStore.pin(tx, run, found));
        }
        Used used = before.or(() -> pin(run, reference)).orElseThrow();
        try {
            return new JobPackage(used.name(), used.digest(), bytes.local(used.digest(), used.name()));
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
        return database.read(tx -> RunPackageStore.pins(tx, run));
    }

    /**
     * The digest that a run would use now for what another one used; empty if it is not there any more.
     *
     * @throws UncheckedIOException if a file can't be read
     */
    public Optional<Sha256> now(Used used) {
        String[] parts = used.reference().split(":", 2);
        Optional<PackageKind> kind = PackageKind.of(parts[0]);
        if (kind.isPresent()) {
            return index.find(PackageReference.parse(kind.get(), parts[1])).map(PackageFile::digest);
        }
        if (used.reference().startsWith(TEXT)) {
            return Optional.of(used.digest()); // it changes with the text
        }
        Path file = Path.of(parts[1]);
        try {
            return Files.isRegularFile(file) ? Optional.of(Sha256.of(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("file " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    /** Moves the packages of an old folder into the store. */
    public void adopt(OldFolder old) {
        if (bytes.adopt(old)) {
            log.info("the packages of {} were moved to the artifact store", old.folder());
        }
    }
}
