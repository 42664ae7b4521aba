package dev.mayfly.engine;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads whole runs from the tables {@code run}, {@code task} and {@code attempt}. */
final class WholeRunStore {

    private WholeRunStore() {}

    /** Runs, tasks and attempts in one round trip: one row for each attempt, and for each task without attempts. */
    static List<Run> list(Handle tx, String where, Map<String, Object> binds, int limit) {
        var query = tx.createQuery("""
                select r.*, t.name, t.needs, t.trigger_rule, t.retries, t.backoff_ms, t.jitter,
                  t.timeout_ms as task_timeout_ms, t.on_environment, t.state as task_state, t.reason as task_reason,
                  t.retry_at, t.attempts_before, a.number, a.state as attempt_state, a.reason as attempt_reason,
                  a.created_at as attempt_created_at, a.started_at as attempt_started_at,
                  a.ended_at as attempt_ended_at, a.stop_asked_at
                from (select * from run
                """ + where + """
                       order by created_at desc, id limit :limit) r
                  join task t on t.run_id = r.id
                  left join attempt a on a.run_id = t.run_id and a.task = t.name
                order by r.created_at desc, r.id, t.position, a.number""").bind("limit", limit);
        binds.forEach(query::bind);
        Map<RunId, Run> runs = new LinkedHashMap<>();
        Map<RunId, List<Run.Task>> tasks = new LinkedHashMap<>();
        query.map((row, context) -> {
                    RunId id = new RunId(row.getObject("id", UUID.class));
                    if (!runs.containsKey(id)) {
                        runs.put(id, run(row, id));
                    }
                    add(row, id, tasks.computeIfAbsent(id, some -> new ArrayList<>()));
                    return id;
                })
                .list();
        return runs.values().stream()
                .map(run -> new Run(
                        run.id(),
                        run.flow(),
                        run.generation(),
                        run.status(),
                        run.timestamps(),
                        run.limits(),
                        tasks.getOrDefault(run.id(), List.of())))
                .toList();
    }

    private static Run run(ResultSet row, RunId id) throws SQLException {
        String result = row.getString("result");
        return new Run(
                id,
                row.getString("flow"),
                row.getLong("generation"),
                new Run.Status(
                        RunState.valueOf(row.getString("state")),
                        row.getBoolean("held"),
                        row.getString("cancel_reason"),
                        result == null ? null : RunState.valueOf(result),
                        row.getString("reason")),
                timestamps(row, ""),
                new Plan.Limits(Duration.ofMillis(row.getLong("timeout_ms")), row.getInt("max_active")),
                List.of());
    }

    /** Adds the task of a row, or the row's attempt to the task that was added last. */
    private static void add(ResultSet row, RunId run, List<Run.Task> tasks) throws SQLException {
        String name = row.getString("name");
        if (tasks.isEmpty() || !tasks.get(tasks.size() - 1).step().name().equals(name)) {
            tasks.add(task(row, name));
        }
        int number = row.getInt("number");
        if (!row.wasNull()) {
            Run.Task task = tasks.remove(tasks.size() - 1);
            List<Run.Attempt> attempts = new ArrayList<>(task.attempts());
            attempts.add(new Run.Attempt(
                    new AttemptId(run, name, number),
                    AttemptState.valueOf(row.getString("attempt_state")),
                    row.getString("attempt_reason"),
                    timestamps(row, "attempt_"),
                    instant(row, "stop_asked_at")));
            tasks.add(new Run.Task(task.step(), task.state(), task.reason(), task.tries(), attempts));
        }
    }

    private static Run.Task task(ResultSet row, String name) throws SQLException {
        return new Run.Task(
                new Plan.Step(
                        name,
                        List.of((String[]) row.getArray("needs").getArray()),
                        TriggerRule.valueOf(row.getString("trigger_rule")),
                        new Retry(
                                row.getInt("retries"),
                                Duration.ofMillis(row.getLong("backoff_ms")),
                                row.getDouble("jitter")),
                        Duration.ofMillis(row.getLong("task_timeout_ms")),
                        row.getBoolean("on_environment")),
                TaskState.valueOf(row.getString("task_state")),
                row.getString("task_reason"),
                new Run.Task.Tries(instant(row, "retry_at"), row.getInt("attempts_before")),
                List.of());
    }

    private static Run.Timestamps timestamps(ResultSet row, String prefix) throws SQLException {
        return new Run.Timestamps(
                row.getObject(prefix + "created_at", OffsetDateTime.class).toInstant(),
                instant(row, prefix + "started_at"),
                instant(row, prefix + "ended_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
