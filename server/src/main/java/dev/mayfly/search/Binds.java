package dev.mayfly.search;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The values that a statement binds by name: the only way by which values of a search get into SQL. Not thread-safe.
 */
final class Binds {

    private final Map<String, Object> values = new LinkedHashMap<>();

    /** Returns the placeholder of a value. */
    String bind(Object value) {
        String name = "q" + values.size();
        values.put(name, value);
        return ":" + name;
    }

    Map<String, Object> values() {
        return Map.copyOf(values);
    }
}
