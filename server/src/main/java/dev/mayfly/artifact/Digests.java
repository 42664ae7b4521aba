package dev.mayfly.artifact;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Digests that every JDK has. */
final class Digests {

    private Digests() {}

    static MessageDigest of(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
