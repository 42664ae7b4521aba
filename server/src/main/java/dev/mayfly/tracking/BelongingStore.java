package dev.mayfly.tracking;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Which experiments the rows of the other tables belong to. */
final class BelongingStore {

    private BelongingStore() {}

    static Optional<String> experiment(Handle tx, ExperimentId id) {
        return tx.createQuery("select name from experiment where id = :id")
                .bind("id", id.value())
                .mapTo(String.class)
                .findOne();
    }

    static Optional<String> run(Handle tx, TrackingRunId id) {
        return tx.createQuery("""
                        select e.name from tracking_run r join experiment e on e.id = r.experiment_id
                        where r.run_id = :id""").bind("id", id.value()).mapTo(String.class).findOne();
    }

    static Set<String> runs(Handle tx, Set<String> ids) {
        return tx.createQuery("""
                        select distinct e.name from tracking_run r join experiment e on e.id = r.experiment_id
                        where r.run_id = any(:ids)""")
                .bindArray("ids", String.class, ids)
                .mapTo(String.class)
                .set();
    }

    static Optional<String> loggedModel(Handle tx, String id) {
        return tx.createQuery("""
                        select e.name from logged_model m join experiment e on e.id = m.experiment_id
                        where m.model_id = :id""").bind("id", id).mapTo(String.class).findOne();
    }

    static boolean isFreeOrOf(Handle tx, String experiment, String pipeline) {
        return tx.createQuery("""
                        select not exists (select from experiment
                          where name = :name and made_by is distinct from :pipeline)""")
                .bind("name", experiment)
                .bind("pipeline", pipeline)
                .mapTo(Boolean.class)
                .one();
    }

    /** The innermost experiment whose artifacts are at one of some places. */
    static Optional<String> location(Handle tx, List<String> places) {
        return tx.createQuery("""
                        select name from experiment where artifact_location = any(:places)
                        order by length(artifact_location) desc, id limit 1""")
                .bindArray("places", String.class, places)
                .mapTo(String.class)
                .findOne();
    }
}
