package dev.mayfly.registry;

import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Told of every change, in its transaction: what is told is true if and only if that commits. */
public interface RegistryEvents {

    /** For whom nobody listens. */
    RegistryEvents NO_LISTENER = (tx, entity, action, data) -> {};

    /** In MLflow's words: {@code model_version}, {@code created}, and what there is to say about it. */
    void publish(Handle tx, String entity, String action, Map<String, Object> data);
}
