package dev.mayfly.api;

import org.jspecify.annotations.Nullable;

/** How many things a list may hold. */
final class Limits {

    private static final int MOST = 9_999;

    private Limits() {}

    static void check(@Nullable Integer limit) {
        if (limit != null && (limit < 1 || limit > MOST)) {
            throw new IllegalArgumentException("limit " + limit + " (expected: 1 to " + MOST + ")");
        }
    }
}
