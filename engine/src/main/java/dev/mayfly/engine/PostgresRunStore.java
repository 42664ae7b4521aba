package dev.mayfly.engine;

import dev.mayfly.postgres.Database;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The tables {@code run}, {@code task} and {@code attempt}. */
final class PostgresRunStore implements RunStore {

    private final Database database;

    PostgresRunStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Run> find(RunId id) {
        return database.read(tx -> find(tx, id));
    }

    @Override
    public Set<RunId> unfinished() {
        return database.read(tx -> tx.createQuery("select id from run where ended_at is null")
                .mapTo(UUID.class)
                .map(RunId::new)
                .collect(Collectors.toSet()));
    }

    @Override
    public boolean save(Run before, Run after) {
        return begins(before, after)
                ? database.inTransaction(tx -> save(tx, before, after))
                : database.inOneStatement(tx -> save(tx, before, after));
    }

    @Override
    public Optional<RunId> oldestQueued(String flow) {
        return database.read(tx -> tx.createQuery("""
                        select id from run where flow = :flow and ended_at is null and state = 'QUEUED' and not held
                        order by created_at, id limit 1""")
                .bind("flow", flow)
                .mapTo(UUID.class)
                .findOne()
                .map(RunId::new));
    }

    /** The flow and generation of each run that is under way, or has ended lately. */
    Map<RunId, Engine.Stamp> stamps() {
        return database.read(tx -> tx.createQuery("""
                        select id, flow, generation from run where ended_at is null
                        union all
                        (select id, flow, generation from
                          (select * from run order by created_at desc, id limit 200) newest
                          where ended_at > now() - interval '1 minute')""").reduceRows(new HashMap<RunId, Engine.Stamp>(), (stamps, row) -> {
            stamps.put(
                    new RunId(row.getColumn("id", UUID.class)),
                    new Engine.Stamp(row.getColumn("flow", String.class), row.getColumn("generation", Long.class)));
            return stamps;
        }));
    }

    List<RunId> idsStartingWith(String prefix) {
        return database.read(tx -> tx.createQuery("select id from run where id::text like :prefix || '%' limit 2")
                .bind("prefix", prefix.replaceAll("[^0-9a-fA-F-]", "?").toLowerCase(Locale.ROOT))
                .mapTo(UUID.class)
                .map(RunId::new)
                .list());
    }

    /** Newest first; only of {@code flow}, if given, and of flows whose name matches one of {@code like}. */
    List<Run> newest(@Nullable String flow, List<String> like, Set<RunState> states, int limit) {
        List<String> conditions = new ArrayList<>();
        Map<String, Object> binds = new LinkedHashMap<>();
        if (flow != null) {
            conditions.add("flow = :flow");
            binds.put("flow", flow);
        }
        if (!like.contains("%")) {
            conditions.add("flow like any(:like)");
            binds.put("like", like.toArray(String[]::new));
        }
        if (!states.isEmpty()) {
            conditions.add("state = any(:states)");
            binds.put("states", states.stream().map(RunState::name).toArray(String[]::new));
        }
        if (!states.isEmpty() && states.stream().noneMatch(RunState::isTerminal)) {
            conditions.add("ended_at is null"); // these have an index of their own
        }
        String where = conditions.isEmpty() ? "" : "where " + String.join(" and ", conditions);
        return database.read(tx -> WholeRunStore.list(tx, where, binds, limit));
    }

    List<ReconcileFailure> failing() {
        return database.read(WakeupStore::failing);
    }

    List<ReconcileFailure> failing(Collection<String> ids) {
        return database.read(tx -> WakeupStore.failing(tx, ids));
    }

    List<Run> unfinished(String flow) {
        return database.read(tx -> WholeRunStore.list(
                tx, "where flow = :flow and ended_at is null", Map.of("flow", flow), Integer.MAX_VALUE));
    }

    static Optional<Run> find(Handle tx, RunId id) {
        return WholeRunStore.list(tx, "where id = :id", Map.of("id", id.value()), 1).stream()
                .findFirst();
    }

    static boolean lockIfRunning(Handle tx, RunId id) {
        return tx.createQuery("select id from run where id = :id and state = 'RUNNING' for share")
                .bind("id", id.value())
                .mapTo(UUID.class)
                .findOne()
                .isPresent();
    }

    static boolean lockIfStarting(Handle tx, AttemptId attempt) {
        return tx.createQuery("""
                        select run.id from run join attempt on attempt.run_id = run.id
                        where run.id = :run and run.state = 'RUNNING'
                          and attempt.task = :task and attempt.number = :number and attempt.state = 'STARTING'
                        for share""")
                .bind("run", attempt.run().value())
                .bind("task", attempt.task())
                .bind("number", attempt.number())
                .mapTo(UUID.class)
                .findOne()
                .isPresent();
    }

    static Optional<RunId> byDedupeKey(Handle tx, String key) {
        return tx.createQuery("select id from run where dedupe_key = :key")
                .bind("key", key)
                .mapTo(UUID.class)
                .findOne()
                .map(RunId::new);
    }

    /** Returns false if a run with this dedupe key exists already. */
    static boolean insert(Handle tx, Run run, String dedupeKey) {
        int inserted = tx.createUpdate("""
                        insert into run (id, flow, dedupe_key, state, max_active, timeout_ms, created_at)
                        values (:id, :flow, :key, :state, :maxActive, :timeout, :created)
                        on conflict (dedupe_key) do nothing""")
                .bind("id", run.id().value())
                .bind("flow", run.flow())
                .bind("key", dedupeKey)
                .bind("state", run.state().name())
                .bind("maxActive", run.limits().maxActive())
                .bind("timeout", run.limits().timeout().toMillis())
                .bind("created", run.timestamps().created())
                .execute();
        if (inserted == 1) {
            insertTasks(tx, run);
        }
        return inserted == 1;
    }

    /** Holds the queued runs of a flow, or lets the held ones go; returns those that it changed. */
    static List<RunId> hold(Handle tx, String flow, boolean held) {
        return tx.createQuery("""
                        update run set held = :held, generation = generation + 1
                        where flow = :flow and ended_at is null and state = 'QUEUED' and held <> :held
                        returning id""")
                .bind("flow", flow)
                .bind("held", held)
                .mapTo(UUID.class)
                .map(RunId::new)
                .list();
    }

    /** Replaces the plan of a queued run; returns false if its generation has changed. */
    static boolean replan(Handle tx, Run before, Run after) {
        int changed = tx.createUpdate("""
                        update run set max_active = :maxActive, timeout_ms = :timeout, generation = generation + 1
                        where id = :id and generation = :generation""")
                .bind("maxActive", after.limits().maxActive())
                .bind("timeout", after.limits().timeout().toMillis())
                .bind("id", before.id().value())
                .bind("generation", before.generation())
                .execute();
        if (changed == 1) {
            tx.createUpdate("delete from task where run_id = :id")
                    .bind("id", before.id().value())
                    .execute();
            insertTasks(tx, after);
        }
        return changed == 1;
    }

    private static void insertTasks(Handle tx, Run run) {
        var batch = tx.prepareBatch("""
                insert into task (run_id, position, name, needs, trigger_rule, retries, backoff_ms, jitter, timeout_ms,
                  on_environment, state, reason)
                values (:run, :position, :name, :needs, :trigger, :retries, :backoff, :jitter, :timeout,
                  :environment, :state, :reason)""");
        int position = 0;
        for (Run.Task task : run.tasks()) {
            Plan.Step step = task.step();
            batch.bind("run", run.id().value())
                    .bind("position", position++)
                    .bind("name", step.name())
                    .bindArray("needs", String.class, step.needs())
                    .bind("trigger", step.trigger().name())
                    .bind("retries", step.retry().count())
                    .bind("backoff", step.retry().backoff().toMillis())
                    .bind("jitter", step.retry().jitter())
                    .bind("timeout", step.timeout().toMillis())
                    .bind("environment", step.needsAllocation())
                    .bind("state", task.state().name())
                    .bind("reason", task.reason())
                    .add();
        }
        batch.execute();
    }

    /**
     * Saves the run, its tasks and its attempts in one statement, or nothing if the run's generation has changed. If
     * not all of the tasks and attempts can be changed, an invalid cast rolls the statement back, with the counts in
     * its error.
     */
    static boolean save(Handle tx, Run before, Run after) {
        boolean begins = begins(before, after);
        if (begins) {
            lockFlow(tx, before.flow());
        }
        Changed changed = Changed.between(before, after);
        return bind(tx.createQuery(saving(begins)), before, after, changed)
                .mapTo(Boolean.class)
                .one();
    }

    private static boolean begins(Run before, Run after) {
        return before.state() == RunState.QUEUED && after.state() == RunState.RUNNING;
    }

    private static void lockFlow(Handle tx, String flow) {
        tx.createQuery("select pg_advisory_xact_lock(hashtextextended(:flow, 7))::text")
                .bind("flow", flow)
                .mapTo(String.class)
                .one();
    }

    private static String saving(boolean begins) {
        String room = begins ? """
                  and (select count(*) from run other where other.flow = run.flow
                       and other.ended_at is null and other.state <> 'QUEUED') < max_active
                  and not exists (select 1 from run other where other.flow = run.flow
                       and other.ended_at is null and other.state = 'QUEUED' and not other.held
                       and (other.created_at, other.id) < (run.created_at, run.id))
                """ : "";
        return """
                with moved as (
                  update run set generation = generation + 1, state = :state, cancel_reason = :cancel,
                    result = :result, reason = :reason, started_at = :started, ended_at = :ended
                  where id = :id and generation = :generation
                """ + room + """
                  returning id),
                tasks as (
                  update task set state = t.state, reason = t.reason, retry_at = t.retry_at, attempts_before = t.before
                  from moved, unnest(:taskName, :taskState, :taskReason, cast(:taskRetryAt as timestamptz[]),
                    cast(:taskBefore as integer[])) as t (name, state, reason, retry_at, before)
                  where task.run_id = moved.id and task.name = t.name
                  returning 1),
                attempts as (
                  insert into attempt (run_id, task, number, state, reason, created_at, started_at, ended_at,
                    stop_asked_at)
                  select moved.id, a.task, a.number, a.state, a.reason, a.created_at, a.started_at, a.ended_at,
                    a.stop_asked_at
                  from moved, unnest(:task, cast(:number as integer[]), :attemptState, :attemptReason,
                    cast(:createdAt as timestamptz[]), cast(:startedAt as timestamptz[]),
                    cast(:endedAt as timestamptz[]), cast(:stopAskedAt as timestamptz[]))
                    as a (task, number, state, reason, created_at, started_at, ended_at, stop_asked_at)
                  on conflict (run_id, task, number) do update
                    set state = excluded.state, reason = excluded.reason, started_at = excluded.started_at,
                      ended_at = excluded.ended_at, stop_asked_at = excluded.stop_asked_at
                    where attempt.ended_at is null
                  returning 1)
                select case
                  when runs = 0 then false
                  when tasks = :tasks and attempts = :attempts then true
                  else cast(tasks || ' tasks and ' || attempts || ' attempts of the run can be changed (expected: '
                    || :tasks || ' and ' || :attempts || ')' as boolean) end
                from (select (select count(*) from moved) as runs, (select count(*) from tasks) as tasks,
                  (select count(*) from attempts) as attempts) changed""";
    }

    /** The tasks and attempts that a change adds or alters. */
    private record Changed(List<Run.Task> tasks, List<Run.Attempt> attempts) {

        static Changed between(Run before, Run after) {
            List<Run.Task> tasks = new ArrayList<>();
            List<Run.Attempt> attempts = new ArrayList<>();
            for (int n = 0; n < after.tasks().size(); n++) {
                Run.Task was = before.tasks().get(n);
                Run.Task is = after.tasks().get(n);
                if (!is.equals(was)) {
                    tasks.add(is);
                    is.attempts().stream()
                            .filter(attempt -> !was.attempts().contains(attempt))
                            .forEach(attempts::add);
                }
            }
            return new Changed(tasks, attempts);
        }
    }

    private static Query bind(Query statement, Run before, Run after, Changed changed) {
        statement
                .bind("id", before.id().value())
                .bind("generation", before.generation())
                .bind("state", after.state().name())
                .bind("cancel", after.status().cancelReason())
                .bind("result", after.status().result())
                .bind("reason", after.status().reason())
                .bind("tasks", changed.tasks().size())
                .bind("attempts", changed.attempts().size())
                .bind("started", after.timestamps().started())
                .bind("ended", after.timestamps().ended());
        array(statement, "taskName", changed.tasks(), task -> task.step().name());
        array(statement, "taskState", changed.tasks(), Run.Task::state);
        array(statement, "taskReason", changed.tasks(), Run.Task::reason);
        array(statement, "taskRetryAt", changed.tasks(), task -> task.tries().retryAt());
        array(statement, "taskBefore", changed.tasks(), task -> task.tries().before());
        array(statement, "task", changed.attempts(), attempt -> attempt.id().task());
        array(statement, "number", changed.attempts(), attempt -> attempt.id().number());
        array(statement, "attemptState", changed.attempts(), Run.Attempt::state);
        array(statement, "attemptReason", changed.attempts(), Run.Attempt::reason);
        array(
                statement,
                "createdAt",
                changed.attempts(),
                attempt -> attempt.timestamps().created());
        array(
                statement,
                "startedAt",
                changed.attempts(),
                attempt -> attempt.timestamps().started());
        array(
                statement,
                "endedAt",
                changed.attempts(),
                attempt -> attempt.timestamps().ended());
        array(statement, "stopAskedAt", changed.attempts(), Run.Attempt::stopAsked);
        return statement;
    }

    /** Binds one value of each element as text; the statement casts it to the column's type. */
    private static <T> void array(Query statement, String name, List<T> of, Function<T, @Nullable Object> value) {
        String[] words = new String[of.size()];
        for (int n = 0; n < words.length; n++) {
            Object one = value.apply(of.get(n));
            words[n] = one == null ? null : one.toString();
        }
        statement.bindArray(name, String.class, (Object[]) words);
    }
}
