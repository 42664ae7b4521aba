package dev.mayfly.digest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The SHA-256 of some bytes: equal digests mean equal bytes, so a digest can name them.
 *
 * @param hex 64 digits, in lower case
 */
public record Sha256(String hex) {

    private static final String ALGORITHM = "SHA-256";
    private static final int BUFFER = 256 << 10;

    /**
     * A digest.
     *
     * @throws IllegalArgumentException if the text is not one
     */
    public Sha256 {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("SHA-256: " + hex + " (expected: 64 hexadecimal digits)");
        }
    }

    /** The digest of a text in UTF-8. */
    public static Sha256 of(String text) {
        return new Sha256(
                HexFormat.of().formatHex(Digests.of(ALGORITHM).digest(text.getBytes(StandardCharsets.UTF_8))));
    }

    /** The digest of a file, which is read once in blocks. */
    public static Sha256 of(Path file) throws IOException {
        MessageDigest digest = Digests.of(ALGORITHM);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return new Sha256(HexFormat.of().formatHex(digest.digest()));
    }

    /** The same stream, but reading its end fails with {@link CheckedBytes.Mismatch} if it has another digest. */
    public InputStream check(InputStream bytes) {
        return new CheckedBytes(
                bytes,
                ALGORITHM,
                Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex)));
    }

    @Override
    public String toString() {
        return hex;
    }
}
