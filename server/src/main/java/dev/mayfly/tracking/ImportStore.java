package dev.mayfly.tracking;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Rows with the ids and times of another server. */
final class ImportStore {

    private ImportStore() {}

    /** Whether one of these is the id of a run or a logged model. */
    static boolean isAny(Handle tx, List<String> ids) {
        return tx.createQuery("""
                        select exists (select 1 from tracking_run where run_id = any(:ids))
                          or exists (select 1 from logged_model where model_id = any(:ids))""")
                .bindArray("ids", String.class, ids)
                .mapTo(Boolean.class)
                .one();
    }

    static void created(Handle tx, ExperimentId id, Instant created) {
        tx.createUpdate("update experiment set creation_time = :created where id = :id")
                .bind("id", id.value())
                .bind("created", created.toEpochMilli())
                .execute();
    }

    static void putRun(Handle tx, TrackingRun.Info info) {
        Instant end = info.end();
        tx.createUpdate("""
                        insert into tracking_run (run_id, experiment_id, name, user_id, status, start_time, end_time,
                          artifact_uri, lifecycle_stage)
                        values (:id, :experiment, :name, :user, :status, :start, :end, :uri, 'ACTIVE')
                        on conflict (run_id) do update set name = excluded.name, status = excluded.status,
                          end_time = excluded.end_time
                        where tracking_run.experiment_id = excluded.experiment_id""")
                .bind("id", info.id().value())
                .bind("experiment", info.experiment().value())
                .bind("name", info.naming().name())
                .bind("user", info.naming().user())
                .bind("status", info.status().name())
                .bind("start", info.start().toEpochMilli())
                .bind("end", end == null ? null : end.toEpochMilli())
                .bind("uri", info.artifactUri())
                .execute();
    }

    /** Inserts a logged model; returns false if it exists. */
    static boolean putModel(Handle tx, LoggedModel.Info info) {
        return tx.createUpdate("""
                                insert into logged_model (model_id, experiment_id, name, status, lifecycle_stage,
                                  creation_time, update_time, artifact_uri, model_type, source_run_id)
                                values (:id, :experiment, :name, :status, 'ACTIVE', :created, :updated, :uri, :type, :run)
                                on conflict (model_id) do nothing""")
                        .bind("id", info.id())
                        .bind("experiment", info.experiment().value())
                        .bind("name", info.name())
                        .bind("status", info.status().name())
                        .bind("created", info.created().toEpochMilli())
                        .bind("updated", info.updated().toEpochMilli())
                        .bind("uri", info.artifactUri())
                        .bind("type", info.origin().type())
                        .bind("run", info.origin().run())
                        .execute()
                == 1;
    }

    static Imports.Counts counts(Handle tx, TrackingRunId run) {
        return tx.createQuery("""
                        select (select count(*) from metric where run_id = :run) as points,
                          (select count(*) from param where run_id = :run) as params,
                          (select count(*) from run_tag where run_id = :run) as tags,
                          (select count(*) from run_input where run_id = :run) as datasets""")
                .bind("run", run.value())
                .map((row, context) -> new Imports.Counts(
                        row.getLong("points"), row.getLong("params"), row.getLong("tags"), row.getLong("datasets")))
                .one();
    }
}
