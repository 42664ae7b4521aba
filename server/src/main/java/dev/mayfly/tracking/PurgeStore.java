package dev.mayfly.tracking;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The deleted rows in all tables of tracking. */
final class PurgeStore {

    /** Experiment 0 is never purged: clients that name no experiment log to it. */
    private static final String EXPERIMENT = "id <> 0 and lifecycle_stage = 'DELETED' and last_update_time < :before";

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

    /** Locks a row until the transaction ends; returns false if it is not to be purged, or not any more. */
    static boolean lock(Handle tx, Deleted deleted, Instant before) {
        String which = switch (deleted.kind()) {
            case EXPERIMENT -> "experiment where id = cast(:id as bigint) and " + EXPERIMENT + IS_EMPTY;
            case RUN -> "tracking_run where run_id = :id and " + RUN;
            case LOGGED_MODEL -> "logged_model where model_id = :id and " + LOGGED_MODEL;
        };
        return tx.createQuery("select 1 from " + which + " for update")
                .bind("id", deleted.id())
                .bind("before", before.toEpochMilli())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    static void delete(Handle tx, Deleted deleted) {
        List<String> rows = switch (deleted.kind()) {
            case EXPERIMENT -> List.of("experiment where id = cast(:id as bigint)");
            // points have no foreign key, see MetricStore
            case RUN ->
                List.of(
                        "metric where run_id = :id",
                        "latest_metric where run_id = :id",
                        "tracking_run where run_id = :id");
            case LOGGED_MODEL -> List.of("logged_model where model_id = :id");
        };
        rows.forEach(some ->
                tx.createUpdate("delete from " + some).bind("id", deleted.id()).execute());
    }
}
