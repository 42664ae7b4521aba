package dev.mayfly.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.artifact.testing.S3Server;
import java.io.ByteArrayInputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real S3 server, each test below a prefix of its own. */
class S3ArtifactsTest extends ArtifactStoreContract {

    private static S3Server server;
    private static int tests;
    private S3Artifacts store;

    @BeforeAll
    static void startServer() {
        server = S3Server.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        store = new S3Artifacts(
                server.connection(), S3Location.parse("s3://" + S3Server.BUCKET + "/prefix/" + tests++));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    ArtifactStore store() {
        return store;
    }

    @Test
    void aFailureSaysWhereAndWhatWasAskedFor() {
        S3Connection wrongKeys = new S3Connection(
                Optional.of(server.endpoint()), "us-east-1", Optional.of(new S3Connection.Keys("test-key", "wrong")));
        try (S3Artifacts locked = new S3Artifacts(wrongKeys, S3Location.parse("s3://mayfly/locked"))) {
            assertThatThrownBy(() -> locked.store(new ArtifactPath("a"), new ByteArrayInputStream(new byte[1])))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("s3://mayfly/locked: store a")
                    .hasMessageNotContaining("wrong");
        }
    }

    @Test
    void anAddressIsABucketAndAPrefix() {
        assertThat(S3Location.parse("s3://my-bucket/a/b/"))
                .isEqualTo(new S3Location("my-bucket", new ArtifactPath("a/b"), false))
                .hasToString("s3://my-bucket/a/b");
        assertThat(S3Location.parse("s3://my-bucket")).hasToString("s3://my-bucket");
        for (String wrong : new String[] {"s3://", "s3://A", "/tmp", "s3://b/../c", "http://b"}) {
            assertThatThrownBy(() -> S3Location.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
