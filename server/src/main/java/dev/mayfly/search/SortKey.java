package dev.mayfly.search;

import java.math.BigInteger;

/**
 * One thing to sort by; never null.
 *
 * @param sql an expression
 * @param type its type in SQL: integer, bigint, double precision or text
 */
record SortKey(String sql, String type, boolean descending) {

    /** Whether a text, from a token that a client may have changed, can be a value of this key. */
    boolean isValue(String text) {
        return switch (type) {
            case "integer" -> text.matches("[0-2]");
            case "bigint" -> text.matches("-?\\d{1,19}") && new BigInteger(text).bitLength() < Long.SIZE;
            case "double precision" -> text.matches("-?(\\d+(\\.\\d+)?(e[-+]?\\d{1,3})?|Infinity)|NaN");
            default -> text.indexOf('\0') < 0;
        };
    }
}
