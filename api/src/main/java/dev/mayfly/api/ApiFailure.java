package dev.mayfly.api;

/** A call that did not succeed. The message is for the person who asked. */
public final class ApiFailure extends RuntimeException {

    private final int status;

    ApiFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status; 0 if there was no answer that can be read. */
    public int status() {
        return status;
    }
}
