package dev.mayfly.account;

import dev.mayfly.api.ErrorKind;
import dev.mayfly.problem.Refused;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Semaphore;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Hashes of passwords: PBKDF2 with HMAC-SHA-256 (RFC 8018), 600,000 rounds, as the OWASP Password Storage Cheat Sheet
 * asks. A hash takes a fifth of a second by design, so at most two are computed at once. Thread-safe.
 */
final class Passwords {

    private static final String SCHEME = "pbkdf2-sha256";
    private static final int ROUNDS = 600_000;
    private static final int BITS = 256;

    /** Each of them holds a thread that others need. */
    private static final int MOST_WAITING = 16;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Semaphore atOnce = new Semaphore(2);

    String hash(String password) {
        byte[] salt = new byte[16];
        RANDOM.nextBytes(salt);
        return String.join("$", SCHEME, Integer.toString(ROUNDS), text(salt), text(derived(password, salt, ROUNDS)));
    }

    /** Whether a hash is that of a password. */
    boolean matches(String password, String hash) {
        List<String> parts = List.of(hash.split("\\$", -1));
        if (parts.size() != 4 || !parts.get(0).equals(SCHEME)) {
            throw new IllegalStateException("the hash of a password has an unknown form");
        }
        Base64.Decoder decoder = Base64.getDecoder();
        byte[] derived = derived(password, decoder.decode(parts.get(2)), Integer.parseInt(parts.get(1)));
        return MessageDigest.isEqual(derived, decoder.decode(parts.get(3)));
    }

    private byte[] derived(String password, byte[] salt, int rounds) {
        if (atOnce.getQueueLength() >= MOST_WAITING) {
            throw new Refused(ErrorKind.UNAVAILABLE, "too many passwords are checked at once; try again later");
        }
        atOnce.acquireUninterruptibly();
        try {
            PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, rounds, BITS);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no PBKDF2 with HMAC-SHA-256", e);
        } finally {
            atOnce.release();
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }
}
