package dev.mayfly.artifact.testing;

import dev.mayfly.artifact.S3Connection;
import java.net.URI;
import java.util.Optional;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.TransientApiMetadata;

/** A real S3 server on 127.0.0.1 that keeps its objects in memory, with one bucket {@code mayfly}. */
public final class S3Server implements AutoCloseable {

    public static final String BUCKET = "mayfly";
    private static final S3Connection.Keys KEYS = new S3Connection.Keys("test-key", "test-secret");

    private final BlobStoreContext objects;
    private final S3Proxy server;

    private S3Server(BlobStoreContext objects, S3Proxy server) {
        this.objects = objects;
        this.server = server;
    }

    public static S3Server start() {
        BlobStoreContext objects = ContextBuilder.newBuilder(new TransientApiMetadata())
                .credentials("any", "any")
                .overrides(new Properties())
                .build(BlobStoreContext.class);
        objects.getBlobStore().createContainerInLocation(null, BUCKET);
        try {
            S3Proxy server = S3Proxy.builder()
                    .blobStore(objects.getBlobStore())
                    .endpoint(URI.create("http://127.0.0.1:0"))
                    .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEYS.id(), KEYS.secret())
                    .build();
            server.start();
            return new S3Server(objects, server);
        } catch (Exception e) {
            objects.close();
            throw new IllegalStateException("the S3 server could not be started", e);
        }
    }

    public S3Connection connection() {
        return new S3Connection(Optional.of(endpoint()), "us-east-1", Optional.of(KEYS));
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getPort());
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 server could not be stopped", e);
        } finally {
            objects.close();
        }
    }
}
