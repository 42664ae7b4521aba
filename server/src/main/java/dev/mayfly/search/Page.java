package dev.mayfly.search;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementCustomizer;
import org.postgresql.PGStatement;

/** A page of results, and the token of the next page if there is one. */
public record Page<T>(List<T> items, Optional<String> next) {

    public Page {
        items = List.copyOf(items);
    }

    /**
     * Plans the statement again for each set of values: how many rows a filter leaves decides which table to begin
     * with, so a generic plan is much slower. A statement without values keeps its plan, and its results come in binary
     * form.
     */
    private static final StatementCustomizer PLANNED_EACH_TIME = new StatementCustomizer() {
        @Override
        public void beforeExecution(PreparedStatement statement, StatementContext context) throws SQLException {
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        }
    };

    /** Reads a row of a result. */
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private record Keyed<T>(T item, List<String> keys) {}

    /** Reads the result of a statement that selected the query's sort keys, and one row more than the page has. */
    public static <T> Page<T> read(Query statement, PageQuery query, int limit, Row<T> reader) {
        if (!query.binds().isEmpty()) {
            statement.addCustomizer(PLANNED_EACH_TIME);
        }
        List<Keyed<T>> rows = statement
                .map((row, context) -> {
                    List<String> keys = new ArrayList<>();
                    for (int n = 0; n < query.keyCount(); n++) {
                        keys.add(row.getString("sort_" + n));
                    }
                    return new Keyed<>(reader.read(row), keys);
                })
                .list();
        boolean more = rows.size() > limit;
        List<Keyed<T>> page = more ? rows.subList(0, limit) : rows;
        return new Page<>(
                page.stream().map(Keyed::item).toList(),
                more && !page.isEmpty()
                        ? Optional.of(query.token(page.get(page.size() - 1).keys()))
                        : Optional.empty());
    }
}
