package dev.mayfly.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.mayfly.search.Vocabulary.Column;
import dev.mayfly.search.Vocabulary.Keyed;
import dev.mayfly.search.Vocabulary.Meaning;
import dev.mayfly.search.Vocabulary.Related;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One page of a search: conditions, sort keys and where the page begins. Paging is by the last row's sort keys, so rows that are
 * added meanwhile move nothing. Missing values come last, NaN just before them, both ways. Not thread-safe.
 *
 * <p>What is sorted by a number among many (a metric) is read from its index, value by value, until the page is full: first the rows
 * that have one, then those with NaN, then those without. Everything else is sorted by what is looked up for each row.
 */
public final class Criteria {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EVERYTHING = "true";
    private static final int PRESENT = 0;
    private static final int NAN = 1;
    private static final int MISSING = 2;

    private final Vocabulary vocabulary;
    private final Map<String, Object> binds = new LinkedHashMap<>();
    private final List<SortKey> sortKeys = new ArrayList<>();
    private final String filter;
    private final List<String> joins = new ArrayList<>();
    private final String fingerprint;
    private final @Nullable Keyed leading;
    private List<String> after = List.of();

    /**
     * @param orders what the search asked to be sorted by
     * @param tieBreaks what decides among equals; together they must tell any two rows apart
     * @param scope what else a page token belongs to; a token of another scope is refused
     */
    public Criteria(Vocabulary vocabulary, Filter filter, List<Order> orders, List<Order> tieBreaks, String scope) {
        this.vocabulary = vocabulary;
        this.filter = sql(filter.condition());
        this.leading = orders.isEmpty()
                ? null
                : leading(vocabulary.meaning(orders.get(0).field()));
        orders.forEach(this::sortBy);
        tieBreaks.stream()
                .filter(tie -> orders.stream()
                        .noneMatch(order ->
                                order.field().toString().equals(tie.field().toString())))
                .forEach(this::sortBy);
        this.fingerprint =
                Integer.toHexString((filter.condition() + "|" + orders + "|" + sortKeys + "|" + scope).hashCode());
    }

    /** An order by a field of the vocabulary, for tie-breaks. */
    public static Order by(String field, boolean descending) {
        return new Order(Field.of(field, 1), descending);
    }

    private static @Nullable Keyed leading(Meaning meaning) {
        boolean indexed =
                meaning instanceof Keyed keyed && keyed.latest().isEmpty() && keyed.type() == Vocabulary.Type.NUMBER;
        return indexed ? (Keyed) meaning : null;
    }

    /** Goes on after the page that gave this token; an empty one is the beginning. Throws {@link InvalidSearch} for a wrong one. */
    public Criteria after(String token) {
        after = token.isEmpty() ? List.of() : values(token);
        return this;
    }

    /**
     * A query for the rows of the page, at most {@code :limit} of them, in any order. It has the table's columns and those of the sort
     * keys, {@code sort_0}, {@code sort_1} and so on, as texts.
     *
     * @param table with the name that the vocabulary has for it, such as {@code tracking_run run}
     * @param name that name
     * @param condition further ones, or {@code true}
     */
    public String page(String table, String name, String condition) {
        String chosen = " where " + condition + " and (" + filter + ")";
        if (leading == null) {
            return select(name, sortKeys) + " from " + table + String.join("", joins) + chosen
                    + (after.isEmpty() ? "" : " and (" + isAfter(sortKeys, after) + ")") + ordered(sortKeys);
        }
        return inParts(leading, table, name, chosen);
    }

    /** The order of the page's rows, over the columns of the sort keys. */
    public String order() {
        return IntStream.range(0, sortKeys.size())
                .mapToObj(n -> "cast(sort_" + n + " as " + sortKeys.get(n).type() + ")"
                        + (sortKeys.get(n).descending() ? " desc" : " asc"))
                .collect(Collectors.joining(", "));
    }

    private static String select(String name, List<SortKey> keys) {
        return "select " + name + ".*, "
                + IntStream.range(0, keys.size())
                        .mapToObj(n -> "cast(" + keys.get(n).sql() + " as text) as sort_" + n)
                        .collect(Collectors.joining(", "));
    }

    private static String ordered(List<SortKey> keys) {
        return " order by "
                + keys.stream()
                        .map(key -> key.sql() + (key.descending() ? " desc" : " asc"))
                        .collect(Collectors.joining(", "))
                + " limit :limit";
    }

    /** Rows with a number, rows with NaN, rows with none: a part is looked at only if those before it have not filled the page. */
    private String inParts(Keyed keyed, String table, String name, String chosen) {
        int begin = after.isEmpty() ? PRESENT : part(after.get(0));
        List<String> parts = new ArrayList<>();
        for (int part = begin; part <= MISSING; part++) {
            List<SortKey> keys = keysOf(part, keyed);
            List<SortKey> deciding = keys.subList(part == PRESENT ? 1 : 2, keys.size());
            String source = part == MISSING
                    ? withoutValue(keyed, table, name, chosen)
                    : withValue(keyed, table, chosen) + (part == PRESENT ? " < 'NaN'" : " = 'NaN'");
            String later = part == begin && !after.isEmpty()
                    ? " and (" + isAfter(deciding, after.subList(part == PRESENT ? 1 : 2, after.size())) + ")"
                    : "";
            String room = part == begin
                    ? ""
                    : IntStream.range(begin, part)
                            .mapToObj(before -> "(select count(*) from part_" + before + ")")
                            .collect(Collectors.joining(" + ", " and ", " < :limit"));
            parts.add("part_" + part + " as materialized (" + select(name, keys) + source + later + room
                    + ordered(deciding) + ")");
        }
        String all = IntStream.rangeClosed(begin, MISSING)
                .mapToObj(part -> "select * from part_" + part)
                .collect(Collectors.joining(" union all "));
        return "with " + String.join(", ", parts) + " select * from (" + all + ") parts order by " + order()
                + " limit :limit";
    }

    /** In a part the first key is the same for all rows, and the second, too, if they have no number. */
    private List<SortKey> keysOf(int part, Keyed keyed) {
        List<SortKey> keys = new ArrayList<>(sortKeys);
        keys.set(0, new SortKey(Integer.toString(part), "integer", false));
        String value = part == PRESENT ? keyed.valueColumn() : "0.0";
        keys.set(1, new SortKey(value, "double precision", sortKeys.get(1).descending()));
        return keys;
    }

    /** From the values, so that their index gives the order; a comparison of the value is to follow. */
    private String withValue(Keyed keyed, String table, String chosen) {
        String rows = rows(keyed); // such as: latest_metric m where m.run_id = run.run_id and m.key = 'auc'
        int where = rows.indexOf(" where ");
        String tied = rows.substring(where + " where ".length());
        return " from " + rows.substring(0, where) + " join " + table + " on " + tied + String.join("", joins) + chosen
                + " and " + keyed.valueColumn();
    }

    /** Few may be without a value: with a filter its rows are taken first, rather than all of them in order. */
    private String withoutValue(Keyed keyed, String table, String name, String chosen) {
        String fence = filter.equals(EVERYTHING) ? "" : " offset 0";
        return " from (select " + name + ".* from " + table + chosen + " and not exists (select 1 from " + rows(keyed)
                + ")" + fence + ") " + name + String.join("", joins) + " where true";
    }

    /** What is to be bound by name. */
    public Map<String, Object> binds() {
        return binds;
    }

    /** How many sort keys there are. */
    public int keyCount() {
        return sortKeys.size();
    }

    /** The token of the page after a row with these values of its sort keys. */
    public String token(List<String> lastKeys) {
        ArrayNode array = JSON.createArrayNode().add(fingerprint);
        lastKeys.forEach(array::add);
        return Base64.getUrlEncoder().encodeToString(array.toString().getBytes(StandardCharsets.UTF_8));
    }

    private List<String> values(String token) {
        try {
            JsonNode array = JSON.readTree(Base64.getUrlDecoder().decode(token));
            List<String> values = new ArrayList<>();
            array.forEach(value -> values.add(value.asText()));
            if (array.isArray()
                    && values.size() == sortKeys.size() + 1
                    && values.get(0).equals(fingerprint)
                    && IntStream.range(0, sortKeys.size())
                            .allMatch(n -> sortKeys.get(n).isValue(values.get(n + 1)))) {
                return values.subList(1, values.size());
            }
        } catch (IOException | IllegalArgumentException e) {
            throw wrongToken(token);
        }
        throw wrongToken(token);
    }

    private static int part(String text) {
        if (!text.matches("[" + PRESENT + "-" + MISSING + "]")) {
            throw wrongToken(text);
        }
        return Integer.parseInt(text);
    }

    private static InvalidSearch wrongToken(String token) {
        return new InvalidSearch("Invalid page token '" + token
                + "' (expected: one that the same search returned, with the same filter and order)");
    }

    /** Lexicographic: the first key that differs decides. The bound on the first key alone is for the index. */
    private String isAfter(List<SortKey> keys, List<String> values) {
        List<String> bound = new ArrayList<>();
        for (int n = 0; n < values.size(); n++) {
            bound.add("cast(" + bind(values.get(n)) + " as " + keys.get(n).type() + ")");
        }
        List<String> ways = new ArrayList<>();
        for (int n = 0; n < values.size(); n++) {
            StringBuilder way = new StringBuilder();
            for (int equal = 0; equal < n; equal++) {
                way.append(keys.get(equal).sql())
                        .append(" = ")
                        .append(bound.get(equal))
                        .append(" and ");
            }
            SortKey key = keys.get(n);
            ways.add(way + key.sql() + (key.descending() ? " < " : " > ") + bound.get(n));
        }
        SortKey first = keys.get(0);
        return first.sql() + (first.descending() ? " <= " : " >= ") + bound.get(0) + " and ("
                + ways.stream().map(way -> "(" + way + ")").collect(Collectors.joining(" or ")) + ")";
    }

    private void sortBy(Order order) {
        Meaning meaning = vocabulary.meaning(order.field());
        if (meaning instanceof Column column && !column.operators().contains(Operator.IS_NULL)) {
            sortKeys.add(new SortKey(column.sql(), type(column.type()), order.descending()));
            return;
        }
        String value = meaning instanceof Column column ? column.sql() : lookedUp(meaning);
        switch (meaning.type()) {
            case TEXT -> {
                sortKeys.add(new SortKey("(case when " + value + " is null then 1 else 0 end)", "integer", false));
                sortKeys.add(new SortKey("coalesce(" + value + ", '')", "text", order.descending()));
            }
            case WHOLE -> {
                sortKeys.add(new SortKey("(case when " + value + " is null then 1 else 0 end)", "integer", false));
                sortKeys.add(new SortKey("coalesce(" + value + ", 0)", "bigint", order.descending()));
            }
            case NUMBER -> {
                sortKeys.add(new SortKey(
                        "(case when " + value + " is null then " + MISSING + " when " + value + " = 'NaN' then " + NAN
                                + " else " + PRESENT + " end)",
                        "integer",
                        false));
                sortKeys.add(new SortKey(
                        "coalesce(nullif(" + value + ", 'NaN'), 0)", "double precision", order.descending()));
            }
        }
    }

    private static String type(Vocabulary.Type type) {
        return switch (type) {
            case TEXT -> "text";
            case WHOLE -> "bigint";
            case NUMBER -> "double precision";
        };
    }

    private String lookedUp(Meaning meaning) {
        return leading != null && sortKeys.isEmpty() ? leading.valueColumn() : joined(meaning);
    }

    /** Joins the value of a key, or the least of related values, and says how it is called. */
    private String joined(Meaning meaning) {
        String name = "o" + joins.size();
        String query = meaning instanceof Keyed keyed
                ? "select " + keyed.valueColumn() + " as v from " + rows(keyed)
                        + (keyed.latest().isEmpty() ? "" : " order by " + keyed.latest()) + " limit 1"
                : related((Related) meaning);
        joins.add(" left join lateral (" + query + ") " + name + " on true");
        return name + ".v";
    }

    private static String related(Related related) {
        return "select min(" + related.valueColumn() + ") as v from " + related.rows();
    }

    private String rows(Keyed keyed) {
        return keyed.rows() + " and " + keyed.keyColumn() + " = " + bind(keyed.key());
    }

    private String sql(Condition condition) {
        if (condition instanceof Condition.All all) {
            return all.parts().isEmpty() ? EVERYTHING : joined(all.parts(), " and ");
        }
        if (condition instanceof Condition.Any any) {
            return joined(any.parts(), " or ");
        }
        if (condition instanceof Condition.Not not) {
            return "not coalesce(" + sql(not.part()) + ", false)";
        }
        return sql((Condition.Comparison) condition);
    }

    private String joined(List<Condition> parts, String by) {
        return parts.stream().map(part -> "(" + sql(part) + ")").collect(Collectors.joining(by));
    }

    private String sql(Condition.Comparison comparison) {
        Meaning meaning = vocabulary.meaning(comparison.field());
        if (!meaning.operators().contains(comparison.operator())) {
            throw new InvalidSearch("Invalid comparator '"
                    + comparison.operator().word() + "' for '"
                    + comparison.field() + "' at position " + comparison.field().position() + " (expected: one of "
                    + meaning.operators().stream().map(Operator::word).toList() + ")");
        }
        boolean isNull = comparison.operator() == Operator.IS_NULL;
        boolean aboutNull = isNull || comparison.operator() == Operator.IS_NOT_NULL;
        if (meaning instanceof Column column) {
            return aboutNull
                    ? column.sql() + (isNull ? " is null" : " is not null")
                    : compared(column.sql(), column.type(), false, comparison);
        }
        if (meaning instanceof Keyed keyed) {
            String exists = "exists (select 1 from " + rows(keyed);
            return aboutNull
                    ? (isNull ? "not " : "") + exists + ")"
                    : exists + " and " + compared(keyed.valueColumn(), keyed.type(), true, comparison) + ")";
        }
        Related related = (Related) meaning;
        return "exists (select 1 from " + related.rows() + " and "
                + compared(related.valueColumn(), related.type(), false, comparison) + ")";
    }

    /**
     * {@code hashed}: texts are indexed by their MD5, since they can be longer than an index takes. To compare them, too, would make
     * PostgreSQL expect far fewer rows than there are.
     */
    private String compared(String column, Vocabulary.Type type, boolean hashed, Condition.Comparison comparison) {
        String operator = comparison.operator().word();
        if (type == Vocabulary.Type.TEXT) {
            if (comparison.value() instanceof Value.Text text) {
                return hashed && comparison.operator() == Operator.EQUAL
                        ? "md5(" + column + ") = md5(" + bind(text.text()) + ")"
                        : column + " " + operator + " " + bind(text.text());
            }
            if (comparison.value() instanceof Value.Texts texts) {
                String all = texts.texts().stream().map(this::bind).collect(Collectors.joining(", "));
                return column + " " + operator + " (" + all + ")";
            }
            throw new InvalidSearch("Expected a quoted string value for '" + comparison.field() + "' at position "
                    + comparison.field().position() + " (expected: a text in quotes)");
        }
        if (type == Vocabulary.Type.WHOLE && comparison.value() instanceof Value.Texts texts) {
            String all = texts.texts().stream()
                    .map(text -> bind(whole(text, comparison.field())))
                    .collect(Collectors.joining(", "));
            return column + " " + operator + " (" + all + ")";
        }
        if (type == Vocabulary.Type.WHOLE && comparison.value() instanceof Value.Text text) { // MLflow takes '1' for 1
            return column + " " + operator + " " + bind(whole(text.text(), comparison.field()));
        }
        if (!(comparison.value() instanceof Value.Numeral number)) {
            throw new InvalidSearch("Expected numeric value type for '" + comparison.field() + "' at position "
                    + comparison.field().position() + " (expected: a number without quotes)");
        }
        if (type == Vocabulary.Type.WHOLE) {
            return column + " " + operator + " " + bind(whole(number.literal(), comparison.field()));
        }
        String compared = column + " " + operator + " " + bind(Double.valueOf(number.literal()));
        boolean nanMatches = comparison.operator() == Operator.NOT_EQUAL;
        return nanMatches ? compared : compared + " and " + column + " <> 'NaN'";
    }

    private static Long whole(String number, Field field) {
        try {
            return Long.valueOf(number);
        } catch (NumberFormatException e) {
            throw new InvalidSearch("Invalid value " + number + " for '" + field + "' at position " + field.position()
                    + " (expected: a whole number)");
        }
    }

    private String bind(Object value) {
        String name = "q" + binds.size();
        binds.put(name, value);
        return ":" + name;
    }
}
