package dev.mayfly.tracking;

import dev.mayfly.access.Actor;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What comes from another tracking server, with the ids and times it had there. Every method may be called again, and leaves what is
 * there already. Points, parameters, tags and datasets of a run are logged as of any run. Safe for use by any thread.
 */
public final class Imports {

    private final Database database;
    private final Tracking tracking;

    public Imports(Database database, Tracking tracking) {
        this.database = database;
        this.tracking = tracking;
    }

    /** How much a run has. */
    public record Counts(long points, long params, long tags, long datasets) {}

    /**
     * The experiment of this name, made if there is none. Experiment 0 is always there; it takes over tags and age.
     *
     * @param location where its artifacts are; empty: in this server's store
     */
    public Experiment experiment(Actor actor, String name, String location, Instant created, Map<String, String> tags) {
        Optional<ExperimentId> there = tracking.experimentByName(name).map(Experiment::id);
        if (there.isEmpty() || there.get().equals(ExperimentId.DEFAULT)) {
            ExperimentId id = there.orElseGet(() -> tracking.createExperiment(Actor.SYSTEM, name, location, Map.of()));
            database.useTransaction(tx -> {
                ImportStore.created(tx, id, created);
                tags.forEach((key, value) -> ExperimentStore.putTag(tx, id, key, value));
            });
        }
        return tracking.experimentByName(name).orElseThrow();
    }

    /**
     * The run of this id, made if there is none; name, status and end are those given. Throws {@link Refused} if there is one in another
     * experiment.
     */
    public TrackingRun run(Actor actor, TrackingRun.Info info) {
        database.useTransaction(tx -> ImportStore.putRun(tx, info));
        TrackingRun run = tracking.run(info.id());
        if (!run.info().experiment().equals(info.experiment())) {
            throw Refused.alreadyExists("run " + info.id() + " (expected: none of this id, or one in experiment "
                    + info.experiment() + "; it is in experiment " + run.info().experiment() + ")");
        }
        return run;
    }

    public Counts counts(TrackingRunId run) {
        tracking.run(run);
        return database.read(tx -> ImportStore.counts(tx, run));
    }

    /** The logged model of this id, made if there is none. */
    public void loggedModel(Actor actor, LoggedModel model) {
        database.useTransaction(tx -> {
            String id = model.info().id();
            if (ImportStore.putModel(tx, model.info())) {
                LoggedModelStore.putParams(tx, id, model.params());
                LoggedModelStore.putTags(tx, id, model.tags());
            }
            List<LoggedModel.Evaluation> metrics = model.metrics();
            metrics.forEach(metric -> LoggedModelStore.putMetric(tx, id, metric));
        });
    }
}
