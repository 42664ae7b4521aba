package dev.mayfly.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.mayfly.access.Scope;
import dev.mayfly.problem.Refused;
import dev.mayfly.search.FieldMapping.Keyed;
import dev.mayfly.search.FieldMapping.ValueType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One page of a search: conditions, sort keys and where the page begins. Paging is by the last row's sort keys, so rows
 * that are added meanwhile do not shift the pages. Missing values come last, and NaN just before them, in either
 * direction. Not thread-safe.
 *
 * <p>A search ordered by a metric reads the metric's index, value by value, until the page is full: first the rows that
 * have a number, then those with NaN, then those without a value. Any other order looks its values up for each row.
 */
public final class PageQuery {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PRESENT = 0;
    private static final int NAN = 1;
    private static final int MISSING = 2;

    private final SearchableFields fields;
    private final Binds binds = new Binds();
    private final FilterSql conditions;
    private final List<SortKey> sortKeys = new ArrayList<>();
    private final String filter;
    /** The condition of the scope, with "and" before it; empty if the scope is everything. */
    private final String visible;

    private final List<String> joins = new ArrayList<>();
    private final String fingerprint;
    private final @Nullable Keyed leading;
    private final List<String> after;

    /**
     * What a client asks for.
     *
     * @param filter see {@link Filter#parse}
     * @param orders what to sort by; {@link Order#parse} reads them from clauses
     * @param pageToken the token that the page before returned; empty for the first page
     * @param belonging what else must be the same as for the page before; otherwise the page token is refused
     */
    public record Request(String filter, List<Order> orders, String pageToken, String belonging) {

        public Request {
            orders = List.copyOf(orders);
        }

        /** A request with orders as clauses, such as {@code metrics.auc DESC}. */
        public static Request of(String filter, List<String> orderBy, String pageToken) {
            return new Request(filter, Order.parse(orderBy), pageToken, "");
        }
    }

    /**
     * The query for one page.
     *
     * @param tieBreaks the order of rows that are equal by the requested one; it must tell any two rows apart
     * @param scope what may be seen
     * @throws Refused if the filter, an order or the page token is not valid
     */
    public PageQuery(SearchableFields fields, Scope scope, Request request, List<Order> tieBreaks) {
        this.fields = fields;
        this.conditions = new FilterSql(fields, binds);
        Condition condition = Filter.parse(request.filter()).condition();
        List<Order> orders = request.orders();
        this.filter = conditions.write(condition);
        this.visible = visible(scope);
        this.leading =
                orders.isEmpty() ? null : leading(fields.mapping(orders.get(0).field()));
        orders.forEach(this::sortBy);
        tieBreaks.stream()
                .filter(tie -> orders.stream()
                        .noneMatch(order ->
                                order.field().toString().equals(tie.field().toString())))
                .forEach(this::sortBy);
        this.fingerprint =
                Integer.toHexString((condition + "|" + orders + "|" + sortKeys + "|" + request.belonging()).hashCode());
        this.after = request.pageToken().isEmpty() ? List.of() : values(request.pageToken());
    }

    private String visible(Scope scope) {
        if (scope.isEverything()) {
            return "";
        }
        String any = scope.like().stream()
                .map(pattern -> fields.scopedName() + " like " + binds.bind(pattern))
                .collect(Collectors.joining(" or "));
        return " and (" + (any.isEmpty() ? "false" : any) + ")";
    }

    private static @Nullable Keyed leading(FieldMapping mapping) {
        Keyed keyed = mapping.<@Nullable Keyed>match(column -> null, some -> some, related -> null);
        return keyed != null && keyed.latest().isEmpty() && keyed.type() == ValueType.NUMBER ? keyed : null;
    }

    /**
     * A query for the rows of the page, at most {@code :limit} of them, in any order. It has the table's columns and those of the sort
     * keys, {@code sort_0}, {@code sort_1} and so on, as texts.
     *
     * @param table with the alias that {@link SearchableFields} use for it, such as {@code tracking_run run}
     * @param name that alias
     * @param condition a further condition, or {@code true}
     */
    public String page(String table, String name, String condition) {
        String chosen = " where " + condition + visible + " and (" + filter + ")";
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

    /**
     * Selects rows with a number, rows with NaN and rows without a value; reads a part only if those before it leave
     * the page unfilled.
     */
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

    /** Within a part all rows have the same first key and, unless they have a number, the same second one. */
    private List<SortKey> keysOf(int part, Keyed keyed) {
        List<SortKey> keys = new ArrayList<>(sortKeys);
        keys.set(0, new SortKey(Integer.toString(part), "integer", false));
        String value = part == PRESENT ? keyed.valueColumn() : "0.0";
        keys.set(1, new SortKey(value, "double precision", sortKeys.get(1).descending()));
        return keys;
    }

    /** Begins with the values, so that their index gives the order; the caller appends the comparison of the value. */
    private String withValue(Keyed keyed, String table, String chosen) {
        return " from " + keyed.rows().table() + " join " + table + " on "
                + keyed.rows().joinedBy() + " and " + conditions.key(keyed) + String.join("", joins) + chosen + " and "
                + keyed.valueColumn();
    }

    /**
     * Usually few rows lack a value: with a filter, the fence makes PostgreSQL find these first, not read all rows in
     * order.
     */
    private String withoutValue(Keyed keyed, String table, String name, String chosen) {
        String fence = filter.equals(FilterSql.EVERYTHING) ? "" : " offset 0";
        return " from (select " + name + ".* from " + table + chosen + " and not exists (select 1 from "
                + conditions.rows(keyed) + ")" + fence + ") " + name + String.join("", joins) + " where true";
    }

    /** Returns the values to bind, by name. */
    public Map<String, Object> binds() {
        return binds.values();
    }

    /** Returns the number of sort keys. */
    public int keyCount() {
        return sortKeys.size();
    }

    /** Returns the token of the page that begins after a row with these values of its sort keys. */
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

    private static Refused wrongToken(String token) {
        return Refused.invalid("Invalid page token '" + token
                + "' (expected: one that the same search returned, with the same filter and order)");
    }

    /**
     * Lexicographic: the first key that differs decides. The bound on the first key alone lets PostgreSQL use the
     * index.
     */
    private String isAfter(List<SortKey> keys, List<String> values) {
        List<String> bound = new ArrayList<>();
        for (int n = 0; n < values.size(); n++) {
            bound.add("cast(" + binds.bind(values.get(n)) + " as " + keys.get(n).type() + ")");
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
        FieldMapping mapping = fields.mapping(order.field());
        String present = mapping.match(
                column -> column.operators().contains(Operator.IS_NULL) ? "" : column.sql(),
                keyed -> "",
                related -> "");
        if (!present.isEmpty()) {
            sortKeys.add(new SortKey(present, mapping.type().sql(), order.descending()));
            return;
        }
        String value = value(mapping);
        String isMissing = value + " is null";
        switch (mapping.type()) {
            case TEXT, WHOLE -> {
                sortKeys.add(new SortKey("(case when " + isMissing + " then 1 else 0 end)", "integer", false));
                String none = mapping.type() == ValueType.TEXT ? "''" : "0";
                sortKeys.add(new SortKey(
                        "coalesce(" + value + ", " + none + ")", mapping.type().sql(), order.descending()));
            }
            case NUMBER -> {
                sortKeys.add(new SortKey(
                        "(case when " + isMissing + " then " + MISSING + " when " + value + " = 'NaN' then " + NAN
                                + " else " + PRESENT + " end)",
                        "integer",
                        false));
                sortKeys.add(new SortKey(
                        "coalesce(nullif(" + value + ", 'NaN'), 0)",
                        mapping.type().sql(),
                        order.descending()));
            }
        }
    }

    /** Returns an SQL expression for the value of a field in a row, which is null if the row has none. */
    private String value(FieldMapping mapping) {
        if (leading != null && sortKeys.isEmpty()) {
            return leading.valueColumn();
        }
        return mapping.match(
                column -> column.sql(),
                keyed -> joined("select " + keyed.valueColumn() + " as v from " + conditions.rows(keyed)
                        + (keyed.latest().isEmpty() ? "" : " order by " + keyed.latest()) + " limit 1"),
                related -> joined("select min(" + related.valueColumn() + ") as v from "
                        + related.rows().sql()));
    }

    /** Joins a query for one value, and returns the name of the value. */
    private String joined(String query) {
        String name = "o" + joins.size();
        joins.add(" left join lateral (" + query + ") " + name + " on true");
        return name + ".v";
    }
}
