package dev.mayfly.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what must be kept in a row although it is secret (AES-256-GCM, NIST SP 800-38D): whoever reads the database, or a
 * copy of it, does not read that. Thread-safe.
 */
public final class Sealing {

    private static final String PREFIX = "sealed:";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int SHORTEST_KEY = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    /**
     * Encrypts with a key.
     *
     * @param secret any text of at least 16 characters
     * @throws IllegalArgumentException if it is shorter
     */
    public Sealing(String secret) {
        if (secret.length() < SHORTEST_KEY) {
            throw new IllegalArgumentException(
                    "a key of " + secret.length() + " characters (expected: at least " + SHORTEST_KEY + ", at random)");
        }
        try {
            this.key = new SecretKeySpec(
                    MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    /** The text, sealed; each time another one. */
    public String seal(String text) {
        try {
            byte[] nonce = new byte[NONCE_BYTES];
            RANDOM.nextBytes(nonce);
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(text.getBytes(StandardCharsets.UTF_8));
            byte[] both = ByteBuffer.allocate(nonce.length + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return PREFIX + Base64.getEncoder().withoutPadding().encodeToString(both);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }

    /** Whether a text is sealed. */
    public static boolean isSealed(String text) {
        return text.startsWith(PREFIX);
    }

    /**
     * Opens what was sealed.
     *
     * @throws IllegalArgumentException if it was sealed with another key, or changed
     */
    public String open(String sealed) {
        try {
            byte[] both = Base64.getDecoder().decode(sealed.substring(PREFIX.length()));
            byte[] nonce = new byte[NONCE_BYTES];
            ByteBuffer bytes = ByteBuffer.wrap(both).get(nonce);
            byte[] rest = new byte[bytes.remaining()];
            bytes.get(rest);
            return new String(cipher(Cipher.DECRYPT_MODE, nonce).doFinal(rest), StandardCharsets.UTF_8);
        } catch (AEADBadTagException e) {
            throw new IllegalArgumentException(
                    "a secret was sealed with another key (expected: the same encryption_key as then)", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }
}
