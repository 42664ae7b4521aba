package dev.mayfly.webhook;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An address to call about certain events.
 *
 * @param secret signs each delivery, and is sealed; null if deliveries are not signed
 * @param isActive whether anything is sent at all
 */
public record Webhook(
        String id,
        String name,
        String url,
        String description,
        List<Event> events,
        @Nullable String secret,
        boolean isActive,
        Times times) {

    /** When it was created and last changed. */
    public record Times(Instant created, Instant updated) {}

    public Webhook {
        events = List.copyOf(events);
    }

    /** The same, with another secret. */
    Webhook with(String other) {
        return new Webhook(id, name, url, description, events, other, isActive, times);
    }

    /** Leaves out the secret. */
    @Override
    public String toString() {
        return "Webhook[" + id + ", " + name + ", " + url + ", " + events + "]";
    }
}
