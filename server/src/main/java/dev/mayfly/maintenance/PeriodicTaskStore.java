package dev.mayfly.maintenance;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code periodic_task}. */
final class PeriodicTaskStore {

    private static final int LONGEST_FAILURE = 2_000;

    private PeriodicTaskStore() {}

    static void succeeded(Handle tx, String name, Instant now) {
        tx.createUpdate("""
                        insert into periodic_task (name, last_success) values (:name, :now)
                        on conflict (name) do update set last_success = excluded.last_success""").bind("name", name).bind("now", now).execute();
    }

    static void failed(Handle tx, String name, Instant now, String failure) {
        tx.createUpdate("""
                        insert into periodic_task (name, last_failure, failure) values (:name, :now, :failure)
                        on conflict (name) do update
                          set last_failure = excluded.last_failure, failure = excluded.failure""")
                .bind("name", name)
                .bind("now", now)
                .bind("failure", failure.substring(0, Math.min(LONGEST_FAILURE, failure.length())))
                .execute();
    }

    static List<PeriodicTask> all(Handle tx) {
        return tx.createQuery("select * from periodic_task order by name")
                .map((row, context) -> new PeriodicTask(
                        row.getString("name"),
                        instant(row.getTimestamp("last_success")),
                        instant(row.getTimestamp("last_failure")),
                        row.getString("failure")))
                .list();
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
