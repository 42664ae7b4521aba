package dev.mayfly.tracking;

import dev.mayfly.access.Actor;
import dev.mayfly.audit.Audit;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Imports experiments, runs and logged models of another tracking server, with their ids and times. Every method is
 * idempotent. Points, parameters, tags and datasets of an imported run are logged like those of any run. Thread-safe.
 */
public final class Imports {

    private final Database database;
    private final Tracking tracking;

    public Imports(Database database, Tracking tracking) {
        this.database = database;
        this.tracking = tracking;
    }

    /** How much a run has logged. */
    public record Counts(long points, long params, long tags, long datasets) {}

    /**
     * Returns the experiment of this name; creates it if there is none. Experiment 0 always exists; it takes over the
     * tags and the creation time.
     *
     * @param location where its artifacts are; empty if in this server's store
     */
    public Experiment experiment(Actor actor, String name, String location, Instant created, Map<String, String> tags) {
        Optional<ExperimentId> there = tracking.experiments().byName(name).map(Experiment::id);
        if (there.isEmpty() || there.get().equals(ExperimentId.DEFAULT)) {
            ExperimentId id =
                    there.orElseGet(() -> tracking.experiments().create(Actor.SYSTEM, name, location, Map.of()));
            database.useTransaction(tx -> {
                ImportStore.created(tx, id, created);
                Audit.done(tx, actor, "import", "experiment " + id, name);
                tags.forEach((key, value) -> ExperimentStore.putTag(tx, id, key, value));
            });
        }
        return tracking.experiments().byName(name).orElseThrow();
    }

    /**
     * Creates the run of this id, or updates its name, status and end if it exists.
     *
     * @throws Refused if the run is in another experiment
     */
    public TrackingRun run(Actor actor, TrackingRun.Info info) {
        database.useTransaction(tx -> {
            checkExists(tx, info.experiment());
            checkOwn(tx, info.artifactUri(), info.id().value());
            ImportStore.putRun(tx, info);
            Audit.done(tx, actor, "import", "tracking run " + info.id(), "");
        });
        TrackingRun run = tracking.run(info.id());
        if (!run.info().experiment().equals(info.experiment())) {
            throw Refused.alreadyExists("run " + info.id() + " (expected: none of this id, or one in experiment "
                    + info.experiment() + "; it is in experiment " + run.info().experiment() + ")");
        }
        return run;
    }

    private static void checkExists(Handle tx, ExperimentId id) {
        if (ExperimentStore.find(tx, id).isEmpty()) {
            throw Experiments.unknown(id);
        }
    }

    /** What lies in the place of another is lost when that is purged. */
    private static void checkOwn(Handle tx, String location, String id) {
        List<String> others = Arrays.stream(location.split("/", -1))
                .filter(part -> !part.equals(id))
                .toList();
        if (ImportStore.isAny(tx, others)) {
            throw Refused.invalid("Invalid artifact location '" + TextLimit.shown(location) + "' of " + id
                    + " (expected: not in the place of another run or model)");
        }
    }

    public Counts counts(TrackingRunId run) {
        tracking.run(run);
        return database.read(tx -> ImportStore.counts(tx, run));
    }

    /** Creates the logged model of this id if there is none, and adds missing metrics. */
    public void loggedModel(Actor actor, LoggedModel model) {
        database.useTransaction(tx -> {
            String id = model.info().id();
            checkExists(tx, model.info().experiment());
            checkOwn(tx, model.info().artifactUri(), id);
            if (ImportStore.putModel(tx, model.info())) {
                LoggedModelStore.putParams(tx, id, model.params());
                LoggedModelStore.putTags(tx, id, model.tags());
                Audit.done(tx, actor, "import", "logged model " + id, "");
            }
            List<LoggedModel.Evaluation> metrics = model.metrics();
            metrics.forEach(metric -> LoggedModelStore.putMetric(tx, id, metric));
        });
    }
}
