package dev.mayfly.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** How much there was of each kind. Thread-safe. */
final class Tally {

    private final Map<String, Long> counts = new LinkedHashMap<>();

    Tally(String... kinds) {
        for (String kind : kinds) {
            counts.put(kind, 0L);
        }
    }

    synchronized void add(String kind, long count) {
        counts.merge(kind, count, Long::sum);
    }

    synchronized long of(String kind) {
        return counts.getOrDefault(kind, 0L);
    }

    synchronized Map<String, Long> all() {
        return new LinkedHashMap<>(counts);
    }
}
