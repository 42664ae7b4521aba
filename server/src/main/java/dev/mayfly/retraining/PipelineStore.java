package dev.mayfly.retraining;

import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.PipelineText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables {@code pipeline} and {@code pipeline_version}. */
final class PipelineStore {

    private PipelineStore() {}

    /** A row, before its revision is parsed. */
    record Row(
            String name,
            StoredPipeline.Revision revision,
            boolean paused,
            @Nullable Instant nextDue,
            Instant applied) {}

    static void putRevision(Handle tx, String name, StoredPipeline.Revision revision, Instant now) {
        tx.createUpdate("""
                        insert into pipeline_version (hash, name, file, yaml, files, created_at)
                        values (:hash, :name, :file, :yaml, :files, :now) on conflict (hash) do nothing""")
                .bind("hash", revision.hash())
                .bind("name", name)
                .bind("file", revision.text().file())
                .bind("yaml", revision.text().yaml())
                .bind("files", revision.text().manifest())
                .bind("now", now)
                .execute();
    }

    static void put(Handle tx, Pipeline pipeline, String hash, @Nullable Instant nextDue, Instant now) {
        tx.createUpdate("""
                        insert into pipeline (name, hash, runs_after, next_due, created_at, applied_at)
                        values (:name, :hash, :after, :due, :now, :now)
                        on conflict (name) do update
                          set hash = excluded.hash, runs_after = excluded.runs_after, next_due = excluded.next_due,
                            applied_at = excluded.applied_at""")
                .bind("name", pipeline.name())
                .bind("after", pipeline.trigger().after().orElse(null))
                .bind("hash", hash)
                .bind("due", nextDue)
                .bind("now", now)
                .execute();
    }

    static Optional<Row> find(Handle tx, String name) {
        return tx.createQuery("select * from pipeline p join pipeline_version v using (hash) where p.name = :name")
                .bind("name", name)
                .map((row, context) -> row(row))
                .findOne();
    }

    static List<Row> all(Handle tx) {
        return tx.createQuery("select * from pipeline p join pipeline_version v using (hash) order by p.name")
                .map((row, context) -> row(row))
                .list();
    }

    /** Locks what runs after what until the transaction ends, so that two pipelines can't close a circle together. */
    static void lockTriggers(Handle tx) {
        tx.createQuery("select pg_advisory_xact_lock(12)::text")
                .mapTo(String.class)
                .one();
    }

    /** The pipeline whose success opens runs of another one. */
    static Optional<String> runsAfter(Handle tx, String name) {
        return tx.createQuery("select runs_after from pipeline where name = :name and runs_after is not null")
                .bind("name", name)
                .mapTo(String.class)
                .findOne();
    }

    /** The names of the pipelines that have a due time and are not paused. */
    static Set<String> scheduled(Handle tx) {
        return new HashSet<>(tx.createQuery("select name from pipeline where next_due is not null and not paused")
                .mapTo(String.class)
                .list());
    }

    /** Returns the pipelines that run after another one. */
    static List<Row> after(Handle tx, String upstream) {
        return tx.createQuery("""
                        select * from pipeline p join pipeline_version v using (hash)
                        where p.runs_after = :upstream order by p.name""")
                .bind("upstream", upstream)
                .map((row, context) -> row(row))
                .list();
    }

    static Optional<StoredPipeline.Revision> revision(Handle tx, String hash) {
        return tx.createQuery("select * from pipeline_version where hash = :hash")
                .bind("hash", hash)
                .map((row, context) -> revision(row))
                .findOne();
    }

    static void pause(Handle tx, String name, boolean paused, @Nullable Instant nextDue) {
        tx.createUpdate("update pipeline set paused = :paused, next_due = :due where name = :name")
                .bind("paused", paused)
                .bind("due", nextDue)
                .bind("name", name)
                .execute();
    }

    /** Sets the next due time; returns false if another process has moved past this one. */
    static boolean passDue(Handle tx, String name, Instant due, @Nullable Instant next) {
        return tx.createUpdate("update pipeline set next_due = :next where name = :name and next_due = :due")
                        .bind("name", name)
                        .bind("due", due)
                        .bind("next", next)
                        .execute()
                == 1;
    }

    static void delete(Handle tx, String name) {
        tx.createUpdate("delete from pipeline where name = :name")
                .bind("name", name)
                .execute();
    }

    private static Row row(ResultSet row) throws SQLException {
        Timestamp due = row.getTimestamp("next_due");
        return new Row(
                row.getString("name"),
                revision(row),
                row.getBoolean("paused"),
                due == null ? null : due.toInstant(),
                row.getTimestamp("applied_at").toInstant());
    }

    private static StoredPipeline.Revision revision(ResultSet row) throws SQLException {
        PipelineText text = new PipelineText(
                row.getString("file"), row.getString("yaml"), PipelineText.files(row.getString("files")));
        return new StoredPipeline.Revision(row.getString("hash"), text);
    }
}
