package dev.mayfly.tracking;

import dev.mayfly.postgres.Database;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.statement.Query;

/** The names of the experiments that things of tracking belong to, deleted ones too. Thread-safe. */
public final class Belonging {

    private final Database database;

    public Belonging(Database database) {
        this.database = database;
    }

    /** The name of the experiment of an id; empty if there is none. */
    public Optional<String> experiment(ExperimentId id) {
        return name("select name from experiment where id = :id", "id", id.value());
    }

    public Optional<String> run(TrackingRunId id) {
        return name(
                "select e.name from tracking_run r join experiment e on e.id = r.experiment_id where r.run_id = :id",
                "id",
                id.value());
    }

    /** The names of the experiments of runs. */
    public Set<String> runs(Set<String> ids) {
        return ids.isEmpty()
                ? Set.of()
                : database.read(tx -> tx.createQuery("""
                                select distinct e.name from tracking_run r join experiment e on e.id = r.experiment_id
                                where r.run_id = any(:ids)""")
                        .bindArray("ids", String.class, ids)
                        .mapTo(String.class)
                        .set());
    }

    public Optional<String> loggedModel(String id) {
        return name(
                "select e.name from logged_model m join experiment e on e.id = m.experiment_id where m.model_id = :id",
                "id",
                id);
    }

    /**
     * The name of the experiment whose artifacts are at a place.
     *
     * @param places the place and those that it is inside of
     */
    public Optional<String> location(List<String> places) {
        return database.read(tx -> name(tx.createQuery("""
                        select name from experiment where artifact_location = any(:places)
                        order by length(artifact_location) desc, id limit 1""").bindArray("places", String.class, places)));
    }

    private Optional<String> name(String sql, String parameter, Object value) {
        return database.read(tx -> name(tx.createQuery(sql).bind(parameter, value)));
    }

    private static Optional<String> name(Query query) {
        return query.mapTo(String.class).findOne();
    }
}
