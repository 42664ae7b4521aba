package dev.mayfly.postgres;

/** The database could not be reached. The message names its address, without the password, and the cause. */
public final class DatabaseUnavailable extends RuntimeException {

    DatabaseUnavailable(String url, Throwable cause) {
        super("database " + url + " does not answer: " + root(cause).getMessage(), cause);
    }

    private static Throwable root(Throwable failure) {
        return failure.getCause() == null ? failure : root(failure.getCause());
    }
}
