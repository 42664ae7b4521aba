package dev.mayfly.fakecloud;

import io.grpc.Status;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What Lockbox holds: {@code ID/KEY} to the value. Immutable. */
final class Secrets {

    private final Map<String, Map<String, String>> entries = new HashMap<>();

    /** Throws {@link IllegalArgumentException} for a name that is not {@code ID/KEY}. */
    Secrets(Map<String, String> values) {
        values.forEach((name, value) -> {
            String[] parts = name.split("/", -1);
            if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
                throw new IllegalArgumentException("secret '" + name + "' (expected: ID/KEY)");
            }
            entries.computeIfAbsent(parts[0], id -> new LinkedHashMap<>()).put(parts[1], value);
        });
    }

    Map<String, String> entries(String id) {
        Map<String, String> found = entries.get(id);
        if (found == null) {
            throw Cloud.refused(Status.NOT_FOUND, "secret " + id + " not found");
        }
        return Map.copyOf(found);
    }
}
