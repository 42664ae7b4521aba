package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.artifact.ArtifactConfig;
import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.testing.S3Server;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a configuration file says of object storage, against a real S3 server. */
class ObjectStorageTest {

    @TempDir
    private Path folder;

    private ArtifactConfig config(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("mayfly.yaml"), yaml);
        Map<String, String> variables = Map.of("KEY", "test-key", "SECRET", "test-secret");
        return ServerConfig.read(Optional.of(file), Map.of(), variables, folder)
                .rooms()
                .artifacts();
    }

    @Test
    void artifactsAndStagingAreKeptInABucketUnderKeysFromVariables() throws IOException {
        try (S3Server server = S3Server.start()) {
            ArtifactConfig config = config("""
                    s3: {endpoint: "%s", access_key: "env:KEY", secret_key: "env:SECRET"}
                    artifacts: s3://mayfly/artifacts
                    """.formatted(server.endpoint()));
            Path jar = Files.writeString(folder.resolve("jobs.jar"), "the jobs");

            try (ArtifactStore artifacts = config.open(folder.resolve("unused"));
                    StoredStaging staging = StoredStaging.at("s3://mayfly/staging/", config)) {
                artifacts.store(new ArtifactPath("1/run/a"), new ByteArrayInputStream(new byte[3]));
                assertThat(artifacts.find(new ArtifactPath("1/run/a"))).isPresent();

                assertThat(staging.put(jar, "abc.jar")).isEqualTo("s3a://mayfly/staging/abc.jar");
                assertThat(staging.put(jar, "abc.jar")).isEqualTo("s3a://mayfly/staging/abc.jar");
            }
            assertThat(folder.resolve("unused")).doesNotExist();
        }
    }

    @Test
    void aFolderIsStagedUnderItsOwnPath() throws IOException {
        Path jar = Files.writeString(folder.resolve("jobs.jar"), "the jobs");
        try (StoredStaging staging = StoredStaging.at(folder.resolve("shared").toString(), config("{}"))) {
            String address = staging.put(jar, "abc.jar");
            assertThat(Path.of(URI.create(address))).hasContent("the jobs");
        }
    }
}
