package dev.mayfly.webhook;

import dev.mayfly.problem.Refused;
import java.util.List;

/** An event of the registry, by MLflow's names, such as {@code model_version} and {@code created}. */
public record Event(String entity, String action) {

    private static final List<String> KNOWN = List.of(
            "registered_model.created",
            "model_version.created",
            "model_version_tag.set",
            "model_version_tag.deleted",
            "model_version_alias.created",
            "model_version_alias.deleted");

    /** Throws {@link Refused} if there is no such event. */
    public Event {
        if (!KNOWN.contains(entity + "." + action)) {
            throw Refused.invalid(
                    "Invalid webhook event '" + entity + "." + action + "' (expected: one of " + KNOWN + ")");
        }
    }

    /** Reads what {@link #toString} returns. */
    static Event parse(String text) {
        int dot = text.indexOf('.');
        return new Event(text.substring(0, dot), text.substring(dot + 1));
    }

    @Override
    public String toString() {
        return entity + "." + action;
    }
}
