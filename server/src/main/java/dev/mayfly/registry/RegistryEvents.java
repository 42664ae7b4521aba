package dev.mayfly.registry;

import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Receives every change within its transaction, so that an event is stored if and only if the change commits. */
public interface RegistryEvents {

    /** Ignores all events. */
    RegistryEvents NO_LISTENER = (tx, entity, action, data) -> {};

    /** Publishes a change by MLflow's names, such as {@code model_version} and {@code created}, with its data. */
    void publish(Handle tx, String entity, String action, Map<String, Object> data);
}
