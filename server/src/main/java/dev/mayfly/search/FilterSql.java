package dev.mayfly.search;

import dev.mayfly.problem.Refused;
import dev.mayfly.search.FieldMapping.Keyed;
import dev.mayfly.search.FieldMapping.ValueType;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a filter as an SQL condition. Not thread-safe. */
final class FilterSql {

    /** The condition of an empty filter. */
    static final String EVERYTHING = "true";

    private final SearchableFields fields;
    private final Binds binds;

    FilterSql(SearchableFields fields, Binds binds) {
        this.fields = fields;
        this.binds = binds;
    }

    /** @throws Refused for an unknown field, or a comparison that its type does not have */
    String write(Condition condition) {
        return condition.match(
                all -> all.parts().isEmpty() ? EVERYTHING : joined(all.parts(), " and "),
                any -> joined(any.parts(), " or "),
                not -> "not coalesce(" + write(not.part()) + ", false)",
                this::comparison);
    }

    private String joined(List<Condition> parts, String by) {
        return parts.stream().map(part -> "(" + write(part) + ")").collect(Collectors.joining(by));
    }

    private String comparison(Condition.Comparison comparison) {
        FieldMapping mapping = fields.mapping(comparison.field());
        if (!mapping.operators().contains(comparison.operator())) {
            throw Refused.invalid("Invalid comparator '" + comparison.operator().word() + "' for "
                    + place(comparison.field()) + " (expected: one of "
                    + mapping.operators().stream().map(Operator::word).toList() + ")");
        }
        return switch (comparison.operator()) {
            case IS_NULL -> missing(mapping, true);
            case IS_NOT_NULL -> missing(mapping, false);
            case EQUAL, NOT_EQUAL, LESS, AT_MOST, MORE, AT_LEAST, LIKE, ILIKE, IN, NOT_IN ->
                compared(mapping, comparison);
        };
    }

    private String missing(FieldMapping mapping, boolean isMissing) {
        return mapping.match(
                column -> column.sql() + (isMissing ? " is null" : " is not null"),
                keyed -> (isMissing ? "not " : "") + "exists (select 1 from " + rows(keyed) + ")",
                related -> (isMissing ? "not " : "") + "exists (select 1 from "
                        + related.rows().sql() + ")");
    }

    private String compared(FieldMapping mapping, Condition.Comparison comparison) {
        return mapping.match(
                column -> compared(column.sql(), column.type(), comparison),
                keyed -> "exists (select 1 from " + rows(keyed) + " and "
                        + (isHashed(keyed, comparison)
                                ? hashed(keyed.valueColumn(), comparison)
                                : compared(keyed.valueColumn(), keyed.type(), comparison))
                        + ")",
                related -> "exists (select 1 from " + related.rows().sql() + " and "
                        + compared(related.valueColumn(), related.type(), comparison) + ")");
    }

    /** Returns the rows that have a key. */
    String rows(Keyed keyed) {
        return keyed.rows().sql() + " and " + key(keyed);
    }

    /** Returns the condition that a row has the key. */
    String key(Keyed keyed) {
        return keyed.keyColumn() + " = " + binds.bind(keyed.key());
    }

    private static boolean isHashed(Keyed keyed, Condition.Comparison comparison) {
        return keyed.type() == ValueType.TEXT
                && comparison.operator() == Operator.EQUAL
                && comparison.value() instanceof Value.Text;
    }

    /**
     * The index over texts holds their MD5, since a text can be longer than an index entry. Comparing the text as well
     * would make PostgreSQL expect far fewer rows than there are.
     */
    private String hashed(String column, Condition.Comparison comparison) {
        return "md5(" + column + ") = md5(" + binds.bind(text(comparison)) + ")";
    }

    private String compared(String column, ValueType type, Condition.Comparison comparison) {
        String compared = column + " " + comparison.operator().word() + " ";
        boolean isList = comparison.operator() == Operator.IN || comparison.operator() == Operator.NOT_IN;
        return switch (type) {
            case TEXT -> compared + (isList ? list(comparison, type) : binds.bind(text(comparison)));
            case WHOLE -> compared + (isList ? list(comparison, type) : binds.bind(whole(comparison)));
            case NUMBER -> compared + binds.bind(number(comparison)) + nan(column, comparison.operator());
        };
    }

    /**
     * Excludes NaN, except for "not equal": it is neither less nor more than a number, but PostgreSQL sorts it above
     * all.
     */
    private static String nan(String column, Operator operator) {
        return operator == Operator.NOT_EQUAL ? "" : " and " + column + " <> 'NaN'";
    }

    private String list(Condition.Comparison comparison, ValueType type) {
        if (!(comparison.value() instanceof Value.Texts texts)) {
            throw notText(comparison.field());
        }
        return texts.texts().stream()
                .map(text -> binds.bind(type == ValueType.WHOLE ? whole(text, comparison.field()) : text))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String text(Condition.Comparison comparison) {
        if (!(comparison.value() instanceof Value.Text text)) {
            throw notText(comparison.field());
        }
        return text.text();
    }

    private static Refused notText(Field field) {
        return Refused.invalid("Expected a quoted string value for " + place(field) + " (expected: a text in quotes)");
    }

    /** MLflow takes {@code '1'} for 1 where a whole number is expected. */
    private static Long whole(Condition.Comparison comparison) {
        return comparison.value() instanceof Value.Text text
                ? whole(text.text(), comparison.field())
                : whole(literal(comparison), comparison.field());
    }

    private static Long whole(String number, Field field) {
        try {
            return Long.valueOf(number);
        } catch (NumberFormatException e) {
            throw Refused.invalid("Invalid value " + number + " for " + place(field) + " (expected: a whole number)");
        }
    }

    private static Double number(Condition.Comparison comparison) {
        return Double.valueOf(literal(comparison));
    }

    private static String literal(Condition.Comparison comparison) {
        if (!(comparison.value() instanceof Value.Numeral number)) {
            throw Refused.invalid("Expected numeric value type for " + place(comparison.field())
                    + " (expected: a number without quotes)");
        }
        return number.literal();
    }

    private static String place(Field field) {
        return "'" + field + "' at position " + field.position();
    }
}
