package dev.mayfly.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.search.Page;
import dev.mayfly.search.PageQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The tables of logged models. */
final class LoggedModelStore {

    private static final String WHOLE = """
            model.*,
            (select json_agg(json_build_array(m.key, m.value, m.timestamp, m.step, m.run_id, m.dataset_name,
                m.dataset_digest) order by m.key, m.step, m.timestamp)
              from (select * from logged_model_metric where model_id = model.model_id
                order by step desc, timestamp desc, key limit %d) m) as metrics,
            (select json_object_agg(p.key, p.value order by p.key) from logged_model_param p
              where p.model_id = model.model_id) as params,
            (select json_object_agg(t.key, t.value order by t.key) from logged_model_tag t
              where t.model_id = model.model_id) as tags
            """.formatted(LoggedModel.MOST_EVALUATIONS);

    private LoggedModelStore() {}

    static void insert(Handle tx, LoggedModel.Info info) {
        tx.createUpdate("""
                        insert into logged_model (model_id, experiment_id, name, status, lifecycle_stage, creation_time,
                          update_time, artifact_uri, model_type, source_run_id)
                        values (:id, :experiment, :name, :status, 'ACTIVE', :created, :created, :uri, :type, :run)""")
                .bind("id", info.id())
                .bind("experiment", info.experiment().value())
                .bind("name", info.name())
                .bind("status", info.status().name())
                .bind("created", info.created().toEpochMilli())
                .bind("uri", info.artifactUri())
                .bind("type", info.origin().type())
                .bind("run", info.origin().run())
                .execute();
    }

    static Optional<LoggedModel> find(Handle tx, String id, boolean deletedToo) {
        return tx.createQuery("select " + WHOLE + " from logged_model model where model.model_id = :id"
                        + (deletedToo ? "" : " and model.lifecycle_stage = 'ACTIVE'"))
                .bind("id", id)
                .map((row, context) -> model(row))
                .findOne();
    }

    static Page<LoggedModel> search(Handle tx, LoggedModels.Search search, PageQuery page) {
        String measured = search.data().isEmpty()
                ? ""
                : " and exists (select 1 from logged_model_metric m where m.model_id = model.model_id"
                        + LoggedModelFields.onData(search.data()) + ")";
        String condition = "model.lifecycle_stage = 'ACTIVE' and model.experiment_id = any(:experiments)" + measured;
        Query statement = tx.createQuery("select " + WHOLE + " from ("
                        + page.page("logged_model model", "model", condition) + ") model order by "
                        + page.order())
                .bindArray(
                        "experiments",
                        Long.class,
                        search.experiments().stream().map(ExperimentId::value).toList())
                .bind("limit", search.limit() + 1);
        page.binds().forEach(statement::bind);
        return Page.read(statement, page, search.limit(), LoggedModelStore::model);
    }

    static boolean finalise(Handle tx, String id, LoggedModel.Status status, Instant now) {
        return tx.createUpdate("""
                                update logged_model set status = :status, update_time = :now
                                where model_id = :id and lifecycle_stage = 'ACTIVE'""")
                        .bind("id", id)
                        .bind("status", status.name())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    static boolean delete(Handle tx, String id, Instant now) {
        return tx.createUpdate("""
                                update logged_model set lifecycle_stage = 'DELETED', update_time = :now
                                where model_id = :id and lifecycle_stage = 'ACTIVE'""")
                        .bind("id", id)
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    static void putParams(Handle tx, String id, Map<String, String> params) {
        putTexts(tx, "logged_model_param", id, params);
    }

    static void putTags(Handle tx, String id, Map<String, String> tags) {
        putTexts(tx, "logged_model_tag", id, tags);
    }

    private static void putTexts(Handle tx, String table, String id, Map<String, String> texts) {
        texts.forEach((key, value) -> tx.createUpdate("insert into " + table + """
                         (model_id, key, value) values (:id, :key, :value)
                        on conflict (model_id, key) do update set value = excluded.value""")
                .bind("id", id)
                .bind("key", key)
                .bind("value", value)
                .execute());
    }

    static boolean deleteTag(Handle tx, String id, String key) {
        return tx.createUpdate("delete from logged_model_tag where model_id = :id and key = :key")
                        .bind("id", id)
                        .bind("key", key)
                        .execute()
                == 1;
    }

    /** Returns the model of this name that a run made; the newest if there are several. */
    static Optional<LoggedModel> madeBy(Handle tx, String run, String name) {
        return tx.createQuery("select " + WHOLE + """
                         from run_model made join logged_model model on model.model_id = made.model_id
                        where made.run_id = :run and made.is_output and model.name = :name
                          and model.lifecycle_stage = 'ACTIVE'
                        order by model.creation_time desc limit 1""")
                .bind("run", run)
                .bind("name", name)
                .map((row, context) -> model(row))
                .findOne();
    }

    /** Adds a point; one that exists stays as it is. Returns false if there is no such model. */
    static boolean putMetric(Handle tx, String id, LoggedModel.Evaluation evaluation) {
        Metric metric = evaluation.metric();
        int changed = tx.createUpdate("""
                        insert into logged_model_metric
                          (model_id, key, run_id, step, timestamp, value, dataset_name, dataset_digest)
                        select model_id, :key, :run, :step, :timestamp, :value, :dataset, :digest
                        from logged_model where model_id = :id
                        on conflict do nothing""")
                .bind("id", id)
                .bind("key", metric.key())
                .bind("run", evaluation.run())
                .bind("step", metric.step())
                .bind("timestamp", metric.timestamp().toEpochMilli())
                .bind("value", metric.value())
                .bind("dataset", evaluation.datasetName())
                .bind("digest", evaluation.datasetDigest())
                .execute();
        return changed > 0
                || tx.createQuery("select 1 from logged_model where model_id = :id")
                        .bind("id", id)
                        .mapTo(Integer.class)
                        .findOne()
                        .isPresent();
    }

    private static LoggedModel model(ResultSet row) throws SQLException {
        List<LoggedModel.Evaluation> metrics = new ArrayList<>();
        for (JsonNode point : TrackingRunStore.json(row, "metrics")) {
            metrics.add(new LoggedModel.Evaluation(
                    new Metric(
                            point.path(0).asText(),
                            Double.parseDouble(point.path(1).asText()),
                            Instant.ofEpochMilli(point.path(2).asLong()),
                            point.path(3).asLong()),
                    point.path(4).asText(),
                    point.path(5).asText(),
                    point.path(6).asText()));
        }
        return new LoggedModel(
                new LoggedModel.Info(
                        row.getString("model_id"),
                        new ExperimentId(row.getLong("experiment_id")),
                        row.getString("name"),
                        LoggedModel.Status.valueOf(row.getString("status")),
                        Instant.ofEpochMilli(row.getLong("creation_time")),
                        Instant.ofEpochMilli(row.getLong("update_time")),
                        row.getString("artifact_uri"),
                        new LoggedModel.Origin(row.getString("model_type"), row.getString("source_run_id"))),
                TrackingRunStore.texts(TrackingRunStore.json(row, "params")),
                TrackingRunStore.texts(TrackingRunStore.json(row, "tags")),
                metrics);
    }
}
