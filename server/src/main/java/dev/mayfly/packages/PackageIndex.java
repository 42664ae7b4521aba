package dev.mayfly.packages;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.audit.Audit;
import dev.mayfly.digest.Sha256;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * The packages that people push. A file never changes: a version can be yanked, which takes it from those who did not ask
 * for it, and purged when nothing refers to it. Thread-safe.
 */
public final class PackageIndex {

    /** Who stores what comes with Mayfly. */
    static final String OWN = Actor.SYSTEM.name();

    private static final TextLimit REASON = new TextLimit("reason", 1_000);

    private final Database database;
    private final PackageBytes bytes;
    private final PackagePush pushes;

    PackageIndex(Database database, PackageBytes bytes, PackagePush push) {
        this.database = database;
        this.bytes = bytes;
        this.pushes = push;
    }

    /**
     * A file that arrives.
     *
     * @param name of the file; of a Python distribution it says what this is
     * @param digest that it must have; empty if its sender does not say
     */
    public record Arriving(PackageKey key, String name, Optional<Sha256> digest, InputStream bytes) {}

    /** What became of a file: it was stored, or the same bytes were there before. */
    public record Pushed(PackageFile file, boolean isNew) {}

    /**
     * Stores a file.
     *
     * @throws Refused if it is not what its name and kind say, is too large, or if the version has another file already
     */
    public Pushed push(Actor actor, Arriving arriving) {
        return pushes.push(actor, arriving);
    }

    /** Stores what comes with Mayfly, in the place of what came with an earlier one. */
    public void storeOwn(PackageKey key, Path file) {
        try {
            String name = file.getFileName().toString();
            PackagePush.Arrived arrived = new PackagePush.Arrived(Sha256.of(file), Files.size(file));
            PackageFile own = pushes.described(OWN, key, name, arrived, file);
            bytes.put(own.digest(), name, file);
            database.useTransaction(tx -> {
                PackageFileStore.lock(tx, key.kind(), key.name());
                PackageFileStore.deletePackage(tx, key.kind(), key.name());
                PackageFileStore.put(tx, own);
            });
        } catch (IOException e) {
            throw new UncheckedIOException("package " + file + " can't be stored: " + e.getMessage(), e);
        }
    }

    /** The files of all packages that may be seen, by kind, name and version, the highest first. */
    public List<PackageFile> all(Scope scope) {
        return database.search(tx -> PackageFileStore.all(tx, scope)).stream()
                .sorted(Comparator.<PackageFile, PackageKind>comparing(
                                file -> file.key().kind())
                        .thenComparing(file -> file.key().name())
                        .thenComparing(PackageIndex::version, VersionOrder.ORDER.reversed()))
                .toList();
    }

    /**
     * The files of a package, the highest version first.
     *
     * @throws Refused if there are none
     */
    public List<PackageFile> files(PackageKind kind, String name) {
        List<PackageFile> files = database.read(tx -> PackageFileStore.files(tx, kind, name));
        if (files.isEmpty()) {
            throw Refused.missing("package " + kind.word() + " '" + TextLimit.shown(name)
                    + "' (expected: one that was pushed; 'mayfly package list' shows them)");
        }
        return files.stream()
                .sorted(Comparator.comparing(PackageIndex::version, VersionOrder.ORDER.reversed()))
                .toList();
    }

    private static String version(PackageFile file) {
        return file.key().version();
    }

    /**
     * The files of a version.
     *
     * @throws Refused if there are none
     */
    public List<PackageFile> files(PackageKey key) {
        List<PackageFile> files = files(key.kind(), key.name());
        List<PackageFile> found =
                files.stream().filter(file -> file.key().equals(key)).toList();
        if (found.isEmpty()) {
            throw Refused.missing("package " + key + " (expected: one of the versions "
                    + files.stream().map(PackageIndex::version).distinct().toList() + ")");
        }
        return found;
    }

    /** A folder for what arrives in pieces, which is emptied at the next start. */
    public Path incoming() {
        return bytes.incomingFolder();
    }

    /** The size of the largest file that is taken, in bytes. */
    public long largest() {
        return pushes.largest();
    }

    /** Opens the bytes of a file; the caller closes them. */
    public ArtifactStore.Content open(PackageFile file) {
        return open(file.digest(), file.file());
    }

    /** Opens the core metadata of a file; the caller closes them. */
    public ArtifactStore.Content openMetadata(PackageFile file) {
        return open(
                file.python()
                        .flatMap(PackageFile.Python::metadata)
                        .orElseThrow(
                                () -> Refused.missing("metadata of " + file.file() + " (expected: those of a wheel)")),
                PackageContent.METADATA);
    }

    private ArtifactStore.Content open(Sha256 digest, String name) {
        try {
            return bytes.open(digest, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file that a reference means now; empty if {@link #refusal} says why there is none. */
    public Optional<PackageFile> find(PackageReference reference) {
        return chosen(database.read(tx -> PackageFileStore.files(tx, reference.kind(), reference.name())), reference);
    }

    /** Whether a package comes with Mayfly. */
    public boolean isOwn(PackageReference reference) {
        return find(reference).filter(PackageFile::isOwn).isPresent();
    }

    /** Why a reference means no file; empty if it means one. */
    public Optional<String> refusal(PackageReference reference) {
        List<PackageFile> files = database.read(tx -> PackageFileStore.files(tx, reference.kind(), reference.name()));
        if (chosen(files, reference).isPresent()) {
            return Optional.empty();
        }
        String what = "package " + reference.kind().word() + " " + reference.words();
        Set<String> versions = new LinkedHashSet<>();
        files.forEach(file -> versions.add(file.key().version()));
        boolean isThere = reference.version().filter(versions::contains).isPresent();
        if (isThere) {
            return Optional.of(
                    what + " has no wheel for every platform (expected: a pure wheel, NAME-VERSION-py3-none-any.whl,"
                            + " or a Python environment)");
        }
        return Optional.of(what + " is not stored (expected: "
                + (versions.isEmpty() ? "one that was pushed: mayfly package push" : "one of the versions " + versions)
                + ")");
    }

    /** The version among those of some files that a reference without one means; empty if all are yanked. */
    public static Optional<String> latest(List<PackageFile> files) {
        List<PackageFile> offered =
                files.stream().filter(file -> file.yanked().isEmpty()).toList();
        List<PackageFile> finals = offered.stream()
                .filter(file -> !VersionOrder.isPrerelease(version(file)))
                .toList();
        return (finals.isEmpty() ? offered : finals)
                .stream().map(PackageIndex::version).max(VersionOrder.ORDER);
    }

    private static Optional<PackageFile> chosen(List<PackageFile> files, PackageReference reference) {
        List<PackageFile> usable = files.stream()
                .filter(file ->
                        file.key().kind() != PackageKind.PYTHON || file.file().endsWith("-none-any.whl"))
                .toList();
        return reference
                .version()
                .or(() -> latest(usable))
                .flatMap(version -> usable.stream()
                        .filter(file -> version(file).equals(version))
                        .findFirst());
    }

    /**
     * Who uses a version.
     *
     * @param pipelines whose current text names it, or names the latest version while it is that
     * @param runs how many have used it
     */
    public record Use(List<String> pipelines, long runs) {}

    public Use use(PackageKey key) {
        return database.read(tx -> use(tx, key));
    }

    private static Use use(Handle tx, PackageKey key) {
        boolean isLatest = chosen(
                        PackageFileStore.files(tx, key.kind(), key.name()),
                        new PackageReference(key.kind(), key.name(), Optional.empty()))
                .filter(file -> file.key().equals(key))
                .isPresent();
        List<String> pipelines = PackageFileStore.mentions(tx, key.kind(), key.name()).stream()
                .filter(mention -> mention.version().isEmpty()
                        ? isLatest
                        : mention.version().equals(key.version()))
                .map(PackageFileStore.Mention::pipeline)
                .distinct()
                .toList();
        return new Use(pipelines, PackageFileStore.runsOf(tx, key));
    }

    /** Records, in the transaction that stores a pipeline's text, which packages this names. */
    public static void mention(Handle tx, String pipeline, Set<PackageReference> references) {
        PackageFileStore.setMentions(tx, pipeline, references);
    }

    /**
     * Takes a version from those who do not ask for exactly it; or, without a reason, gives it back.
     *
     * @throws Refused if there is no such version
     */
    public void yank(Actor actor, PackageKey key, Optional<String> reason) {
        reason.ifPresent(REASON::check);
        files(key);
        database.useTransaction(tx -> {
            PackageFileStore.yank(tx, key, reason);
            Audit.done(
                    tx,
                    actor,
                    reason.isPresent() ? "package yank" : "package unyank",
                    "package " + key,
                    reason.orElse(""));
        });
    }

    /**
     * Deletes a version for good.
     *
     * @throws Refused if there is none, or if a pipeline or run refers to it
     */
    public void purge(Actor actor, PackageKey key) {
        List<PackageFile> files = files(key);
        if (files.get(0).isOwn()) {
            throw Refused.wrongState("package " + key + " comes with Mayfly (expected: one that was pushed)");
        }
        database.useTransaction(tx -> {
            PackageFileStore.lock(tx, key.kind(), key.name());
            Use use = use(tx, key);
            if (!use.pipelines().isEmpty() || use.runs() > 0) {
                throw Refused.wrongState("package " + key + " is used by the pipelines " + use.pipelines() + " and "
                        + use.runs() + " runs (expected: none; 'mayfly package yank' keeps it from new users)");
            }
            PackageFileStore.delete(tx, key);
            Audit.done(tx, actor, "package purge", "package " + key, files.size() + " files");
            for (PackageFile file : files) {
                deleteUnused(tx, file.digest(), file.file());
                file.python()
                        .flatMap(PackageFile.Python::metadata)
                        .ifPresent(metadata -> deleteUnused(tx, metadata, PackageContent.METADATA));
            }
        });
    }

    private void deleteUnused(Handle tx, Sha256 digest, String name) {
        if (!PackageFileStore.isUsed(tx, digest)) {
            bytes.delete(digest, name);
        }
    }
}
