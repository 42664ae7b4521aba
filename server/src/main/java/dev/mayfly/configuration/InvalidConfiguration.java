package dev.mayfly.configuration;

/** A value, key or file that the server can't start with. The message says where, what, and what was expected. */
public final class InvalidConfiguration extends IllegalArgumentException {

    InvalidConfiguration(String message) {
        super(message);
    }

    InvalidConfiguration(String message, Throwable cause) {
        super(message, cause);
    }
}
