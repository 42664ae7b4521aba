package dev.mayfly.log;

import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.OldFolder;
import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.RunId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of attempts: read from the provider while the job's cluster exists, and from the artifact store afterwards,
 * so that every server of an installation shows them. Thread-safe.
 */
public final class AttemptLogs {

    private static final Logger log = LoggerFactory.getLogger(AttemptLogs.class);
    private static final String ENDING = ".log";
    /** Written after the last log of an attempt: without it the copy is not complete. */
    private static final String COMPLETE = "complete";

    private final Clusters clusters;
    private final ArtifactStore store;

    /**
     * Logs in a store.
     *
     * @param store the server's own, see {@link ArtifactStore#ofServer}
     */
    public AttemptLogs(Clusters clusters, ArtifactStore store) {
        this.clusters = clusters;
        this.store = store;
    }

    /**
     * Copies all logs of a job that has ended to the store, once. A failure does not delay the run.
     *
     * @return why they could not be stored; empty if they are
     */
    public Optional<String> keep(AttemptId attempt, Cluster cluster) {
        ClusterProvider provider = clusters.provider(cluster);
        try {
            if (isKept(attempt)) {
                return Optional.empty();
            }
            for (String name : provider.logs(cluster.ref(), attempt.jobName())) {
                store.store(
                        path(attempt, name + ENDING), new LivePages(provider, cluster.ref(), attempt.jobName(), name));
            }
            complete(attempt);
            return Optional.empty();
        } catch (RuntimeException e) {
            log.warn("logs of {} could not be stored; the run goes on without them", attempt, e);
            return Optional.of("its logs could not be stored: " + e.getMessage());
        }
    }

    private void complete(AttemptId attempt) {
        store.store(path(attempt, COMPLETE), new ByteArrayInputStream(new byte[0]));
    }

    private boolean isKept(AttemptId attempt) {
        return store.find(path(attempt, COMPLETE)).isPresent();
    }

    /** The names of an attempt's logs. */
    public List<String> names(AttemptId attempt) {
        if (!isKept(attempt)) {
            return clusters.current(attempt.run())
                    .map(cluster -> clusters.provider(cluster).logs(cluster.ref(), attempt.jobName()))
                    .orElse(List.of());
        }
        return store.list(folder(attempt)).stream()
                .map(entry -> entry.path().names().get(entry.path().names().size() - 1))
                .filter(name -> name.endsWith(ENDING))
                .map(name -> name.substring(0, name.length() - ENDING.length()))
                .toList();
    }

    /**
     * Up to {@code maxBytes} of a log from a byte offset; empty at its current end, and for a log that does not exist.
     */
    public byte[] read(AttemptId attempt, String name, long offset, int maxBytes) {
        if (!isKept(attempt)) {
            return clusters.current(attempt.run())
                    .map(cluster -> clusters.provider(cluster)
                            .readLog(cluster.ref(), attempt.jobName(), name, offset, maxBytes))
                    .orElse(new byte[0]);
        }
        if (!names(attempt).contains(name)) {
            return new byte[0];
        }
        Optional<ArtifactStore.Content> content = store.open(path(attempt, name + ENDING), offset);
        if (content.isEmpty()) {
            return new byte[0];
        }
        try (InputStream bytes = content.get().bytes()) {
            return bytes.readNBytes(maxBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ArtifactPath folder(AttemptId attempt) {
        return new ArtifactPath("logs/" + attempt.run() + "/" + attempt.task() + "/" + attempt.number());
    }

    private static ArtifactPath path(AttemptId attempt, String file) {
        return folder(attempt).child(file);
    }

    /**
     * Moves logs into the store from the folder of an earlier version, which has them as {@code
     * RUN/TASK/NUMBER/NAME.log}.
     */
    public void adopt(OldFolder old) {
        if (!old.exists()) {
            return;
        }
        Set<AttemptId> attempts = new HashSet<>();
        old.copyTo(store, file -> {
            Optional<AttemptId> attempt = attempt(file);
            attempt.ifPresent(attempts::add);
            return attempt.map(some -> path(some, file.getFileName().toString()));
        });
        attempts.forEach(this::complete);
        old.delete();
        log.info("the logs in {} were moved to the artifact store", old.folder());
    }

    private static Optional<AttemptId> attempt(Path file) {
        boolean isLog = file.getNameCount() == 4
                && file.getName(0).toString().matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
                && file.getName(2).toString().matches("[1-9][0-9]{0,8}")
                && file.toString().endsWith(ENDING);
        return isLog
                ? Optional.of(new AttemptId(
                        RunId.of(file.getName(0).toString()),
                        file.getName(1).toString(),
                        Integer.parseInt(file.getName(2).toString())))
                : Optional.empty();
    }
}
