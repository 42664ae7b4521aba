package dev.mayfly.tracking;

import dev.mayfly.search.Criteria;
import dev.mayfly.search.Filter;
import dev.mayfly.search.InvalidSearch;
import dev.mayfly.search.Order;
import dev.mayfly.search.Vocabulary;
import java.util.List;
import java.util.function.Supplier;

/** Reads what a search asks for. */
public final class Searches {

    private Searches() {}

    /** Throws {@link Refused} for a filter, order or page token that is none. */
    public static Criteria criteria(
            Vocabulary vocabulary, String filter, List<String> orderBy, List<Order> tieBreaks, String pageToken) {
        return ordered(vocabulary, filter, valid(() -> Order.parse(orderBy)), tieBreaks, pageToken, "");
    }

    /** Like the other, with orders that were not written as a clause. {@code scope}: what else a page token belongs to. */
    static Criteria ordered(
            Vocabulary vocabulary,
            String filter,
            List<Order> orders,
            List<Order> tieBreaks,
            String pageToken,
            String scope) {
        return valid(() -> new Criteria(vocabulary, Filter.parse(filter), orders, tieBreaks, scope).after(pageToken));
    }

    private static <T> T valid(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (InvalidSearch e) {
            throw Refused.invalid(String.valueOf(e.getMessage()));
        }
    }
}
