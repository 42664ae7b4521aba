package dev.mayfly.retraining;

import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterRef;
import dev.mayfly.cluster.ProviderUnavailable;
import dev.mayfly.engine.AttemptId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logs of attempts: read from the provider while the job's cluster is there, and from this folder ever after. */
final class RunLogs {

    private static final Logger log = LoggerFactory.getLogger(RunLogs.class);
    private static final int PAGE = 1 << 20;

    private final Path folder;

    RunLogs(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** Copies all logs of a job that has ended; once. A log that can't be had is said and does not hold up the run. */
    void keep(AttemptId attempt, ClusterProvider provider, ClusterRef cluster) {
        Path kept = folder(attempt);
        if (Files.exists(kept)) {
            return;
        }
        try {
            Path incoming = kept.resolveSibling(kept.getFileName() + ".incoming");
            Files.createDirectories(incoming);
            for (String name : provider.logs(cluster, attempt.jobName())) {
                copy(provider, cluster, attempt.jobName(), name, incoming.resolve(name + ".log"));
            }
            Files.move(incoming, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | ProviderUnavailable e) {
            log.warn("logs of {} could not be kept; the run goes on without them", attempt, e);
        }
    }

    boolean isKept(AttemptId attempt) {
        return Files.isDirectory(folder(attempt));
    }

    List<String> names(AttemptId attempt) {
        try (Stream<Path> files = Files.list(folder(attempt))) {
            return files.map(file -> file.getFileName().toString().replaceFirst("\\.log$", ""))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] read(AttemptId attempt, String name, long offset, int maxBytes) {
        if (!names(attempt).contains(name)) {
            return new byte[0];
        }
        try (FileChannel channel = FileChannel.open(folder(attempt).resolve(name + ".log"), StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(maxBytes);
            channel.read(buffer, offset);
            byte[] bytes = new byte[buffer.flip().remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(ClusterProvider provider, ClusterRef cluster, String job, String name, Path to)
            throws IOException {
        try (OutputStream out = Files.newOutputStream(to)) {
            long offset = 0;
            byte[] page = provider.readLog(cluster, job, name, offset, PAGE);
            while (page.length > 0) {
                out.write(page);
                offset += page.length;
                page = provider.readLog(cluster, job, name, offset, PAGE);
            }
        }
    }

    private Path folder(AttemptId attempt) {
        return folder.resolve(attempt.run().toString())
                .resolve(attempt.task())
                .resolve(Integer.toString(attempt.number()));
    }
}
