package dev.mayfly.secret;

/** Where secrets are kept that {@code lockbox:SECRET/KEY} refers to. Thread-safe. */
public interface Lockbox {

    /** The value of an entry. Throws {@link IllegalArgumentException} if there is none, or it may not be read. */
    String read(String secret, String key);
}
