package dev.mayfly.app;

/** The server can't start. The message is one line for the person who started it: what, where, what to do. */
public final class StartFailure extends RuntimeException {

    StartFailure(String message) {
        super(message);
    }

    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
