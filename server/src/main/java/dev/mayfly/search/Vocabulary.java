package dev.mayfly.search;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the words of a search mean in SQL. Thread-safe. */
public interface Vocabulary {

    /** What a field means. Throws by {@link #unknown} if nothing. */
    Meaning meaning(Field field);

    /** The column of a field, by its key in any case. */
    static Column attribute(Map<String, Column> attributes, Field field) {
        Column column = attributes.get(field.key().toLowerCase(Locale.ROOT));
        if (column == null) {
            throw unknown(
                    field, "one of " + attributes.keySet().stream().sorted().toList());
        }
        return column;
    }

    /** A text among those of a table {@code t} with the columns key and value; {@code rows} as in {@link Keyed}. */
    static Keyed text(String rows, Field field) {
        return new Keyed(rows, "t.key", field.key(), "t.value", "", Type.TEXT, Operator.OF_KEYED_TEXTS);
    }

    /** A text as SQL. */
    static String literal(String text) {
        return "'" + text.replace("\0", "").replace("'", "''") + "'";
    }

    /** The exception for a field that is none. */
    static InvalidSearch unknown(Field field, String expected) {
        return new InvalidSearch("Invalid attribute key '" + field + "' specified at position " + field.position()
                + " (expected: " + expected + ")");
    }

    /** The exception for an entity that is none. */
    static InvalidSearch unknownEntity(Field field, String expected) {
        return new InvalidSearch("Invalid entity type '" + field.entity() + "' specified at position "
                + field.position() + " (expected: " + expected + ")");
    }

    /** The type of a field's values. */
    enum Type {
        TEXT,
        NUMBER,
        WHOLE
    }

    /** What a field means. */
    sealed interface Meaning {

        Type type();

        Set<Operator> operators();
    }

    /** A column of the row that is looked for; may be null. */
    record Column(String sql, Type type, Set<Operator> operators) implements Meaning {}

    /**
     * A value among many of a row, by key.
     *
     * @param rows a FROM clause with a WHERE that ties it to the row, such as {@code run_tag t where t.run_id = run.run_id}
     * @param keyColumn compared with the key; {@code t.key}
     * @param valueColumn {@code t.value}
     * @param latest by what the one that counts comes first, such as {@code m.step desc}; empty: a row has at most one value of a key
     */
    record Keyed(
            String rows,
            String keyColumn,
            String key,
            String valueColumn,
            String latest,
            Type type,
            Set<Operator> operators)
            implements Meaning {}

    /** Values of rows that belong to the row, without a key: any of them may match. */
    record Related(String rows, String valueColumn, Type type, Set<Operator> operators) implements Meaning {}
}
