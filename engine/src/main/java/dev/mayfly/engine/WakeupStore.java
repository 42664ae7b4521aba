package dev.mayfly.engine;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Reads db-scheduler's table, and keeps {@code reconcile_failure}. */
final class WakeupStore {

    private static final int LONGEST_REASON = 1_000;

    private WakeupStore() {}

    /** The ids of a kind that have a wake-up. */
    static Set<String> scheduled(Handle tx, String kind) {
        return tx.createQuery("select task_instance from scheduled_tasks where task_name = :kind")
                .bind("kind", kind)
                .mapTo(String.class)
                .set();
    }

    static void failed(Handle tx, String kind, String id, Throwable cause, Instant now) {
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        tx.createUpdate("""
                        insert into reconcile_failure (kind, id, reason, since, tries)
                        values (:kind, :id, :reason, :now, 1)
                        on conflict (kind, id) do update
                          set reason = excluded.reason, tries = reconcile_failure.tries + 1""")
                .bind("kind", kind)
                .bind("id", id)
                .bind("reason", message.length() > LONGEST_REASON ? message.substring(0, LONGEST_REASON) : message)
                .bind("now", now)
                .execute();
    }

    static void succeeded(Handle tx, String kind, String id) {
        tx.createUpdate("delete from reconcile_failure where kind = :kind and id = :id")
                .bind("kind", kind)
                .bind("id", id)
                .execute();
    }

    /** The oldest of all. */
    static List<ReconcileFailure> failing(Handle tx) {
        return tx.createQuery("select * from reconcile_failure order by since, kind, id limit 100")
                .map((row, context) -> failure(row))
                .list();
    }

    static List<ReconcileFailure> failing(Handle tx, Collection<String> ids) {
        return tx.createQuery("select * from reconcile_failure where id = any(:ids) order by since, kind, id")
                .bindArray("ids", String.class, ids)
                .map((row, context) -> failure(row))
                .list();
    }

    private static ReconcileFailure failure(ResultSet row) throws SQLException {
        return new ReconcileFailure(
                row.getString("kind"),
                row.getString("id"),
                row.getString("reason"),
                row.getTimestamp("since").toInstant(),
                row.getInt("tries"));
    }
}
