package dev.mayfly.tracking;

import dev.mayfly.postgres.Database;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The names of the experiments that things of tracking belong to, deleted ones too. Thread-safe. */
public final class Belonging {

    private final Database database;

    public Belonging(Database database) {
        this.database = database;
    }

    /** The name of the experiment of an id; empty if there is none. */
    public Optional<String> experiment(ExperimentId id) {
        return database.read(tx -> BelongingStore.experiment(tx, id));
    }

    public Optional<String> run(TrackingRunId id) {
        return database.read(tx -> BelongingStore.run(tx, id));
    }

    /** The names of the experiments of runs. */
    public Set<String> runs(Set<String> ids) {
        return ids.isEmpty() ? Set.of() : database.read(tx -> BelongingStore.runs(tx, ids));
    }

    public Optional<String> loggedModel(String id) {
        return database.read(tx -> BelongingStore.loggedModel(tx, id));
    }

    /** Whether there is no experiment of a name, or a job of a pipeline made it. */
    public boolean isFreeOrOf(String experiment, String pipeline) {
        return database.read(tx -> BelongingStore.isFreeOrOf(tx, experiment, pipeline));
    }

    /**
     * The name of the experiment whose artifacts are at a place.
     *
     * @param places the place and those that it is inside of
     */
    public Optional<String> location(List<String> places) {
        return database.read(tx -> BelongingStore.location(tx, places));
    }
}
