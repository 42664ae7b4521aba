package dev.mayfly.search;

import dev.mayfly.problem.Refused;
import dev.mayfly.search.FieldMapping.Column;
import dev.mayfly.search.FieldMapping.Keyed;
import dev.mayfly.search.FieldMapping.Rows;
import dev.mayfly.search.FieldMapping.ValueType;
import java.util.Locale;
import java.util.Map;

/** The fields that a search may name, and what they mean in SQL. Thread-safe. */
public interface SearchableFields {

    /**
     * What a field means.
     *
     * @throws Refused by {@link #unknown} or {@link #unknownEntity} if there is no such field
     */
    FieldMapping mapping(Field field);

    /** The SQL of the name by which a {@link dev.mayfly.access.Scope} hides rows. */
    String scopedName();

    /** Returns the column of a field; the case of its key does not matter. */
    static Column attribute(Map<String, Column> attributes, Field field) {
        Column column = attributes.get(field.key().toLowerCase(Locale.ROOT));
        if (column == null) {
            throw unknown(
                    field, "one of " + attributes.keySet().stream().sorted().toList());
        }
        return column;
    }

    /** Maps a field to the texts of a table {@code t} with the columns key and value. */
    static Keyed text(Rows rows, Field field) {
        return new Keyed(rows, "t.key", field.key(), "t.value", "", ValueType.TEXT, Operator.OF_KEYED_TEXTS);
    }

    /** Returns a text as an SQL literal. */
    static String literal(String text) {
        return "'" + text.replace("\0", "").replace("'", "''") + "'";
    }

    /** The exception for a field that does not exist. */
    static Refused unknown(Field field, String expected) {
        return Refused.invalid("Invalid attribute key '" + field + "' specified at position " + field.position()
                + " (expected: " + expected + ")");
    }

    /** The exception for an entity that does not exist. */
    static Refused unknownEntity(Field field, String expected) {
        return Refused.invalid("Invalid entity type '" + field.entity() + "' specified at position " + field.position()
                + " (expected: " + expected + ")");
    }
}
