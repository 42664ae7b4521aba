package dev.mayfly.tracking;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The tables {@code tracking_run}, {@code metric}, {@code latest_metric}, {@code param} and {@code run_tag}. */
final class TrackingRunStore {

    private TrackingRunStore() {}

    /** False: there is a run of this id already. */
    static boolean insert(Handle tx, TrackingRunId id, NewRun run, String name, String artifactUri) {
        return tx.createUpdate("""
                                insert into tracking_run (run_id, experiment_id, name, user_id, status, start_time,
                                  artifact_uri, lifecycle_stage)
                                values (:id, :experiment, :name, :user, 'RUNNING', :start, :uri, 'ACTIVE')
                                on conflict (run_id) do nothing""")
                        .bind("id", id.value())
                        .bind("experiment", run.experiment().value())
                        .bind("name", name)
                        .bind("user", run.user())
                        .bind("start", run.start().toEpochMilli())
                        .bind("uri", artifactUri)
                        .execute()
                == 1;
    }

    static Optional<TrackingRun> find(Handle tx, TrackingRunId id) {
        return withData(
                        tx,
                        tx.createQuery("select * from tracking_run where run_id = :id")
                                .bind("id", id.value())
                                .map((row, context) -> info(row))
                                .list())
                .stream()
                .findFirst();
    }

    static List<TrackingRun> search(Handle tx, RunQuery query, int limit) {
        RunFilter filter = new RunFilter(query.filter(), query.orderBy());
        var statement = tx.createQuery(
                        """
                        select run.* from tracking_run run
                        where run.experiment_id = any(:experiments)
                          and (:stages = 'ALL' or run.lifecycle_stage || '_ONLY' = :stages)""" + filter.where() + " order by " + filter.orderBy() + " limit :limit offset :offset")
                .bindArray(
                        "experiments",
                        Long.class,
                        query.experiments().stream().map(ExperimentId::value).toList())
                .bind("stages", query.stages().name())
                .bind("limit", limit)
                .bind("offset", query.offset());
        filter.binds().forEach(statement::bind);
        return withData(tx, statement.map((row, context) -> info(row)).list());
    }

    static void update(
            Handle tx, TrackingRunId id, @Nullable RunStatus status, @Nullable Instant end, @Nullable String name) {
        tx.createUpdate("""
                        update tracking_run set status = coalesce(:status, status),
                          end_time = coalesce(cast(:end as bigint), end_time), name = coalesce(:name, name)
                        where run_id = :id""")
                .bind("id", id.value())
                .bind("status", status == null ? null : status.name())
                .bind("end", end == null ? null : end.toEpochMilli())
                .bind("name", name)
                .execute();
    }

    /** True: it was RUNNING and is now what is asked for. */
    static boolean endIfRunning(Handle tx, TrackingRunId id, RunStatus status, Instant now) {
        return tx.createUpdate("""
                                update tracking_run set status = :status, end_time = :now
                                where run_id = :id and status in ('RUNNING', 'SCHEDULED')""")
                        .bind("id", id.value())
                        .bind("status", status.name())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    static Map<TrackingRunId, String> openWithTag(Handle tx, String key) {
        Map<TrackingRunId, String> found = new HashMap<>();
        tx.createQuery("""
                        select run.run_id, tag.value from tracking_run run join run_tag tag using (run_id)
                        where run.status in ('RUNNING', 'SCHEDULED') and tag.key = :key""")
                .bind("key", key)
                .map((row, context) -> Map.entry(new TrackingRunId(row.getString(1)), row.getString(2)))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    /** Rows are touched in the order of their keys, so that two batches on one run never wait for each other in a ring. */
    static void insertMetrics(Handle tx, TrackingRunId id, List<Metric> metrics) {
        if (metrics.isEmpty()) {
            return;
        }
        PreparedBatch points = tx.prepareBatch("""
                insert into metric (run_id, key, step, timestamp, value)
                values (:run, :key, :step, :timestamp, :value) on conflict do nothing""");
        PreparedBatch latest = tx.prepareBatch("""
                insert into latest_metric (run_id, key, step, timestamp, value)
                values (:run, :key, :step, :timestamp, :value)
                on conflict (run_id, key) do update
                  set step = excluded.step, timestamp = excluded.timestamp, value = excluded.value
                  where (excluded.step, excluded.timestamp, excluded.value)
                    > (latest_metric.step, latest_metric.timestamp, latest_metric.value)""");
        metrics.stream()
                .sorted(java.util.Comparator.comparing(Metric::key)
                        .thenComparing(Metric::step)
                        .thenComparing(Metric::timestamp))
                .forEach(metric -> {
                    bind(points, id, metric).add();
                    bind(latest, id, metric).add();
                });
        points.execute();
        latest.execute();
    }

    private static PreparedBatch bind(PreparedBatch batch, TrackingRunId id, Metric metric) {
        return batch.bind("run", id.value())
                .bind("key", metric.key())
                .bind("step", metric.step())
                .bind("timestamp", metric.timestamp().toEpochMilli())
                .bind("value", metric.value());
    }

    /** Returns the value that is there afterwards: another one than given means that the parameter was set before. */
    static String insertParam(Handle tx, TrackingRunId id, Batch.Entry param) {
        tx.createUpdate("insert into param (run_id, key, value) values (:run, :key, :value) on conflict do nothing")
                .bind("run", id.value())
                .bind("key", param.key())
                .bind("value", param.value())
                .execute();
        return tx.createQuery("select value from param where run_id = :run and key = :key")
                .bind("run", id.value())
                .bind("key", param.key())
                .mapTo(String.class)
                .one();
    }

    static void putTags(Handle tx, TrackingRunId id, Map<String, String> tags) {
        PreparedBatch batch = tx.prepareBatch("""
                insert into run_tag (run_id, key, value) values (:run, :key, :value)
                on conflict (run_id, key) do update set value = excluded.value""");
        tags.forEach((key, value) -> batch.bind("run", id.value())
                .bind("key", key)
                .bind("value", value)
                .add());
        batch.execute();
    }

    static void putTag(Handle tx, TrackingRunId id, String key, String value) {
        putTags(tx, id, Map.of(key, value));
    }

    /** False: there was none. */
    static boolean deleteTag(Handle tx, TrackingRunId id, String key) {
        return tx.createUpdate("delete from run_tag where run_id = :run and key = :key")
                        .bind("run", id.value())
                        .bind("key", key)
                        .execute()
                == 1;
    }

    static List<Metric> history(Handle tx, TrackingRunId id, String key, int limit, int offset) {
        return tx.createQuery("""
                        select * from metric where run_id = :run and key = :key
                        order by timestamp, step, value limit :limit offset :offset""")
                .bind("run", id.value())
                .bind("key", key)
                .bind("limit", limit)
                .bind("offset", offset)
                .map((row, context) -> metric(row))
                .list();
    }

    private static List<TrackingRun> withData(Handle tx, List<TrackingRun.Info> infos) {
        List<String> ids = infos.stream().map(info -> info.id().value()).toList();
        if (ids.isEmpty()) {
            return List.of();
        }
        Map<String, List<Metric>> metrics = new HashMap<>();
        tx.createQuery("select * from latest_metric where run_id = any(:ids) order by key")
                .bindArray("ids", String.class, ids)
                .map((row, context) -> Map.entry(row.getString("run_id"), metric(row)))
                .forEach(entry -> metrics.computeIfAbsent(entry.getKey(), id -> new ArrayList<>())
                        .add(entry.getValue()));
        Map<String, Map<String, String>> params = texts(tx, "param", ids);
        Map<String, Map<String, String>> tags = texts(tx, "run_tag", ids);
        return infos.stream()
                .map(info -> new TrackingRun(
                        info,
                        metrics.getOrDefault(info.id().value(), List.of()),
                        params.getOrDefault(info.id().value(), Map.of()),
                        tags.getOrDefault(info.id().value(), Map.of())))
                .toList();
    }

    private static Map<String, Map<String, String>> texts(Handle tx, String table, List<String> ids) {
        Map<String, Map<String, String>> texts = new HashMap<>();
        tx.createQuery("select * from " + table + " where run_id = any(:ids) order by key")
                .bindArray("ids", String.class, ids)
                .map((row, context) -> List.of(row.getString("run_id"), row.getString("key"), row.getString("value")))
                .forEach(row -> texts.computeIfAbsent(row.get(0), id -> new LinkedHashMap<>())
                        .put(row.get(1), row.get(2)));
        return texts;
    }

    private static Metric metric(ResultSet row) throws SQLException {
        return new Metric(
                row.getString("key"),
                row.getDouble("value"),
                Instant.ofEpochMilli(row.getLong("timestamp")),
                row.getLong("step"));
    }

    private static TrackingRun.Info info(ResultSet row) throws SQLException {
        long end = row.getLong("end_time");
        boolean ended = !row.wasNull();
        return new TrackingRun.Info(
                new TrackingRunId(row.getString("run_id")),
                new ExperimentId(row.getLong("experiment_id")),
                new TrackingRun.Naming(row.getString("name"), row.getString("user_id")),
                RunStatus.valueOf(row.getString("status")),
                Instant.ofEpochMilli(row.getLong("start_time")),
                ended ? Instant.ofEpochMilli(end) : null,
                row.getString("artifact_uri"),
                LifecycleStage.valueOf(row.getString("lifecycle_stage")));
    }
}
