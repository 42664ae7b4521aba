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
 * The folder with all that an installation keeps, held by one server at a time. The hold is a lock of the operating system,
 * and so ends with the process, however it ends.
 */
final class DataFolder implements AutoCloseable {

    private static final long LEAST_FREE_BYTES = 256L << 20;

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Throws {@link StartFailure} if the folder can't be written, is held by another server, or the disk is full. */
    static DataFolder lock(Path path) {
        try {
            Files.createDirectories(path);
            if (Files.getFileStore(path).getUsableSpace() < LEAST_FREE_BYTES) {
                throw new StartFailure("data folder " + path + " has less than " + (LEAST_FREE_BYTES >> 20)
                        + " MB left on its disk; make room, or choose another with --data");
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
                            + "); mend its rights, or choose another with --data",
                    e);
        }
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** Lets others find the server that holds the folder. */
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
            return "it has not said where it listens yet";
        }
    }
}
