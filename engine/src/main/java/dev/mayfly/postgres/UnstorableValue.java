package dev.mayfly.postgres;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.JdbiException;

/**
 * A value that PostgreSQL can't store: a text with NUL, one too long for its index, or one that refers to what does not
 * exist. The client sent it, and a retry
 * would fail, too.
 */
public final class UnstorableValue extends RuntimeException {

    /** character_not_in_repertoire, untranslatable_character, program_limit_exceeded, foreign_key_violation. */
    private static final Set<String> STATES = Set.of("22021", "22P05", "54000", "23503");

    private UnstorableValue(SQLException cause) {
        super("a value can't be stored: " + cause.getMessage(), cause);
    }

    /** Converts the failure of a statement; empty if no value caused it. */
    static Optional<UnstorableValue> of(JdbiException failure) {
        return failure.getCause() instanceof SQLException cause && STATES.contains(String.valueOf(cause.getSQLState()))
                ? Optional.of(new UnstorableValue(cause))
                : Optional.empty();
    }
}
