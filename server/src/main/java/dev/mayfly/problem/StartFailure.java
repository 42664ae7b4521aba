package dev.mayfly.problem;

/** The server can't start. The message is one line for the person who started it: what, where, what to do. */
public final class StartFailure extends RuntimeException {

    public StartFailure(String message) {
        super(message);
    }

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
