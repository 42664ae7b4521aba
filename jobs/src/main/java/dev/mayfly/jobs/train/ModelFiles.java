package dev.mayfly.jobs.train;

import dev.mayfly.jobs.tracking.TrackingClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder of a model, moved between the cluster's file system and the tracking server: every file, empty ones and the
 * checksum files that Hadoop hides included, byte by byte.
 */
final class ModelFiles {

    private final FileSystem files;
    private final Path folder;

    ModelFiles(Path folder, Configuration configuration) throws IOException {
        this.folder = folder;
        FileSystem system = folder.getFileSystem(configuration);
        this.files = system instanceof LocalFileSystem ? ((LocalFileSystem) system).getRaw() : system;
    }

    void write(String path, byte[] bytes) throws IOException {
        try (OutputStream out = files.create(new Path(folder, path), true)) {
            out.write(bytes);
        }
    }

    /** Uploads everything; returns how many files there were. */
    int upload(TrackingClient client, String location) throws IOException {
        List<String> paths = paths();
        for (String path : paths) {
            client.upload(location, path, () -> files.open(new Path(folder, path)));
        }
        return paths.size();
    }

    /** Downloads everything that is at a location into this folder. */
    void download(TrackingClient client, String location) {
        for (String path : client.files(location)) {
            client.download(location, path, in -> {
                try (OutputStream out = files.create(new Path(folder, path), true)) {
                    byte[] buffer = new byte[1 << 16];
                    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                        out.write(buffer, 0, n);
                    }
                }
                return path;
            });
        }
    }

    /** The SHA-256 of every file, by path. */
    Map<String, String> digests() throws IOException {
        Map<String, String> digests = new TreeMap<>();
        for (String path : paths()) {
            digests.put(path, digest(path));
        }
        return digests;
    }

    long bytes() throws IOException {
        long bytes = 0;
        for (String path : paths()) {
            bytes += files.getFileStatus(new Path(folder, path)).getLen();
        }
        return bytes;
    }

    private String digest(String path) throws IOException {
        try (DigestInputStream in = new DigestInputStream(
                (InputStream) files.open(new Path(folder, path)), MessageDigest.getInstance("SHA-256"))) {
            byte[] buffer = new byte[1 << 16];
            while (in.read(buffer) >= 0) {
                // reading is what feeds the digest
            }
            return Arrays.toString(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private List<String> paths() throws IOException {
        List<String> paths = new ArrayList<>();
        collect(folder, "", paths);
        return paths;
    }

    private void collect(Path directory, String below, List<String> into) throws IOException {
        for (FileStatus status : files.listStatus(directory)) {
            String path = below.isEmpty()
                    ? status.getPath().getName()
                    : below + "/" + status.getPath().getName();
            if (status.isDirectory()) {
                collect(status.getPath(), path, into);
            } else {
                into.add(path);
            }
        }
    }
}
