package dev.mayfly.tracking;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The tables {@code metric} and {@code latest_metric}. */
final class MetricStore {

    private MetricStore() {}

    /**
     * Logs points of a run in one statement, which locks the run first: these tables have no foreign key, since it would be checked for
     * every point. The latest point of a key has the greatest step, then time, then value, where NaN counts as 0, as in MLflow's databases.
     * Rows are written in the order of their keys, so that two batches on one run can't deadlock.
     *
     * @return the run's stage, and nothing is logged unless it is ACTIVE; empty if there is no such run
     */
    static Optional<LifecycleStage> insert(Handle tx, TrackingRunId id, List<Metric> metrics) {
        return bind(tx.createQuery("""
                                with run as materialized (
                                  select lifecycle_stage from tracking_run where run_id = :run for key share),
                                point as materialized (
                                  select point.* from run,
                                    unnest(:key, :step, :timestamp, :value) as point (key, step, timestamp, value)
                                  where lifecycle_stage = 'ACTIVE'),
                                history as (
                                  insert into metric (run_id, key, step, timestamp, value)
                                  select :run, key, step, timestamp, value from point
                                  order by key, timestamp, step, value
                                  on conflict do nothing),
                                latest as (
                                  insert into latest_metric (run_id, key, step, timestamp, value)
                                  select distinct on (key) :run, key, step, timestamp, value from point
                                  order by key, step desc, timestamp desc, coalesce(nullif(value, 'NaN'), 0) desc
                                  on conflict (run_id, key) do update
                                    set step = excluded.step, timestamp = excluded.timestamp, value = excluded.value
                                    where (excluded.step, excluded.timestamp, coalesce(nullif(excluded.value, 'NaN'), 0))
                                      > (latest_metric.step, latest_metric.timestamp,
                                        coalesce(nullif(latest_metric.value, 'NaN'), 0)))
                                select lifecycle_stage from run"""), id, metrics)
                .mapTo(LifecycleStage.class)
                .findOne();
    }

    private static Query bind(Query statement, TrackingRunId id, List<Metric> metrics) {
        return statement
                .bind("run", id.value())
                .bindArray(
                        "key", String.class, metrics.stream().map(Metric::key).toList())
                .bindArray(
                        "step", Long.class, metrics.stream().map(Metric::step).toList())
                .bindArray(
                        "timestamp",
                        Long.class,
                        metrics.stream()
                                .map(metric -> metric.timestamp().toEpochMilli())
                                .toList())
                .bindArray(
                        "value",
                        Double.class,
                        metrics.stream().map(Metric::value).toList());
    }

    /** The points after a given one, by timestamp, step and value. */
    static List<Metric> history(Handle tx, TrackingRunId id, String key, int limit, @Nullable Metric after) {
        var statement = tx.createQuery("""
                        select timestamp, step, value from metric where run_id = :run and key = :key
                        """ + (after == null ? "" : "and (timestamp, step, value) > (:t, :s, :v)") + """
                         order by timestamp, step, value limit :limit""")
                .bind("run", id.value())
                .bind("key", key)
                .bind("limit", limit);
        if (after != null) {
            statement
                    .bind("t", after.timestamp().toEpochMilli())
                    .bind("s", after.step())
                    .bind("v", after.value());
        }
        return statement.map((row, context) -> metric(key, row)).list();
    }

    /**
     * Points spread evenly over a history, by step, timestamp and value: the first of each of {@code limit} equal parts, and the last of
     * all, which may be one more.
     */
    static List<Metric> sample(Handle tx, String run, String key, @Nullable Long from, @Nullable Long to, int limit) {
        return tx.createQuery("""
                        select timestamp, step, value from (
                          select timestamp, step, value, from_end,
                            row_number() over (partition by part order by step, timestamp, value) as in_part
                          from (
                            select timestamp, step, value, ntile(:limit) over (order by step, timestamp, value) as part,
                              row_number() over (order by step desc, timestamp desc, value desc) as from_end
                            from metric where run_id = :run and key = :key
                              and step >= coalesce(cast(:from as bigint), step) and step <= coalesce(cast(:to as bigint), step)) parts) ranked
                        where in_part = 1 or from_end = 1 order by step, timestamp, value""")
                .bind("run", run)
                .bind("key", key)
                .bind("from", from)
                .bind("to", to)
                .bind("limit", limit)
                .map((row, context) -> metric(key, row))
                .list();
    }

    private static Metric metric(String key, ResultSet row) throws SQLException {
        return new Metric(
                key, row.getDouble("value"), Instant.ofEpochMilli(row.getLong("timestamp")), row.getLong("step"));
    }
}
