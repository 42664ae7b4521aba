package dev.mayfly.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the database now and then whether it answers, within seconds, and on a connection of its own. Not thread-safe. */
public final class Pulse implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 3;

    private final String jdbcUrl;
    private final String shown;
    private @Nullable Connection connection;

    Pulse(String jdbcUrl, String shown) {
        this.jdbcUrl = jdbcUrl;
        this.shown = shown;
    }

    /** Why the database can't be used; empty if it can. */
    public Optional<String> problem() {
        try {
            Connection open = connection == null ? connect() : connection;
            connection = open;
            try (Statement statement = open.createStatement()) {
                statement.execute("select 1");
            }
            return Optional.empty();
        } catch (SQLException e) {
            close();
            return Optional.of(shown + ": " + e.getMessage());
        }
    }

    private Connection connect() throws SQLException {
        String separator = jdbcUrl.contains("?") ? "&" : "?";
        return DriverManager.getConnection(jdbcUrl + separator + "connectTimeout=" + PATIENCE_SECONDS
                + "&socketTimeout=" + PATIENCE_SECONDS + "&loginTimeout=" + PATIENCE_SECONDS);
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                // it was lost: there is nothing to close
            }
        }
    }
}
