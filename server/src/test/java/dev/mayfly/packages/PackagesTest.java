package dev.mayfly.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.access.Actor;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.artifact.OldFolder;
import dev.mayfly.artifact.S3Artifacts;
import dev.mayfly.artifact.S3Location;
import dev.mayfly.artifact.testing.S3Server;
import dev.mayfly.configuration.AllowedFolders;
import dev.mayfly.digest.Sha256;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackagesTest {

    @TempDir
    private Path folder;

    private Database database;

    @BeforeEach
    void open() {
        database = TestPostgres.database("engine", "server");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void anotherServerHasWhatWasStoredLastUnderAName() throws IOException {
        try (S3Server s3 = S3Server.start();
                ArtifactStore clients =
                        new S3Artifacts(s3.connection(), S3Location.parse("s3://" + S3Server.BUCKET + "/here"));
                ArtifactStore store = clients.ofServer()) {
            packages(store, "one").store(Actor.OWNER, "jobs", file("first.jar", "first"));
            packages(store, "one").store(Actor.OWNER, "jobs", file("second.jar", "second"));

            JobPackage found = packages(store, "two").newest("jobs").orElseThrow();

            assertThat(found.digest()).isEqualTo(Sha256.of("second"));
            assertThat(found.file()).hasContent("second").hasFileName(Sha256.of("second") + ".jar");
            assertThat(packages(store, "two").newest("none")).isEmpty();
        }
    }

    @Test
    void aPackageWhoseBytesAreGoneSaysSo() throws IOException {
        packages(new FolderArtifacts(folder.resolve("a")), "one").store(Actor.OWNER, "jobs", file("jobs.jar", "bytes"));

        assertThatThrownBy(() -> packages(new FolderArtifacts(folder.resolve("empty")), "two")
                        .newest("jobs"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("package jobs can't be fetched")
                .hasMessageContaining("store it again");
    }

    @Test
    void aFileKeepsTheEndingThatSparkKnowsItBy() throws IOException {
        Packages packages = packages(new FolderArtifacts(folder.resolve("a")), "one");
        for (String name : new String[] {"job.py", "modules.zip", "environment.tar.gz", "old.egg"}) {
            assertThat(packages.store(Actor.OWNER, name, file(name, name))
                            .file()
                            .getFileName()
                            .toString())
                    .isEqualTo(Sha256.of(name) + name.substring(name.indexOf('.')));
        }
    }

    @Test
    void theFolderOfAnEarlierVersionIsMovedToTheStore() throws IOException {
        Packages packages = packages(new FolderArtifacts(folder.resolve("a")), "one");
        Path old = Files.createDirectories(folder.resolve("packages"));
        Files.writeString(old.resolve(Sha256.of("bytes") + ".jar"), "bytes");
        Files.writeString(old.resolve("incoming1.tmp"), "half");
        database.useTransaction(tx -> PackageStore.put(
                tx, "jobs", Sha256.of("bytes").hex(), 5, Clock.systemUTC().instant()));

        packages.adopt(new OldFolder(old));
        packages.adopt(new OldFolder(old));

        assertThat(packages.newest("jobs").orElseThrow().file()).hasContent("bytes");
        assertThat(old).doesNotExist();
    }

    private Packages packages(ArtifactStore store, String server) {
        return new Packages(
                database, Clock.systemUTC(), store, AllowedFolders.of(Path.of("/")), folder.resolve("cache-" + server));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
