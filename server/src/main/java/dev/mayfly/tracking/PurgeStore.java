package dev.mayfly.tracking;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What is deleted, in all tables of tracking. */
final class PurgeStore {

    private static final String EXPERIMENT = "lifecycle_stage = 'DELETED' and last_update_time < :before";
    private static final String IS_EMPTY = """
             and not exists (select 1 from tracking_run run where run.experiment_id = experiment.id)
            and not exists (select 1 from logged_model model where model.experiment_id = experiment.id)
            """;
    private static final String RUN = "lifecycle_stage = 'DELETED' and deleted_at < :before";
    /** A model of a deleted experiment is deleted with it. */
    private static final String LOGGED_MODEL = """
            (lifecycle_stage = 'DELETED' and update_time < :before
              or experiment_id in (select id from experiment where lifecycle_stage = 'DELETED' and last_update_time < :before))
            """;

    private PurgeStore() {}

    static List<Deleted> deleted(Handle tx, Deleted.Kind kind, Instant before, String after, int limit) {
        String query = switch (kind) {
            case EXPERIMENT ->
                "select cast(id as text) as id, artifact_location as uri from experiment where cast(id as text) > :after and "
                        + EXPERIMENT;
            case RUN -> "select run_id as id, artifact_uri as uri from tracking_run where run_id > :after and " + RUN;
            case LOGGED_MODEL ->
                "select model_id as id, artifact_uri as uri from logged_model where model_id > :after and "
                        + LOGGED_MODEL;
        };
        return tx.createQuery(query + " order by 1 limit :limit")
                .bind("after", after)
                .bind("before", before.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> new Deleted(kind, row.getString("id"), row.getString("uri")))
                .list();
    }

    static boolean purge(Handle tx, Deleted deleted, Instant before) {
        return switch (deleted.kind()) {
            case EXPERIMENT ->
                delete(tx, "experiment where id = cast(:id as bigint) and " + EXPERIMENT + IS_EMPTY, deleted, before);
            case LOGGED_MODEL -> delete(tx, "logged_model where model_id = :id and " + LOGGED_MODEL, deleted, before);
            case RUN -> {
                boolean gone = delete(tx, "tracking_run where run_id = :id and " + RUN, deleted, before);
                if (gone) {
                    for (String table : List.of("metric", "latest_metric")) { // without a foreign key, see MetricStore
                        tx.createUpdate("delete from " + table + " where run_id = :id")
                                .bind("id", deleted.id())
                                .execute();
                    }
                }
                yield gone;
            }
        };
    }

    private static boolean delete(Handle tx, String what, Deleted deleted, Instant before) {
        return tx.createUpdate("delete from " + what)
                        .bind("id", deleted.id())
                        .bind("before", before.toEpochMilli())
                        .execute()
                == 1;
    }
}
