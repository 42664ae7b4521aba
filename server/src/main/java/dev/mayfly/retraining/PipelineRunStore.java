package dev.mayfly.retraining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.RunId;
import dev.mayfly.pipeline.DataInterval;
import dev.mayfly.slice.Slice;
import dev.mayfly.slice.Slices;
import dev.mayfly.task.AttemptBinding;
import dev.mayfly.task.PipelineRun;
import dev.mayfly.tracking.TrackingRunId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables {@code pipeline_run} and {@code task_execution}. */
final class PipelineRunStore {

    private static final ObjectMapper JSON = new ObjectMapper();

    private PipelineRunStore() {}

    static void insert(Handle tx, PipelineRun run) {
        tx.createUpdate("""
                        insert into pipeline_run
                          (run_id, pipeline, hash, trigger, trigger_cause, interval_start, interval_end, interval_date,
                           parameters, slice_input, slice_number)
                        values (:run, :pipeline, :hash, :trigger, :cause, :start, :end, :date,
                                cast(:parameters as jsonb), :input, :number)""")
                .bind("run", run.id().value())
                .bind("pipeline", run.pipeline())
                .bind("hash", run.hash())
                .bind("trigger", run.trigger().kind().name())
                .bind("cause", run.trigger().cause())
                .bind("start", run.interval().start())
                .bind("end", run.interval().end())
                .bind("date", run.interval().date())
                .bind("parameters", write(run.parameters()))
                .bind("input", run.slice().map(Slice::input).orElse(null))
                .bind("number", run.slice().map(Slice::number).orElse(null))
                .execute();
    }

    static Optional<PipelineRun> find(Handle tx, Slices slices, RunId id) {
        return tx.createQuery("select * from pipeline_run where run_id = :run")
                .bind("run", id.value())
                .map((row, context) -> run(tx, slices, row))
                .findOne();
    }

    /** Gives a run that has not begun another revision. */
    static void move(Handle tx, RunId id, String hash, Map<String, String> parameters) {
        tx.createUpdate("""
                        update pipeline_run set hash = :hash, parameters = cast(:parameters as jsonb)
                        where run_id = :run""")
                .bind("hash", hash)
                .bind("parameters", write(parameters))
                .bind("run", id.value())
                .execute();
    }

    /** The queued runs of a pipeline that have another text than its newest, the oldest first. */
    static List<PipelineRun> queuedWithAnotherText(Handle tx, Slices slices, StoredPipeline newest) {
        return tx.createQuery("""
                        select p.* from pipeline_run p join run r on r.id = p.run_id
                        where r.flow = :pipeline and r.ended_at is null and r.state = 'QUEUED' and p.hash <> :hash
                        order by r.created_at, r.id""")
                .bind("pipeline", newest.name())
                .bind("hash", newest.revision().hash())
                .map((row, context) -> run(tx, slices, row))
                .list();
    }

    /** A run of a data interval. */
    record OfInterval(RunId run, DataInterval interval) {}

    /** The runs of a pipeline whose data intervals end in a span of time, the oldest first. */
    static List<OfInterval> ofIntervals(Handle tx, String pipeline, Instant first, Instant last) {
        return tx.createQuery("""
                        select p.* from pipeline_run p join run r on r.id = p.run_id
                        where p.pipeline = :pipeline and p.interval_end between :first and :last
                        order by r.created_at, r.id""")
                .bind("pipeline", pipeline)
                .bind("first", first)
                .bind("last", last)
                .map((row, context) -> new OfInterval(new RunId(row.getObject("run_id", UUID.class)), interval(row)))
                .list();
    }

    /**
     * Records what an attempt is bound to, before anything is started; an attempt that is bound already keeps its
     * binding.
     */
    static AttemptBinding insertOnce(Handle tx, AttemptBinding binding) {
        AttemptId attempt = binding.attempt();
        return tx.createQuery("""
                        insert into task_execution (run_id, task, number, tracking_run_id, cluster)
                        values (:run, :task, :number, :tracking, :cluster)
                        on conflict (run_id, task, number) do nothing
                        returning *""")
                .bind("run", attempt.run().value())
                .bind("task", attempt.task())
                .bind("number", attempt.number())
                .bind("tracking", binding.trackingRun().value())
                .bind("cluster", binding.cluster())
                .map((row, context) -> binding(row))
                .findOne()
                .or(() -> binding(tx, attempt))
                .orElseThrow();
    }

    static void fail(Handle tx, AttemptId attempt, String failure) {
        tx.createUpdate("""
                        update task_execution set failure = :failure
                        where run_id = :run and task = :task and number = :number""")
                .bind("failure", failure)
                .bind("run", attempt.run().value())
                .bind("task", attempt.task())
                .bind("number", attempt.number())
                .execute();
    }

    static Optional<AttemptBinding> binding(Handle tx, AttemptId attempt) {
        return bindings(tx, attempt.run()).stream()
                .filter(binding -> binding.attempt().equals(attempt))
                .findFirst();
    }

    /** Returns the bindings of all attempts of a run, by task and number. */
    static List<AttemptBinding> bindings(Handle tx, RunId run) {
        return tx.createQuery("select * from task_execution where run_id = :run order by task, number")
                .bind("run", run.value())
                .map((row, context) -> binding(row))
                .list();
    }

    private static AttemptBinding binding(ResultSet row) throws SQLException {
        return new AttemptBinding(
                new AttemptId(
                        new RunId(row.getObject("run_id", UUID.class)), row.getString("task"), row.getInt("number")),
                new TrackingRunId(row.getString("tracking_run_id")),
                row.getString("cluster"),
                row.getString("failure"));
    }

    private static PipelineRun run(Handle tx, Slices slices, ResultSet row) throws SQLException {
        String input = row.getString("slice_input");
        Optional<Slice> slice = input == null
                ? Optional.empty()
                : slices.find(tx, row.getString("pipeline"), input, row.getInt("slice_number"));
        return new PipelineRun(
                new RunId(row.getObject("run_id", UUID.class)),
                row.getString("pipeline"),
                row.getString("hash"),
                trigger(row),
                interval(row),
                read(row.getString("parameters")),
                slice);
    }

    static PipelineRun.Trigger trigger(ResultSet row) throws SQLException {
        return new PipelineRun.Trigger(
                PipelineRun.Trigger.Kind.valueOf(row.getString("trigger")), row.getString("trigger_cause"));
    }

    static DataInterval interval(ResultSet row) throws SQLException {
        return new DataInterval(
                row.getTimestamp("interval_start").toInstant(),
                row.getTimestamp("interval_end").toInstant(),
                row.getObject("interval_date", LocalDate.class));
    }

    private static String write(Map<String, String> parameters) {
        try {
            return JSON.writeValueAsString(parameters);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> read(@Nullable String json) {
        try {
            return JSON.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("parameters of a run can't be read: " + json, e);
        }
    }
}
