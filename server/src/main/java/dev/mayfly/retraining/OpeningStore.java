package dev.mayfly.retraining;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The table {@code pipeline_opening}. */
final class OpeningStore {

    private OpeningStore() {}

    /** Asks for a run, unless it is asked for already. */
    static void insert(Handle tx, Opening opening, Instant now) {
        tx.createUpdate("""
                        insert into pipeline_opening (dedupe_key, pipeline, trigger, trigger_cause, interval_start,
                          interval_end, interval_date, requested_at, next_try)
                        values (:key, :pipeline, :trigger, :cause, :start, :end, :date, :now, :now)
                        on conflict do nothing""")
                .bind("key", opening.key())
                .bind("pipeline", opening.pipeline())
                .bind("trigger", opening.trigger().kind().name())
                .bind("cause", opening.trigger().cause())
                .bind("start", opening.interval().start())
                .bind("end", opening.interval().end())
                .bind("date", opening.interval().date())
                .bind("now", now)
                .execute();
    }

    static Set<String> keys(Handle tx) {
        return new HashSet<>(tx.createQuery("select dedupe_key from pipeline_opening")
                .mapTo(String.class)
                .list());
    }

    static Optional<Opening> find(Handle tx, String key) {
        return tx.createQuery("select * from pipeline_opening where dedupe_key = :key")
                .bind("key", key)
                .map((row, context) -> opening(row))
                .findOne();
    }

    /** Returns those that could not be opened so far, the oldest first. */
    static List<Opening> failing(Handle tx) {
        return tx.createQuery("select * from pipeline_opening where failure is not null order by failing_since")
                .map((row, context) -> opening(row))
                .list();
    }

    /** Whether a run of a pipeline that its schedule asked for is not open yet. */
    static boolean hasDue(Handle tx, String pipeline) {
        return tx.createQuery(
                        "select exists (select 1 from pipeline_opening where pipeline = :pipeline and trigger = 'SCHEDULE')")
                .bind("pipeline", pipeline)
                .mapTo(Boolean.class)
                .one();
    }

    /** Forgets those that a pipeline's schedule asked for. */
    static void deleteDue(Handle tx, String pipeline) {
        tx.createUpdate("delete from pipeline_opening where pipeline = :pipeline and trigger = 'SCHEDULE'")
                .bind("pipeline", pipeline)
                .execute();
    }

    /** Keeps others from one until the transaction ends; returns false if it is gone already. */
    static boolean lock(Handle tx, String key) {
        return tx.createQuery("select dedupe_key from pipeline_opening where dedupe_key = :key for update")
                .bind("key", key)
                .mapTo(String.class)
                .findOne()
                .isPresent();
    }

    static void delete(Handle tx, String key) {
        tx.createUpdate("delete from pipeline_opening where dedupe_key = :key")
                .bind("key", key)
                .execute();
    }

    /** Has one tried later. Nothing is wrong with it. */
    static void postpone(Handle tx, String key, Instant nextTry) {
        tx.createUpdate("""
                        update pipeline_opening set next_try = :next, failure = null, failing_since = null, tries = 0
                        where dedupe_key = :key""").bind("key", key).bind("next", nextTry).execute();
    }

    /** Makes those of a pipeline due; returns their keys. */
    static List<String> due(Handle tx, String pipeline) {
        return tx.createQuery("""
                        update pipeline_opening set next_try = requested_at where pipeline = :pipeline
                        returning dedupe_key""")
                .bind("pipeline", pipeline)
                .mapTo(String.class)
                .list();
    }

    static void fail(Handle tx, String key, String reason, Instant now, Instant nextTry) {
        tx.createUpdate("""
                        update pipeline_opening set failure = :reason, tries = tries + 1, next_try = :next,
                          failing_since = coalesce(failing_since, :now)
                        where dedupe_key = :key""")
                .bind("key", key)
                .bind("reason", reason)
                .bind("now", now)
                .bind("next", nextTry)
                .execute();
    }

    private static Opening opening(ResultSet row) throws SQLException {
        Timestamp since = row.getTimestamp("failing_since");
        return new Opening(
                row.getString("dedupe_key"),
                row.getString("pipeline"),
                PipelineRunStore.trigger(row),
                PipelineRunStore.interval(row),
                row.getTimestamp("next_try").toInstant(),
                since == null
                        ? Optional.empty()
                        : Optional.of(
                                new Opening.Failure(row.getString("failure"), since.toInstant(), row.getInt("tries"))));
    }
}
