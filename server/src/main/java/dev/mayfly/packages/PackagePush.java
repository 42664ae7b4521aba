package dev.mayfly.packages;

import dev.mayfly.access.Actor;
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
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Takes files in: bytes are checked before anything says that they are there. Thread-safe. */
final class PackagePush {

    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+!-]{0,199}");

    private final Database database;
    private final Clock clock;
    private final PackageBytes bytes;
    private final long largest;

    /** @param largest the size of the largest file that is taken */
    PackagePush(Database database, Clock clock, PackageBytes bytes, long largest) {
        this.database = database;
        this.clock = clock;
        this.bytes = bytes;
        this.largest = largest;
    }

    /**
     * Stores a file.
     *
     * @throws Refused if it is not what its name and kind say, is too large, or if the version has another file already
     */
    PackageIndex.Pushed push(Actor actor, PackageIndex.Arriving arriving) {
        checkFileName(arriving);
        try {
            Path temporary = bytes.incoming();
            try {
                Arrived arrived = receive(arriving.name(), arriving.digest(), arriving.bytes(), temporary);
                PackageFile file = described(actor.name(), arriving.key(), arriving.name(), arrived, temporary);
                return store(actor, file, temporary);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "package file " + arriving.name() + " can't be stored: " + e.getMessage(), e);
        }
    }

    long largest() {
        return largest;
    }

    record Arrived(Sha256 digest, long size) {}

    private static void checkFileName(PackageIndex.Arriving arriving) {
        PackageKind kind = arriving.key().kind();
        if (!FILE.matcher(arriving.name()).matches() || kind.endings().stream().noneMatch(arriving.name()::endsWith)) {
            throw Refused.invalid("file name '" + TextLimit.shown(arriving.name()) + "' (expected: up to 200 letters,"
                    + " digits and . _ + ! -, ending in " + String.join(" or ", kind.endings()) + ", for a package of"
                    + " kind " + kind.word() + ")");
        }
    }

    /**
     * Writes what arrives into a file.
     *
     * @throws Refused if it is too large, or has another digest than it must have
     */
    Arrived receive(String name, Optional<Sha256> expected, InputStream content, Path temporary) throws IOException {
        long size = PackageContent.copy(content, temporary, largest);
        if (size > largest) {
            throw Refused.invalid("file '" + name + "' of more than " + (largest >> 20) + " MB (expected: less)");
        }
        Sha256 digest = Sha256.of(temporary);
        expected.filter(said -> !said.equals(digest)).ifPresent(said -> {
            throw Refused.invalid("file '" + name + "' arrived with the SHA-256 " + digest + " (expected: " + said
                    + ", as the request says); it is not stored");
        });
        return new Arrived(digest, size);
    }

    /**
     * A file as it is kept, after a look into it.
     *
     * @param by who stores it
     * @throws Refused if it is not what its name and kind say
     */
    PackageFile described(String by, PackageKey key, String name, Arrived arrived, Path file) throws IOException {
        Optional<PackageFile.Python> python = Optional.empty();
        if (key.kind() == PackageKind.PYTHON) {
            Distribution distribution = Distribution.of(file, name);
            if (!distribution.name().equals(key.name())
                    || !distribution.version().equals(key.version())) {
                throw Refused.invalid("file '" + name + "' holds " + distribution.name() + " "
                        + TextLimit.shown(distribution.version()) + " (expected: " + key.name() + " " + key.version()
                        + ", as the request says)");
            }
            Optional<Sha256> metadata = distribution.metadata().isPresent()
                    ? Optional.of(storeMetadata(distribution.metadata().get()))
                    : Optional.empty();
            python = Optional.of(new PackageFile.Python(distribution.requiresPython(), metadata));
        } else {
            PackageContent.check(key.kind(), name, file);
        }
        return new PackageFile(
                key,
                name,
                arrived.digest(),
                arrived.size(),
                new PackageFile.Stored(clock.instant(), by),
                Optional.empty(),
                python);
    }

    private Sha256 storeMetadata(byte[] metadata) throws IOException {
        Path temporary = bytes.incoming();
        try {
            Files.write(temporary, metadata);
            Sha256 digest = Sha256.of(temporary);
            bytes.put(digest, PackageContent.METADATA, temporary);
            return digest;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private PackageIndex.Pushed store(Actor actor, PackageFile file, Path content) throws IOException {
        PackageKey key = file.key();
        bytes.put(file.digest(), file.file(), content);
        Optional<PackageFile> before = database.inTransaction(tx -> {
            PackageFileStore.lock(tx, key.kind(), key.name());
            List<PackageFile> there = PackageFileStore.files(tx, key.kind(), key.name());
            checkFree(file, there);
            Optional<PackageFile> same =
                    there.stream().filter(other -> isSame(other, file)).findFirst();
            if (same.isEmpty()) {
                PackageFileStore.put(tx, file);
                Audit.done(tx, actor, "package push", "package " + key, file.file() + " " + file.digest());
            }
            return same;
        });
        // a purge of equal bytes may have come between
        bytes.put(file.digest(), file.file(), content);
        return new PackageIndex.Pushed(before.orElse(file), before.isEmpty());
    }

    private static boolean isSame(PackageFile one, PackageFile other) {
        return one.key().equals(other.key())
                && one.file().equals(other.file())
                && one.digest().equals(other.digest());
    }

    private static void checkFree(PackageFile file, List<PackageFile> there) {
        PackageKey key = file.key();
        for (PackageFile other : there) {
            if (other.isOwn()) {
                throw Refused.alreadyExists("package " + key.kind().word() + " " + key.name()
                        + " comes with Mayfly (expected: another name)");
            }
            boolean isTaken = key.kind() == PackageKind.PYTHON
                    ? other.file().equals(file.file())
                    : other.key().equals(key);
            if (isTaken && !isSame(other, file)) {
                throw Refused.alreadyExists(
                        "File already exists: " + key + " has " + other.file() + " with the SHA-256 "
                                + other.digest() + ", stored " + other.stored().at() + " by "
                                + other.stored().by() + " (expected: a new version; what is stored never changes)");
            }
        }
    }
}
