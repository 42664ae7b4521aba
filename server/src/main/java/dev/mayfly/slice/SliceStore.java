package dev.mayfly.slice;

import dev.mayfly.engine.RunId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

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

    /** The files of a pipeline's slices as they were when they were taken, by path. */
    static Map<String, InputFile> knownFiles(Handle tx, String pipeline) {
        Map<String, InputFile> known = new HashMap<>();
        tx.createQuery("select * from slice_file where pipeline = :pipeline")
                .bind("pipeline", pipeline)
                .map((row, context) -> file(row))
                .forEach(file -> known.put(file.path(), file));
        return known;
    }

    static void insert(Handle tx, String pipeline, String input, List<InputFile> files, Instant now) {
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
                .bindArray(
                        "files",
                        String.class,
                        files.stream().map(InputFile::path).toList())
                .bind("now", now)
                .execute();
        bindFiles(tx.createUpdate("""
                        insert into slice_file (pipeline, path, number, bytes, modified_at)
                        select :pipeline, file.path, :number, file.bytes, file.modified
                        from unnest(:paths, cast(:sizes as bigint[]), cast(:times as timestamptz[]))
                          as file (path, bytes, modified)"""), pipeline, files).bind("number", number).execute();
    }

    /** Records files of slices as they are now. */
    static void recordFiles(Handle tx, String pipeline, List<InputFile> files) {
        bindFiles(tx.createUpdate("""
                        update slice_file set bytes = file.bytes, modified_at = file.modified, rewritten_at = null
                        from unnest(:paths, cast(:sizes as bigint[]), cast(:times as timestamptz[]))
                          as file (path, bytes, modified)
                        where slice_file.pipeline = :pipeline and slice_file.path = file.path"""), pipeline, files).execute();
    }

    private static Update bindFiles(Update update, String pipeline, List<InputFile> files) {
        return update.bind("pipeline", pipeline)
                .bindArray(
                        "paths",
                        String.class,
                        files.stream().map(InputFile::path).toList())
                .bindArray(
                        "sizes",
                        String.class,
                        files.stream().map(file -> String.valueOf(file.bytes())).toList())
                .bindArray(
                        "times",
                        String.class,
                        files.stream()
                                .map(file -> String.valueOf(file.modified()))
                                .toList());
    }

    /** Records that files were seen to have changed; when they were first is kept. */
    static void markRewritten(Handle tx, String pipeline, List<String> paths, Instant now) {
        tx.createUpdate("""
                        update slice_file set rewritten_at = :now
                        where pipeline = :pipeline and path = any(:paths) and rewritten_at is null""")
                .bind("pipeline", pipeline)
                .bindArray("paths", String.class, paths)
                .bind("now", now)
                .execute();
    }

    /** The slices that hold any of these files. */
    static List<Slice> holding(Handle tx, String pipeline, List<String> paths) {
        return tx.createQuery(
                        "select * from slice where pipeline = :pipeline and files && cast(:paths as text[]) order by input, number")
                .bind("pipeline", pipeline)
                .bindArray("paths", String.class, paths)
                .map((row, context) -> slice(row))
                .list();
    }

    /** The files of a slice, in their order. */
    static List<InputFile> files(Handle tx, Slice slice) {
        return tx.createQuery(
                        "select * from slice_file where pipeline = :pipeline and path = any(:paths) order by path")
                .bind("pipeline", slice.pipeline())
                .bindArray("paths", String.class, slice.files())
                .map((row, context) -> file(row))
                .list();
    }

    private static InputFile file(ResultSet row) throws SQLException {
        long bytes = row.getLong("bytes");
        Long size = row.wasNull() ? null : bytes;
        Timestamp modified = row.getTimestamp("modified_at");
        Timestamp rewritten = row.getTimestamp("rewritten_at");
        return new InputFile(
                row.getString("path"),
                size,
                modified == null ? null : modified.toInstant(),
                rewritten == null ? null : rewritten.toInstant());
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
    static void claim(Handle tx, Slice slice, RunId run, int maxFailures, Instant now) {
        int claimed = tx.createUpdate("""
                                update slice set state = 'CLAIMED', run_id = :run, max_failures = :most,
                                  changed_at = :now
                                where pipeline = :pipeline and input = :input and number = :number
                                  and state in ('NEW', 'FAILED')""")
                .bind("run", run.value())
                .bind("most", maxFailures)
                .bind("now", now)
                .bind("pipeline", slice.pipeline())
                .bind("input", slice.input())
                .bind("number", slice.number())
                .execute();
        if (claimed != 1) {
            throw new IllegalStateException("slice " + slice.number() + " of " + slice.pipeline() + " is claimed");
        }
    }

    /** Claims the slice that a run had last for a run, which may be the same; returns false if another has it since. */
    static boolean claimAgain(Handle tx, RunId last, RunId next, Instant now) {
        return tx.createUpdate("""
                                update slice set state = 'CLAIMED', run_id = :next, changed_at = :now
                                where run_id = :last and state <> 'CLAIMED'""")
                        .bind("last", last.value())
                        .bind("next", next.value())
                        .bind("now", now)
                        .execute()
                == 1;
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
                        update slice set changed_at = :now,
                          failures = failures + case when :state = 'FAILED' then 1 else 0 end,
                          state = case when :state = 'FAILED' and failures + 1 >= max_failures then 'GIVEN_UP'
                            else :state end
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

    static Optional<Slice> ofRun(Handle tx, RunId run) {
        return tx.createQuery("select * from slice where run_id = :run")
                .bind("run", run.value())
                .map((row, context) -> slice(row))
                .findOne();
    }

    static List<Slice> all(Handle tx, String pipeline) {
        return tx.createQuery("select * from slice where pipeline = :pipeline order by input, number")
                .bind("pipeline", pipeline)
                .map((row, context) -> slice(row))
                .list();
    }

    static List<Slices.Attention> attention(Handle tx) {
        return tx.createQuery("""
                        select s.pipeline, s.number, s.state, s.failures, coalesce(f.rewritten, 0) as rewritten
                        from slice s left join lateral
                          (select count(*) as rewritten from slice_file where pipeline = s.pipeline
                            and rewritten_at is not null and path = any(s.files)) f
                          on exists (select 1 from slice_file where pipeline = s.pipeline and rewritten_at is not null)
                        where s.state = 'GIVEN_UP' or f.rewritten > 0
                        order by s.pipeline, s.input, s.number""")
                .map((row, context) -> new Slices.Attention(
                        row.getString("pipeline"),
                        row.getInt("number"),
                        Slice.State.valueOf(row.getString("state")),
                        row.getInt("failures"),
                        row.getInt("rewritten")))
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
                row.getInt("failures"),
                run == null ? null : new RunId(run));
    }
}
