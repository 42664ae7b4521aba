package dev.mayfly.engine;

import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Reads db-scheduler's table. */
final class WakeupStore {

    private WakeupStore() {}

    /** The ids of a kind that have a wake-up. */
    static Set<String> scheduled(Handle tx, String kind) {
        return tx.createQuery("select task_instance from scheduled_tasks where task_name = :kind")
                .bind("kind", kind)
                .mapTo(String.class)
                .set();
    }
}
