package dev.mayfly.search;

import java.util.Set;
import java.util.function.Function;

/** What a field of a search means in SQL. */
public sealed interface FieldMapping {

    /** The type of a field's values. */
    enum ValueType {
        TEXT("text"),
        NUMBER("double precision"),
        WHOLE("bigint");

        private final String sql;

        ValueType(String sql) {
            this.sql = sql;
        }

        String sql() {
            return sql;
        }
    }

    ValueType type();

    Set<Operator> operators();

    /** Applies the function for this kind of mapping. */
    <T> T match(Function<Column, T> onColumn, Function<Keyed, T> onKeyed, Function<Related, T> onRelated);

    /** A column of the row that is searched for; may be null. */
    record Column(String sql, ValueType type, Set<Operator> operators) implements FieldMapping {

        @Override
        public <T> T match(Function<Column, T> onColumn, Function<Keyed, T> onKeyed, Function<Related, T> onRelated) {
            return onColumn.apply(this);
        }
    }

    /**
     * One of several values of a row, chosen by a key.
     *
     * @param rows the table with its alias, and the condition that joins it to the row
     * @param keyColumn the column that the key is compared with, such as {@code t.key}
     * @param valueColumn such as {@code t.value}
     * @param latest the order that puts the value that counts first, such as {@code m.step desc}; empty if a row has at most one value
     *     of a key
     */
    record Keyed(
            Rows rows,
            String keyColumn,
            String key,
            String valueColumn,
            String latest,
            ValueType type,
            Set<Operator> operators)
            implements FieldMapping {

        @Override
        public <T> T match(Function<Column, T> onColumn, Function<Keyed, T> onKeyed, Function<Related, T> onRelated) {
            return onKeyed.apply(this);
        }
    }

    /** Values of rows that belong to the row, without a key: any of them may match. */
    record Related(Rows rows, String valueColumn, ValueType type, Set<Operator> operators) implements FieldMapping {

        @Override
        public <T> T match(Function<Column, T> onColumn, Function<Keyed, T> onKeyed, Function<Related, T> onRelated) {
            return onRelated.apply(this);
        }
    }

    /** Rows that belong to the row that is searched for: {@code run_tag t} where {@code t.run_id = run.run_id}. */
    record Rows(String table, String joinedBy) {

        /** As a FROM clause with its WHERE. */
        String sql() {
            return table + " where " + joinedBy;
        }
    }
}
