package dev.mayfly.postgres;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;

/** A search was too costly, or one too many. */
public final class SearchFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final String QUERY_CANCELED = "57014";

    private final boolean isBusy;

    private SearchFailed(String message, boolean isBusy, Throwable cause) {
        super(message, cause);
        this.isBusy = isBusy;
    }

    /** Whether the same search may succeed later. */
    public boolean isBusy() {
        return isBusy;
    }

    static Optional<SearchFailed> of(JdbiException failure, int longestSeconds) {
        if (failure.getCause() instanceof SQLTransientConnectionException wait && wait.getCause() == null) {
            return Optional.of(new SearchFailed("there are too many searches at once; try again later", true, failure));
        }
        return failure.getCause() instanceof SQLException sql && QUERY_CANCELED.equals(sql.getSQLState())
                ? Optional.of(new SearchFailed(
                        "the search took more than " + longestSeconds
                                + " s (expected: a narrower filter, fewer experiments, or an order by something that has an"
                                + " index, such as start_time)",
                        false,
                        failure))
                : Optional.empty();
    }
}
