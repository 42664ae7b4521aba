package dev.mayfly.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.artifact.OldFolder;
import dev.mayfly.capacity.Capacity;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.RunId;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.testing.FakeClusters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs that are kept; that they are kept at the end of a job is tested with the whole of retraining. */
class AttemptLogsTest {

    @TempDir
    private Path folder;

    private Database database;
    private AttemptLogs logs;

    @BeforeEach
    void open() {
        database = TestPostgres.database("engine", "server");
        Clusters clusters = Clusters.open(
                database, (kind, id) -> {}, Clock.systemUTC(), new Capacity(Map.of()), List.of(new FakeClusters()));
        logs = new AttemptLogs(clusters, new FolderArtifacts(folder.resolve("artifacts")));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theFolderOfAnEarlierVersionIsMovedToTheStore() throws IOException {
        AttemptId attempt = new AttemptId(new RunId(UUID.randomUUID()), "train", 2);
        Path old = folder.resolve("logs");
        Path kept = Files.createDirectories(
                old.resolve(attempt.run().toString()).resolve("train").resolve("2"));
        Files.writeString(kept.resolve("driver.log"), "one\ntwo\n");
        Files.writeString(kept.resolve("worker 1.log"), "");
        Path interrupted = Files.createDirectories(kept.resolveSibling("3.incoming"));
        Files.writeString(interrupted.resolve("driver.log"), "half");

        logs.adopt(new OldFolder(old));
        logs.adopt(new OldFolder(old));

        assertThat(logs.names(attempt)).containsExactly("driver", "worker 1");
        assertThat(text(logs.read(attempt, "driver", 0, 4))).isEqualTo("one\n");
        assertThat(text(logs.read(attempt, "driver", 4, 100))).isEqualTo("two\n");
        assertThat(logs.read(attempt, "driver", 8, 100)).isEmpty();
        assertThat(logs.read(attempt, "none", 0, 100)).isEmpty();
        assertThat(old).doesNotExist();
    }

    @Test
    void anAttemptWithoutAClusterHasNoLogs() {
        AttemptId attempt = new AttemptId(new RunId(UUID.randomUUID()), "train", 1);

        assertThat(logs.names(attempt)).isEmpty();
        assertThat(logs.read(attempt, "driver", 0, 100)).isEmpty();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
