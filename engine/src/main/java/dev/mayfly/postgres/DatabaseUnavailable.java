package dev.mayfly.postgres;

import java.sql.SQLException;

/** The database could not be reached. The message names its address, without the password, and the cause. */
public final class DatabaseUnavailable extends RuntimeException {

    DatabaseUnavailable(String url, Throwable cause) {
        super("database " + url + " does not answer: " + root(cause).getMessage(), cause);
    }

    /**
     * Whether a statement failed because its connection was lost, or the database is being stopped or started
     * (PostgreSQL's error codes of class 08, and 57P01 to 57P03), or takes no more (53300, 55P03, 57014).
     */
    static boolean isLost(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && String.valueOf(sql.getSQLState()).matches("08...|57P0[123]|53300|55P03|57014")) {
                return true;
            }
        }
        return false;
    }

    private static Throwable root(Throwable failure) {
        return failure.getCause() == null ? failure : root(failure.getCause());
    }
}
