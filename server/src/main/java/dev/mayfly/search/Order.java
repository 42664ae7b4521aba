package dev.mayfly.search;

import dev.mayfly.problem.Refused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One field to sort by: {@code metrics.auc DESC}. */
public record Order(Field field, boolean descending) {

    private static final int MOST = 10;

    /** An order by a field that {@link SearchableFields} know. */
    public static Order by(String field, boolean descending) {
        return new Order(Field.of(field, 1), descending);
    }

    /** Reads orders. Throws {@link Refused} if one is not valid, or a field occurs twice. */
    public static List<Order> parse(List<String> texts) {
        if (texts.size() > MOST) {
            throw Refused.invalid("`order_by` has " + texts.size() + " clauses (expected: at most " + MOST + ")");
        }
        List<Order> orders = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String text : texts) {
            Order order = parse(text);
            if (!seen.add(order.field.toString().toLowerCase(Locale.ROOT))) {
                throw Refused.invalid(
                        "`order_by` contains duplicate fields: '" + order.field + "' (expected: each field once)");
            }
            orders.add(order);
        }
        return orders;
    }

    private static Order parse(String text) {
        Tokens tokens = new Tokens("order_by clause", text);
        Field field = tokens.field();
        boolean descending = tokens.takesWord("DESC");
        if (!descending) {
            tokens.takesWord("ASC");
        }
        if (tokens.peek().kind() != Tokens.Kind.END) {
            throw tokens.wrong(tokens.peek(), "ASC, DESC or the end");
        }
        return new Order(field, descending);
    }
}
