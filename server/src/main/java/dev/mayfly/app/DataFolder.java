package dev.mayfly.app;

import dev.mayfly.account.Accounts;
import dev.mayfly.problem.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * The data folder of an installation, locked by one server at a time. The lock is the operating system's, so it ends
 * with the process, however that ends.
 */
final class DataFolder implements AutoCloseable {

    /** The file that the command line on the same machine reads. */
    private static final String OWNER_TOKEN = "owner-token";

    private static final String ENCRYPTION_KEY = "encryption-key";
    private static final int KEY_BYTES = 32;
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private static final long LEAST_FREE_BYTES = 256L << 20;
    private static final long LEAST_LEFT_BYTES = 64L << 20;

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Locks the folder, and creates it if needed.
     *
     * @throws StartFailure if the folder can't be written, another server holds it, or the disk is full
     */
    static DataFolder lock(Path path) {
        try {
            Files.createDirectories(path);
            close(path);
            if (Files.getFileStore(path).getUsableSpace() < LEAST_FREE_BYTES) {
                throw new StartFailure("data folder " + path + " has less than " + (LEAST_FREE_BYTES >> 20)
                        + " MB left on its disk; free some space, or choose another folder with --data");
            }
            FileChannel channel =
                    FileChannel.open(path.resolve("mayfly.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new StartFailure("data folder " + path + " is in use by another mayfly server (" + holder(path)
                        + "); stop that one, or choose another folder with --data");
            }
            return new DataFolder(path, channel);
        } catch (IOException e) {
            throw new StartFailure(
                    "data folder " + path + " can't be written (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "); correct its permissions, or choose another folder with --data",
                    e);
        }
    }

    /** Lets nobody in but the server's user: in it are tokens, logs and data. */
    private static void close(Path path) throws IOException {
        if (!Files.getPosixFilePermissions(path).equals(PRIVATE)) {
            Files.setPosixFilePermissions(path, PRIVATE);
        }
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** The key with which secrets are kept in rows: made at random once, and read by the server's user only. */
    String encryptionKey() {
        Path file = path.resolve(ENCRYPTION_KEY);
        try {
            if (!Files.exists(file)) {
                byte[] key = new byte[KEY_BYTES];
                new SecureRandom().nextBytes(key);
                keep(file, HexFormat.of().formatHex(key));
            }
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new StartFailure("encryption key " + file + " can't be kept: " + e.getMessage(), e);
        }
    }

    /** Writes a file that only the server's user can read, whole or not at all. */
    private static void keep(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(temporary, text + "\n", StandardCharsets.UTF_8);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether so little room is left that PostgreSQL and jobs are about to fail. */
    Optional<String> spaceProblem() {
        try {
            long left = Files.getFileStore(path).getUsableSpace();
            return left < LEAST_LEFT_BYTES ? Optional.of((left >> 20) + " MB are left") : Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    /**
     * Keeps a token of the owner in the folder, which only the server's user can read: whoever may read the data may
     * administer the installation.
     */
    void keepOwnerToken(Accounts accounts) {
        Path file = path.resolve(OWNER_TOKEN);
        try {
            Optional<String> kept = Files.exists(file)
                    ? Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip())
                    : Optional.empty();
            String token = accounts.ownerToken(kept, "command line on the server's machine, " + path);
            if (!kept.equals(Optional.of(token))) {
                keep(file, token);
            }
        } catch (IOException e) {
            throw new StartFailure("owner's token " + file + " can't be kept: " + e.getMessage(), e);
        }
    }

    /** Writes the server's address into the folder, where other processes find it. */
    void publishAddress(String url) {
        try {
            Path temporary = path.resolve("server.json.tmp");
            String text = "{\"pid\": " + ProcessHandle.current().pid() + ", \"url\": \"" + url + "\"}\n";
            Files.writeString(temporary, text, StandardCharsets.UTF_8);
            Files.move(temporary, path.resolve("server.json"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StartFailure("data folder " + path + " can't be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path.resolve("server.json"));
        channel.close();
    }

    private static String holder(Path path) {
        try {
            return Files.readString(path.resolve("server.json"), StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException e) {
            return "its address is not known yet";
        }
    }
}
