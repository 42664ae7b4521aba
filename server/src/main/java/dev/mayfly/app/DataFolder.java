package dev.mayfly.app;

import dev.mayfly.problem.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The data folder of an installation, locked by one server at a time. The lock is the operating system's, so it ends
 * with the process, however that ends.
 */
final class DataFolder implements AutoCloseable {

    private static final long LEAST_FREE_BYTES = 256L << 20;

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

    Path resolve(String name) {
        return path.resolve(name);
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
