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

    /** The pipeline whose job made an experiment; empty if somebody else did. */
    public Optional<String> maker(String experiment) {
        return database.read(tx -> BelongingStore.maker(tx, experiment));
    }

    /** Whether there is an experiment of a name, even a deleted one. */
    public boolean exists(String experiment) {
        return database.read(tx -> BelongingStore.exists(tx, experiment));
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
