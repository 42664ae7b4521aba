package dev.mayfly.slice;

import dev.mayfly.engine.RunId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The tables {@code slice} and {@code slice_file}. A file is in one slice only, by key. */
final class SliceStore {

    private SliceStore() {}

    /** Locks the slices of a pipeline: no one else can discover or claim any until the transaction ends. */
    static void lock(Handle tx, String pipeline) {
        tx.createQuery("select pg_advisory_xact_lock(hashtextextended(:pipeline, 11))::text")
                .bind("pipeline", pipeline)
                .mapTo(String.class)
                .one();
    }

    static Set<String> knownFiles(Handle tx, String pipeline) {
        return new HashSet<>(tx.createQuery("select path from slice_file where pipeline = :pipeline")
                .bind("pipeline", pipeline)
                .mapTo(String.class)
                .list());
    }

    static void insert(Handle tx, String pipeline, String input, List<String> files, Instant now) {
        int number = tx.createQuery(
                        "select coalesce(max(number), 0) + 1 from slice where pipeline = :pipeline and input = :input")
                .bind("pipeline", pipeline)
                .bind("input", input)
                .mapTo(Integer.class)
                .one();
        tx.createUpdate("""
                        insert into slice (pipeline, input, number, files, state, created_at, changed_at)
                        values (:pipeline, :input, :number, :files, 'NEW', :now, :now)""")
                .bind("pipeline", pipeline)
                .bind("input", input)
                .bind("number", number)
                .bindArray("files", String.class, files)
                .bind("now", now)
                .execute();
        for (String file : files) {
            tx.createUpdate("insert into slice_file (pipeline, path, number) values (:pipeline, :path, :number)")
                    .bind("pipeline", pipeline)
                    .bind("path", file)
                    .bind("number", number)
                    .execute();
        }
    }

    /** Returns the slice to claim next: the oldest of those that failed least often; empty if none waits. */
    static Optional<Slice> nextWaiting(Handle tx, String pipeline, String input) {
        return tx.createQuery("""
                        select * from slice where pipeline = :pipeline and input = :input
                          and state in ('NEW', 'FAILED') order by failures, number limit 1""")
                .bind("pipeline", pipeline)
                .bind("input", input)
                .map((row, context) -> slice(row))
                .findOne();
    }

    /** Claims a waiting slice for a run; the caller has locked the pipeline. */
    static void claim(Handle tx, Slice slice, RunId run, Instant now) {
        int claimed = tx.createUpdate("""
                                update slice set state = 'CLAIMED', run_id = :run, changed_at = :now
                                where pipeline = :pipeline and input = :input and number = :number
                                  and state in ('NEW', 'FAILED')""")
                .bind("run", run.value())
                .bind("now", now)
                .bind("pipeline", slice.pipeline())
                .bind("input", slice.input())
                .bind("number", slice.number())
                .execute();
        if (claimed != 1) {
            throw new IllegalStateException("slice " + slice.number() + " of " + slice.pipeline() + " is claimed");
        }
    }

    /** Claims a run's slice for it again; returns false if another run has claimed it since. */
    static boolean claimAgain(Handle tx, RunId run, Instant now) {
        return tx.createUpdate("""
                                update slice set state = 'CLAIMED', changed_at = :now
                                where run_id = :run and state <> 'CLAIMED'""").bind("run", run.value()).bind("now", now).execute() == 1;
    }

    /** Moves a slice by hand; returns false if a run has claimed it. */
    static boolean move(Handle tx, Slice slice, Slice.State to, Instant now) {
        return tx.createUpdate("""
                                update slice set state = :to, failures = 0, changed_at = :now
                                where pipeline = :pipeline and input = :input and number = :number
                                  and state <> 'CLAIMED'""")
                        .bind("to", to.name())
                        .bind("now", now)
                        .bind("pipeline", slice.pipeline())
                        .bind("input", slice.input())
                        .bind("number", slice.number())
                        .execute()
                == 1;
    }

    /** Ends the claim of a run, if it still has one. */
    static void end(Handle tx, RunId run, Slice.State state, Instant now) {
        tx.createUpdate("""
                        update slice set state = :state, changed_at = :now,
                          failures = failures + case when :state = 'FAILED' then 1 else 0 end
                        where run_id = :run and state = 'CLAIMED'""")
                .bind("run", run.value())
                .bind("state", state.name())
                .bind("now", now)
                .execute();
    }

    static Optional<Slice> find(Handle tx, String pipeline, String input, int number) {
        return tx.createQuery("select * from slice where pipeline = :pipeline and input = :input and number = :number")
                .bind("pipeline", pipeline)
                .bind("input", input)
                .bind("number", number)
                .map((row, context) -> slice(row))
                .findOne();
    }

    static List<Slice> all(Handle tx, String pipeline) {
        return tx.createQuery("select * from slice where pipeline = :pipeline order by input, number")
                .bind("pipeline", pipeline)
                .map((row, context) -> slice(row))
                .list();
    }

    private static Slice slice(ResultSet row) throws SQLException {
        UUID run = row.getObject("run_id", UUID.class);
        return new Slice(
                row.getString("pipeline"),
                row.getString("input"),
                row.getInt("number"),
                List.of((String[]) row.getArray("files").getArray()),
                Slice.State.valueOf(row.getString("state")),
                run == null ? null : new RunId(run));
    }
}
