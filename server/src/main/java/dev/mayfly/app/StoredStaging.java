package dev.mayfly.app;

import dev.mayfly.artifact.ArtifactConfig;
import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.artifact.S3Location;
import dev.mayfly.cluster.yandex.Staging;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Stages files in a store that clusters can read, by the {@code address} of its root. Thread-safe. */
final class StoredStaging implements Staging, AutoCloseable {

    private final ArtifactStore store;
    private final String address;

    private StoredStaging(ArtifactStore store, String address) {
        this.store = store;
        this.address = address;
    }

    /** At {@code s3://bucket/prefix}, or in a folder that clusters see under the same path. */
    static StoredStaging at(String place, ArtifactConfig artifacts) {
        if (!S3Location.isOne(place)) {
            FolderArtifacts store = new FolderArtifacts(Path.of(place));
            return new StoredStaging(store, store.address());
        }
        try {
            String address = place.replaceFirst("^s3:", "s3a:").replaceFirst("/$", "") + "/";
            return new StoredStaging(artifacts.open(S3Location.parse(place)), address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("yandex.staging: " + e.getMessage(), e);
        }
    }

    @Override
    public String put(Path file, String name) throws IOException {
        ArtifactPath path = new ArtifactPath(name);
        try {
            if (store.find(path).isEmpty()) {
                try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
                    store.store(path, bytes);
                }
            }
            return address + name;
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
