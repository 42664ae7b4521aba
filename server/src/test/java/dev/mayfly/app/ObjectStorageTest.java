package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.testing.S3Server;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a configuration file says of object storage, against a real S3 server. */
class ObjectStorageTest {

    private static final Map<String, String> VARIABLES = Map.of("KEY", "test-key", "SECRET", "test-secret");

    @TempDir
    private Path folder;

    private Settings settings(String yaml) throws IOException {
        return Settings.read(Files.writeString(folder.resolve("mayfly.yaml"), yaml));
    }

    @Test
    void artifactsAndStagingAreKeptInABucketUnderKeysFromVariables() throws IOException {
        try (S3Server server = S3Server.start()) {
            Settings settings = settings("""
                    s3: {endpoint: "%s", access_key: "env:KEY", secret_key: "env:SECRET"}
                    artifacts: s3://mayfly/artifacts
                    yandex: {staging: s3://mayfly/staging/}
                    """.formatted(server.endpoint()));
            Path jar = Files.writeString(folder.resolve("jobs.jar"), "the jobs");

            try (ArtifactStore artifacts = settings.artifactStore(VARIABLES, folder.resolve("unused"));
                    StoredStaging staging = settings.staging(VARIABLES).orElseThrow()) {
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
        try (StoredStaging staging = settings("yandex: {staging: %s}".formatted(folder.resolve("shared")))
                .staging(Map.of())
                .orElseThrow()) {
            String address = staging.put(jar, "abc.jar");
            assertThat(Path.of(java.net.URI.create(address))).hasContent("the jobs");
        }
    }

    @Test
    void keysThatAreNoReferencesAndPlacesThatAreNoneAreRefused() throws IOException {
        assertThatThrownBy(() -> settings("{s3: {access_key: AKIA, secret_key: x}, artifacts: s3://b}")
                        .artifactStore(VARIABLES, folder))
                .hasMessageContaining("s3.access_key: a value (expected: env:NAME")
                .hasMessageNotContaining("AKIA");
        assertThatThrownBy(() -> settings("{s3: {access_key: env:KEY}, artifacts: s3://b}")
                        .artifactStore(VARIABLES, folder))
                .hasMessageContaining("one of access_key and secret_key (expected: both or neither)");
        assertThatThrownBy(() -> settings("artifacts: /tmp/artifacts").artifactStore(VARIABLES, folder))
                .hasMessageContaining("artifacts: '/tmp/artifacts' (expected: s3://bucket");
    }
}
