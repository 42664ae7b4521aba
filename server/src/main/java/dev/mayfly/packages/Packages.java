package dev.mayfly.packages;

import dev.mayfly.postgres.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;

/** The stored packages. The same bytes are stored once; a name means what was stored under it last. Thread-safe. */
public final class Packages {

    private final Database database;
    private final Clock clock;
    private final Path folder;

    public Packages(Database database, Clock clock, Path folder) {
        this.database = database;
        this.clock = clock;
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** Stores a jar, or another file that jobs use, that is on this machine. Throws {@link UncheckedIOException} if it can't be read or stored. */
    public JobPackage store(String name, Path jar) {
        try {
            Files.createDirectories(folder);
            Path temporary = Files.createTempFile(folder, "incoming", ".tmp");
            try {
                String hash = copy(jar, temporary);
                Path file = file(name, hash);
                if (!Files.exists(file)) {
                    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
                }
                long size = Files.size(file);
                database.useTransaction(tx -> PackageStore.put(tx, name, hash, size, clock.instant()));
                return new JobPackage(name, hash, file);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("jar " + jar + " can't be stored: " + e.getMessage(), e);
        }
    }

    /** What was stored last under a name. */
    public Optional<JobPackage> newest(String name) {
        return database.read(tx -> PackageStore.newestHash(tx, name))
                .map(hash -> new JobPackage(name, hash, file(name, hash)));
    }

    /** Spark tells by the ending what a file is. */
    private Path file(String name, String hash) {
        String ending = name.endsWith(".py") || name.endsWith(".zip") || name.endsWith(".egg")
                ? name.substring(name.lastIndexOf('.'))
                : name.endsWith(".tar.gz") ? ".tar.gz" : ".jar";
        return folder.resolve(hash + ending);
    }

    private static String copy(Path from, Path to) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(from), digest)) {
            Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
