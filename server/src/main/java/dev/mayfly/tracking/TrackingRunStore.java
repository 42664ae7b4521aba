package dev.mayfly.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.mayfly.search.Page;
import dev.mayfly.search.PageQuery;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables {@code tracking_run}, {@code param} and {@code run_tag}; reads whole runs with all that belongs to them. */
final class TrackingRunStore {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TrackingRunStore() {}

    /**
     * Inserts a run and returns where its artifacts go; empty, with nothing inserted, if there is a run of this id or
     * no such active experiment.
     */
    static Optional<String> insert(Handle tx, TrackingRunId id, NewRun run, String name, Map<String, String> tags) {
        return tx.createQuery("""
                        with made as (
                          insert into tracking_run (run_id, experiment_id, name, user_id, status, start_time,
                            artifact_uri, lifecycle_stage, job)
                          select :id, id, :name, :user, 'RUNNING', :start,
                            artifact_location || '/' || :id || '/artifacts', 'ACTIVE', :job
                          from experiment where id = :experiment and lifecycle_stage = 'ACTIVE'
                          on conflict (run_id) do nothing returning run_id, artifact_uri),
                        tagged as (
                          insert into run_tag (run_id, key, value)
                          select run_id, key, value from made, unnest(:key, :value) as tag (key, value))
                        select artifact_uri from made""")
                .bind("id", id.value())
                .bind("experiment", run.experiment().value())
                .bind("name", name)
                .bind("user", run.user())
                .bind("job", run.job())
                .bind("start", run.start().toEpochMilli())
                .bindArray("key", String.class, List.copyOf(tags.keySet()))
                .bindArray("value", String.class, List.copyOf(tags.values()))
                .mapTo(String.class)
                .findOne();
    }

    static List<TrackingRunId> madeByJob(Handle tx, String job) {
        return tx.createQuery("select run_id from tracking_run where job = :job order by start_time, run_id")
                .bind("job", job)
                .mapTo(String.class)
                .map(TrackingRunId::new)
                .list();
    }

    /** The columns of a whole run in one row; the arrays of one table run in parallel. */
    private static final String WHOLE = """
            run.*, metrics.*, params.*, tags.*,
            (select json_agg(json_build_array(d.name, d.digest, d.source_type, d.source, d.schema, d.profile, i.tags)
                order by d.id)
              from run_input i join dataset d on d.id = i.dataset_id where i.run_id = run.run_id) as inputs,
            (select json_agg(json_build_array(l.model_id, l.is_output, l.step)
                order by l.step, g.creation_time, l.model_id)
              from run_model l left join logged_model g on g.model_id = l.model_id
              where l.run_id = run.run_id) as models
            """;

    private static final String PARTS = """
             run
            left join lateral (select array_agg(key) as metric_keys, array_agg(value) as metric_values,
                array_agg(timestamp) as metric_timestamps, array_agg(step) as metric_steps
              from latest_metric m where m.run_id = run.run_id) metrics on true
            left join lateral (select array_agg(key) as param_keys, array_agg(value) as param_values
              from param p where p.run_id = run.run_id) params on true
            left join lateral (select array_agg(key) as tag_keys, array_agg(value) as tag_values
              from run_tag t where t.run_id = run.run_id) tags on true
            """;

    static Optional<TrackingRun> find(Handle tx, TrackingRunId id) {
        return tx.createQuery("select " + WHOLE + " from tracking_run" + PARTS + "where run_id = :id")
                .bind("id", id.value())
                .map((row, context) -> run(row))
                .findOne();
    }

    /** Returns the stage of a run, and locks it until the transaction ends; empty if there is no such run. */
    static Optional<LifecycleStage> lockStage(Handle tx, TrackingRunId id) {
        return tx.createQuery("select lifecycle_stage from tracking_run where run_id = :id for key share")
                .bind("id", id.value())
                .mapTo(String.class)
                .findOne()
                .map(LifecycleStage::valueOf);
    }

    /** Returns a page by one statement, which reads one row more than the page to see whether another page follows. */
    static Page<TrackingRun> search(Handle tx, RunQuery query, PageQuery page) {
        String stage = switch (query.viewType()) {
            case ACTIVE_ONLY -> "run.lifecycle_stage = 'ACTIVE'";
            case DELETED_ONLY -> "run.lifecycle_stage = 'DELETED'";
            case ALL -> "true";
        };
        String experiments = query.experiments().size() == 1
                ? "run.experiment_id = " + query.experiments().get(0).value()
                : "run.experiment_id = any(:experiments)";
        var statement = tx.createQuery("select " + WHOLE + " from ("
                        + page.page("tracking_run run", "run", stage + " and " + experiments) + ")" + PARTS
                        + "order by " + page.order())
                .bind("limit", query.limit() + 1);
        if (query.experiments().size() != 1) {
            statement.bindArray(
                    "experiments",
                    Long.class,
                    query.experiments().stream().map(ExperimentId::value).toList());
        }
        page.binds().forEach(statement::bind);
        return Page.read(statement, page, query.limit(), TrackingRunStore::run);
    }

    static boolean move(Handle tx, TrackingRunId id, LifecycleStage stage, Instant now) {
        return tx.createUpdate("""
                                update tracking_run set lifecycle_stage = :stage,
                                  deleted_at = case when :stage = 'DELETED' then coalesce(deleted_at, :now) end
                                where run_id = :id""")
                        .bind("id", id.value())
                        .bind("stage", stage.name())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
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

    /**
     * Ends a run and the runs nested in it, as far as they are still running.
     *
     * @return whether the run itself was running
     */
    static boolean endIfRunning(Handle tx, TrackingRunId id, RunStatus status, Instant now) {
        return tx.createQuery("""
                        with recursive nested as (
                            select cast(:id as text) as run_id
                            union
                            select tag.run_id from run_tag tag join nested
                                on md5(tag.value) = md5(nested.run_id) and tag.value = nested.run_id
                            where tag.key = 'mlflow.parentRunId'),
                        ended as (
                            update tracking_run set status = :status, end_time = :now
                            where run_id = any(array(select run_id from nested)) and status in ('RUNNING', 'SCHEDULED')
                            returning run_id)
                        select exists (select 1 from ended where run_id = :id)""")
                .bind("id", id.value())
                .bind("status", status.name())
                .bind("now", now.toEpochMilli())
                .mapTo(Boolean.class)
                .one();
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

    /** Adds the parameters that are missing, and returns the stored values of all given ones. */
    static Map<String, String> insertParams(Handle tx, TrackingRunId id, List<Batch.Entry> params) {
        Map<String, String> there = new HashMap<>();
        if (params.isEmpty()) {
            return there;
        }
        List<String> keys = params.stream().map(Batch.Entry::key).toList();
        tx.createUpdate("""
                        insert into param (run_id, key, value)
                        select :run, key, value from unnest(:key, :value) as entry (key, value) order by key
                        on conflict do nothing""")
                .bind("run", id.value())
                .bindArray("key", String.class, keys)
                .bindArray(
                        "value",
                        String.class,
                        params.stream().map(Batch.Entry::value).toList())
                .execute();
        tx.createQuery("select key, value from param where run_id = :run and key = any(:key)")
                .bind("run", id.value())
                .bindArray("key", String.class, keys)
                .map((row, context) -> Map.entry(row.getString("key"), row.getString("value")))
                .forEach(entry -> there.put(entry.getKey(), entry.getValue()));
        return there;
    }

    static void putTags(Handle tx, TrackingRunId id, Map<String, String> tags) {
        if (tags.isEmpty()) {
            return;
        }
        tx.createUpdate("""
                        insert into run_tag (run_id, key, value)
                        select :run, key, value from unnest(:key, :value) as entry (key, value) order by key
                        on conflict (run_id, key) do update set value = excluded.value""")
                .bind("run", id.value())
                .bindArray("key", String.class, List.copyOf(tags.keySet()))
                .bindArray("value", String.class, List.copyOf(tags.values()))
                .execute();
    }

    static void putTag(Handle tx, TrackingRunId id, String key, String value) {
        putTags(tx, id, Map.of(key, value));
    }

    /** Deletes a tag; returns false if there was none. */
    static boolean deleteTag(Handle tx, TrackingRunId id, String key) {
        return tx.createUpdate("delete from run_tag where run_id = :run and key = :key")
                        .bind("run", id.value())
                        .bind("key", key)
                        .execute()
                == 1;
    }

    private static TrackingRun run(ResultSet row) throws SQLException {
        List<RunInputsOutputs.Input> inputs = new ArrayList<>();
        for (JsonNode input : json(row, "inputs")) {
            inputs.add(new RunInputsOutputs.Input(
                    new Dataset(
                            input.path(0).asText(),
                            input.path(1).asText(),
                            input.path(2).asText(),
                            input.path(3).asText(),
                            input.path(4).isNull() ? null : input.path(4).asText(),
                            input.path(5).isNull() ? null : input.path(5).asText()),
                    texts(input.path(6))));
        }
        List<String> modelInputs = new ArrayList<>();
        List<RunInputsOutputs.Output> modelOutputs = new ArrayList<>();
        for (JsonNode model : json(row, "models")) {
            if (model.path(1).asBoolean()) {
                modelOutputs.add(new RunInputsOutputs.Output(
                        model.path(0).asText(), model.path(2).asLong()));
            } else {
                modelInputs.add(model.path(0).asText());
            }
        }
        return new TrackingRun(
                info(row),
                metrics(row),
                texts(row, "param"),
                texts(row, "tag"),
                new RunInputsOutputs(inputs, modelInputs, modelOutputs));
    }

    private static List<Metric> metrics(ResultSet row) throws SQLException {
        String[] keys = array(row, "metric_keys", new String[0]);
        Double[] values = array(row, "metric_values", new Double[0]);
        Long[] timestamps = array(row, "metric_timestamps", new Long[0]);
        Long[] steps = array(row, "metric_steps", new Long[0]);
        List<Metric> metrics = new ArrayList<>(keys.length);
        for (int n = 0; n < keys.length; n++) {
            metrics.add(new Metric(keys[n], values[n], Instant.ofEpochMilli(timestamps[n]), steps[n]));
        }
        metrics.sort(Comparator.comparing(Metric::key));
        return metrics;
    }

    private static Map<String, String> texts(ResultSet row, String what) throws SQLException {
        String[] keys = array(row, what + "_keys", new String[0]);
        String[] values = array(row, what + "_values", new String[0]);
        Map<String, String> texts = new TreeMap<>();
        for (int n = 0; n < keys.length; n++) {
            texts.put(keys[n], values[n]);
        }
        return texts;
    }

    @SuppressWarnings("unchecked") // the driver makes an array of the column's type
    private static <T> T[] array(ResultSet row, String column, T[] none) throws SQLException {
        Array array = row.getArray(column);
        return array == null ? none : (T[]) array.getArray();
    }

    static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    static JsonNode json(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        try {
            return text == null ? MissingNode.getInstance() : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("column " + column + " can't be read: " + text, e);
        }
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
