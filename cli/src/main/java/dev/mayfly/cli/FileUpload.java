package dev.mayfly.cli;

import dev.mayfly.api.ApiClient;
import dev.mayfly.api.Route;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Sends a file, and shows how far it is if that takes its time. */
final class FileUpload {

    private static final long SHOWN_BYTES = 8L << 20;
    private static final long NANOS_BETWEEN = 500_000_000;

    private FileUpload() {}

    /** The digest of a file's bytes, in hexadecimal digits. */
    static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static <Q, A> A send(ApiClient api, Route<Q, A> route, Q request, Path file) throws IOException {
        long size = Files.size(file);
        try (InputStream in = Files.newInputStream(file);
                Shown shown = new Shown(in, file.getFileName().toString(), size)) {
            return api.send(route, request, shown, size);
        }
    }

    /** Counts what is read, and says so on a terminal's line. */
    private static final class Shown extends FilterInputStream {

        private final String name;
        private final long size;
        private long read;
        private long nextLine = System.nanoTime() + NANOS_BETWEEN;
        private boolean isShown;

        Shown(InputStream bytes, String name, long size) {
            super(bytes);
            this.name = name;
            this.size = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int most) throws IOException {
            int count = in.read(into, at, most);
            read += Math.max(0, count);
            if (size >= SHOWN_BYTES && System.nanoTime() >= nextLine) {
                System.err.print("\r" + name + ": " + (read >> 20) + " of " + (size >> 20) + " MB");
                nextLine = System.nanoTime() + NANOS_BETWEEN;
                isShown = true;
            }
            return count;
        }

        @Override
        public void close() {
            if (isShown) {
                System.err.println("\r" + name + ": " + (read >> 20) + " of " + (size >> 20) + " MB");
            }
        }
    }
}
