package dev.mayfly.digest;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * A stream that must have a given digest: reading its end fails if it has another, so that no store keeps the bytes.
 * Not thread-safe.
 */
public final class CheckedBytes extends FilterInputStream {

    /** The bytes that arrived are not those that were sent. */
    public static final class Mismatch extends IOException {
        private static final long serialVersionUID = 1;

        Mismatch(String message) {
            super(message);
        }
    }

    private final MessageDigest digest;
    private final String expected;
    private boolean isChecked;

    /**
     * @param algorithm {@code MD5} or {@code SHA-256}
     * @param expected the digest in base64
     */
    public CheckedBytes(InputStream bytes, String algorithm, String expected) {
        super(bytes);
        this.digest = Digests.of(algorithm);
        this.expected = expected;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int most) throws IOException {
        int read = in.read(into, at, most);
        if (read >= 0) {
            digest.update(into, at, read);
        } else if (!isChecked) {
            String found = Base64.getEncoder().encodeToString(digest.digest());
            isChecked = true;
            if (!found.equals(expected)) {
                throw new Mismatch("the bytes that arrived have the " + digest.getAlgorithm() + " " + found
                        + " (expected: " + expected + ", as the request says)");
            }
        }
        return read;
    }
}
