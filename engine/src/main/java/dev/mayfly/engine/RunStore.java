package dev.mayfly.engine;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables {@code run}, {@code task} and {@code attempt}. Every change of a run is fenced by its generation. */
final class RunStore {

    private RunStore() {}

    /** False: a run with this dedupe key is there already. */
    static boolean insert(Handle tx, RunId id, NewRun run, Instant now) {
        int inserted = tx.createUpdate("""
                        insert into run (id, flow, dedupe_key, state, max_active, timeout_ms, created_at)
                        values (:id, :flow, :key, 'QUEUED', :maxActive, :timeout, :now)
                        on conflict (dedupe_key) do nothing""")
                .bind("id", id.value())
                .bind("flow", run.flow())
                .bind("key", run.dedupeKey())
                .bind("maxActive", run.plan().maxActive())
                .bind("timeout", run.plan().timeout().toMillis())
                .bind("now", now)
                .execute();
        if (inserted == 1) {
            int position = 0;
            for (Plan.Step step : run.plan().steps()) {
                insertTask(tx, id, position++, step);
            }
        }
        return inserted == 1;
    }

    private static void insertTask(Handle tx, RunId run, int position, Plan.Step step) {
        tx.createUpdate("""
                        insert into task
                          (run_id, position, name, needs, retries, backoff_ms, timeout_ms, on_environment, state)
                        values (:run, :position, :name, :needs, :retries, :backoff, :timeout, :environment, 'WAITING')""")
                .bind("run", run.value())
                .bind("position", position)
                .bind("name", step.name())
                .bindArray("needs", String.class, step.needs())
                .bind("retries", step.retry().count())
                .bind("backoff", step.retry().backoff().toMillis())
                .bind("timeout", step.timeout().toMillis())
                .bind("environment", step.onEnvironment())
                .execute();
    }

    static Optional<RunId> byDedupeKey(Handle tx, String key) {
        return tx.createQuery("select id from run where dedupe_key = :key")
                .bind("key", key)
                .mapTo(UUID.class)
                .findOne()
                .map(RunId::new);
    }

    static Set<String> unfinished(Handle tx) {
        return tx.createQuery("select id::text from run where ended_at is null")
                .mapTo(String.class)
                .set();
    }

    static Optional<Run> find(Handle tx, RunId id) {
        return list(tx, "where id = :id", Map.of("id", id.value()), 1).stream().findFirst();
    }

    static List<RunId> idsStartingWith(Handle tx, String prefix) {
        return tx.createQuery("select id from run where id::text like :prefix || '%' limit 2")
                .bind("prefix", prefix.replaceAll("[^0-9a-fA-F-]", "?").toLowerCase(java.util.Locale.ROOT))
                .mapTo(UUID.class)
                .map(RunId::new)
                .list();
    }

    /** The newest first; of one flow, if it is given. */
    static List<Run> newest(Handle tx, @Nullable String flow, int limit) {
        return flow == null
                ? list(tx, "", Map.of(), limit)
                : list(tx, "where flow = :flow", Map.of("flow", flow), limit);
    }

    static Optional<RunId> oldestQueued(Handle tx, String flow) {
        return tx.createQuery("""
                        select id from run where flow = :flow and ended_at is null and state = 'QUEUED'
                        order by created_at, id limit 1""")
                .bind("flow", flow)
                .mapTo(UUID.class)
                .findOne()
                .map(RunId::new);
    }

    /** False: the run is over already, or has been cancelled before. */
    static boolean cancel(Handle tx, RunId id, String reason) {
        return tx.createUpdate("""
                                update run set cancel_reason = :reason, generation = generation + 1
                                where id = :id and cancel_reason is null and state in ('QUEUED', 'RUNNING')""")
                        .bind("id", id.value())
                        .bind("reason", reason)
                        .execute()
                == 1;
    }

    /** Takes the run from one generation to the next. False: someone else has moved it; nothing may be written. */
    static boolean fence(Handle tx, Run run) {
        return tx.createUpdate("""
                                update run set generation = generation + 1
                                where id = :id and generation = :generation and ended_at is null""")
                        .bind("id", run.id().value())
                        .bind("generation", run.generation())
                        .execute()
                == 1;
    }

    /** False: the flow has as many active runs as it may, or an older one is before this in the queue. */
    static boolean begin(Handle tx, Run run, Instant now) {
        tx.createQuery("select pg_advisory_xact_lock(hashtextextended(:flow, 7))::text")
                .bind("flow", run.flow())
                .mapTo(String.class)
                .one();
        return tx.createUpdate("""
                                update run set state = 'RUNNING', started_at = :now
                                where id = :id and state = 'QUEUED'
                                  and (select count(*) from run other where other.flow = run.flow
                                       and other.ended_at is null and other.state <> 'QUEUED') < max_active
                                  and not exists (select 1 from run other where other.flow = run.flow
                                       and other.ended_at is null and other.state = 'QUEUED'
                                       and (other.created_at, other.id) < (run.created_at, run.id))""")
                        .bind("id", run.id().value())
                        .bind("now", now)
                        .execute()
                == 1;
    }

    static void openAttempt(Handle tx, AttemptId attempt, Instant now) {
        one(tx.createUpdate("""
                        insert into attempt (run_id, task, number, state, created_at)
                        values (:run, :task, :number, 'STARTING', :now)""")
                .bind("run", attempt.run().value())
                .bind("task", attempt.task())
                .bind("number", attempt.number())
                .bind("now", now)
                .execute());
        moveTask(tx, attempt.run(), attempt.task(), TaskState.RUNNING, "", null);
    }

    static void markRunning(Handle tx, AttemptId attempt, Instant now) {
        one(tx.createUpdate("""
                        update attempt set state = 'RUNNING', started_at = :now
                        where run_id = :run and task = :task and number = :number and state = 'STARTING'""")
                .bind("run", attempt.run().value())
                .bind("task", attempt.task())
                .bind("number", attempt.number())
                .bind("now", now)
                .execute());
    }

    static void endAttempt(Handle tx, Action.EndAttempt end, Instant now) {
        AttemptId attempt = end.attempt();
        one(tx.createUpdate("""
                        update attempt set state = :state, reason = :reason, ended_at = :now
                        where run_id = :run and task = :task and number = :number and ended_at is null""")
                .bind("run", attempt.run().value())
                .bind("task", attempt.task())
                .bind("number", attempt.number())
                .bind("state", end.end().name())
                .bind("reason", end.reason())
                .bind("now", now)
                .execute());
        moveTask(tx, attempt.run(), attempt.task(), end.task(), end.reason(), end.retryAt());
    }

    static void moveTask(Handle tx, RunId run, String task, TaskState state, String reason, @Nullable Instant retryAt) {
        one(tx.createUpdate("""
                        update task set state = :state, reason = :reason, retry_at = :retryAt
                        where run_id = :run and name = :task
                          and state in ('WAITING', 'RUNNING', 'UP_FOR_RETRY')""")
                .bind("run", run.value())
                .bind("task", task)
                .bind("state", state.name())
                .bind("reason", reason)
                .bind("retryAt", retryAt)
                .execute());
    }

    static void finish(Handle tx, RunId run, RunState result, String reason) {
        one(tx.createUpdate("""
                        update run set state = 'FINISHING', result = :result, reason = :reason
                        where id = :id and state in ('QUEUED', 'RUNNING')""")
                .bind("id", run.value())
                .bind("result", result.name())
                .bind("reason", reason)
                .execute());
    }

    static void close(Handle tx, RunId run, RunState result, Instant now) {
        one(tx.createUpdate("""
                        update run set state = result, ended_at = :now
                        where id = :id and state = 'FINISHING' and result = :result""")
                .bind("id", run.value())
                .bind("result", result.name())
                .bind("now", now)
                .execute());
    }

    private static void one(int rows) {
        if (rows != 1) {
            throw new IllegalStateException("rows changed: " + rows + " (expected: 1; the change is rolled back)");
        }
    }

    private static List<Run> list(Handle tx, String where, Map<String, Object> binds, int limit) {
        Map<UUID, List<Run.Task>> tasks = new LinkedHashMap<>();
        var query = tx.createQuery("select * from run " + where + " order by created_at desc, id limit " + limit);
        binds.forEach(query::bind);
        List<Run> bare = query.map((row, context) -> run(row, List.of())).list();
        if (bare.isEmpty()) {
            return bare;
        }
        List<UUID> ids = bare.stream().map(run -> run.id().value()).toList();
        Map<String, List<Run.Attempt>> attempts = attempts(tx, ids);
        tx.createQuery("select * from task where run_id = any(:ids) order by run_id, position")
                .bindArray("ids", UUID.class, ids)
                .map((row, context) -> Map.entry(row.getObject("run_id", UUID.class), task(row, attempts)))
                .forEach(entry -> tasks.computeIfAbsent(entry.getKey(), id -> new ArrayList<>())
                        .add(entry.getValue()));
        return bare.stream()
                .map(run -> new Run(
                        run.id(),
                        run.flow(),
                        run.generation(),
                        run.status(),
                        run.life(),
                        run.timeout(),
                        tasks.getOrDefault(run.id().value(), List.of())))
                .toList();
    }

    private static Map<String, List<Run.Attempt>> attempts(Handle tx, List<UUID> runs) {
        return tx
                .createQuery("select * from attempt where run_id = any(:ids) order by run_id, task, number")
                .bindArray("ids", UUID.class, runs)
                .map((row, context) -> attempt(row))
                .list()
                .stream()
                .collect(Collectors.groupingBy(
                        attempt -> attempt.id().run() + "/" + attempt.id().task()));
    }

    private static Run run(ResultSet row, List<Run.Task> tasks) throws SQLException {
        String result = row.getString("result");
        return new Run(
                new RunId(row.getObject("id", UUID.class)),
                row.getString("flow"),
                row.getLong("generation"),
                new Run.Status(
                        RunState.valueOf(row.getString("state")),
                        row.getString("cancel_reason"),
                        result == null ? null : RunState.valueOf(result),
                        row.getString("reason")),
                life(row),
                Duration.ofMillis(row.getLong("timeout_ms")),
                tasks);
    }

    private static Run.Task task(ResultSet row, Map<String, List<Run.Attempt>> attempts) throws SQLException {
        String name = row.getString("name");
        Array needs = row.getArray("needs");
        return new Run.Task(
                new Plan.Step(
                        name,
                        List.of((String[]) needs.getArray()),
                        new Retry(row.getInt("retries"), Duration.ofMillis(row.getLong("backoff_ms"))),
                        Duration.ofMillis(row.getLong("timeout_ms")),
                        row.getBoolean("on_environment")),
                TaskState.valueOf(row.getString("state")),
                row.getString("reason"),
                instant(row, "retry_at"),
                attempts.getOrDefault(row.getString("run_id") + "/" + name, List.of()));
    }

    private static Run.Attempt attempt(ResultSet row) throws SQLException {
        return new Run.Attempt(
                new AttemptId(
                        new RunId(row.getObject("run_id", UUID.class)), row.getString("task"), row.getInt("number")),
                AttemptState.valueOf(row.getString("state")),
                row.getString("reason"),
                life(row));
    }

    private static Run.Life life(ResultSet row) throws SQLException {
        return new Run.Life(
                row.getTimestamp("created_at").toInstant(), instant(row, "started_at"), instant(row, "ended_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }
}
