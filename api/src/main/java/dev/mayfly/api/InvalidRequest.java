package dev.mayfly.api;

/** A request that is not as its route wants it. The message names the field, its value and what was expected. */
public final class InvalidRequest extends RuntimeException {

    InvalidRequest(String message) {
        super(message);
    }
}
