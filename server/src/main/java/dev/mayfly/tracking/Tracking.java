package dev.mayfly.tracking;

import dev.mayfly.postgres.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Experiments and runs. Every method is one transaction. Safe for use by any thread. */
public final class Tracking {

    /** The tag that mirrors a run's name. */
    public static final String RUN_NAME_TAG = "mlflow.runName";

    private static final String ARTIFACTS = "mlflow-artifacts:/";

    private final Database database;
    private final Clock clock;

    public Tracking(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Throws {@link Refused} if there is one of this name, also if that one is deleted. */
    public ExperimentId createExperiment(String name, Map<String, String> tags) {
        if (name.isBlank() || name.length() > 500) {
            throw Refused.invalid("Invalid experiment name: '" + name + "' (expected: 1 to 500 characters)");
        }
        return database.inTransaction(tx -> {
            ExperimentId id = ExperimentStore.insert(tx, name, "", clock.instant())
                    .orElseThrow(() ->
                            new Refused(Refused.Kind.ALREADY_EXISTS, "Experiment(name=" + name + ") already exists"));
            ExperimentStore.place(tx, id, ARTIFACTS + id);
            tags.forEach((key, value) -> ExperimentStore.putTag(tx, id, key, value));
            return id;
        });
    }

    /** The experiment of this name, made if there is none. */
    public ExperimentId experimentNamed(String name) {
        return experimentByName(name).map(Experiment::id).orElseGet(() -> {
            try {
                return createExperiment(name, Map.of());
            } catch (Refused e) {
                return experimentByName(name).map(Experiment::id).orElseThrow(() -> e);
            }
        });
    }

    public Experiment experiment(ExperimentId id) {
        return database.read(tx -> ExperimentStore.find(tx, id))
                .orElseThrow(() -> Refused.missing("No Experiment with id=" + id + " exists"));
    }

    public Optional<Experiment> experimentByName(String name) {
        return database.read(tx -> ExperimentStore.byName(tx, name));
    }

    public List<Experiment> experiments(RunQuery.Stages stages, int limit, int offset) {
        return database.read(tx -> ExperimentStore.newest(tx, stages, limit, offset));
    }

    public void tagExperiment(ExperimentId id, String key, String value) {
        experiment(id);
        database.useTransaction(tx -> ExperimentStore.putTag(tx, id, key, value));
    }

    public TrackingRun createRun(NewRun run) {
        TrackingRunId id = TrackingRunId.random();
        ensureRun(id, run);
        return run(id);
    }

    /** Makes the run of this id if there is none: for callers that fixed the id beforehand, and may call again. */
    public void ensureRun(TrackingRunId id, NewRun run) {
        Experiment experiment = experiment(run.experiment());
        if (experiment.stage() == LifecycleStage.DELETED) {
            throw Refused.invalid("The experiment " + experiment.id() + " must be in the 'active' state.");
        }
        String tagged = run.tags().get(RUN_NAME_TAG);
        if (run.name() != null && tagged != null && !run.name().equals(tagged)) {
            throw Refused.invalid("Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different"
                    + " values (run_name='" + run.name() + "', mlflow.runName='" + tagged + "').");
        }
        String name =
                run.name() != null && !run.name().isEmpty() ? run.name() : tagged != null ? tagged : RunNames.invent();
        String artifacts = experiment.artifactLocation() + "/" + id + "/artifacts";
        database.useTransaction(tx -> {
            if (TrackingRunStore.insert(tx, id, run, name, artifacts)) {
                Map<String, String> tags = new HashMap<>(run.tags());
                tags.put(RUN_NAME_TAG, name);
                TrackingRunStore.putTags(tx, id, tags);
            }
        });
    }

    public TrackingRun run(TrackingRunId id) {
        return database.inTransaction(tx -> find(tx, id));
    }

    /** The run, if there is one. */
    public Optional<TrackingRun> findRun(TrackingRunId id) {
        return database.read(tx -> TrackingRunStore.find(tx, id));
    }

    /** One page of a search; {@code more}: another page follows. */
    public record RunPage(List<TrackingRun> runs, boolean more) {}

    public RunPage search(RunQuery query) {
        List<TrackingRun> oneMore = database.inTransaction(tx -> TrackingRunStore.search(tx, query, query.limit() + 1));
        boolean more = oneMore.size() > query.limit();
        return new RunPage(more ? oneMore.subList(0, query.limit()) : oneMore, more);
    }

    /** Changes what is given and leaves the rest. */
    public TrackingRun updateRun(
            TrackingRunId id, @Nullable RunStatus status, @Nullable Instant end, @Nullable String name) {
        return database.inTransaction(tx -> {
            active(tx, id);
            TrackingRunStore.update(tx, id, status, end, name);
            if (name != null) {
                TrackingRunStore.putTag(tx, id, RUN_NAME_TAG, name);
            }
            return find(tx, id);
        });
    }

    /** Closes a run that its writer left RUNNING. False: it was closed already, or there is none. */
    public boolean endIfRunning(TrackingRunId id, RunStatus status) {
        return database.inTransaction(tx -> TrackingRunStore.endIfRunning(tx, id, status, clock.instant()));
    }

    /** The runs that are RUNNING or SCHEDULED and bear a tag, with its value. */
    public Map<TrackingRunId, String> openWithTag(String key) {
        return database.read(tx -> TrackingRunStore.openWithTag(tx, key));
    }

    /** Logs everything or nothing. A parameter keeps the value that was logged first. */
    public void log(TrackingRunId id, Batch batch) {
        database.useTransaction(tx -> {
            active(tx, id);
            for (Batch.Entry param : batch.params()) {
                String there = TrackingRunStore.insertParam(tx, id, param);
                if (!there.equals(param.value())) {
                    throw Refused.invalid("Changing param values is not allowed. Param with key='" + param.key()
                            + "' was already logged with value='" + there + "' for run ID='" + id
                            + "'. Attempted logging new value '" + param.value() + "'.");
                }
            }
            TrackingRunStore.insertMetrics(tx, id, batch.metrics());
            for (Batch.Entry tag : batch.tags()) {
                TrackingRunStore.putTag(tx, id, tag.key(), tag.value());
                if (tag.key().equals(RUN_NAME_TAG)) {
                    TrackingRunStore.update(tx, id, null, null, tag.value());
                }
            }
        });
    }

    public void deleteTag(TrackingRunId id, String key) {
        database.useTransaction(tx -> {
            active(tx, id);
            if (!TrackingRunStore.deleteTag(tx, id, key)) {
                throw Refused.missing("No tag with name: " + key + " in run with id " + id);
            }
        });
    }

    /** The points of a metric, by timestamp, step and value. */
    public List<Metric> history(TrackingRunId id, String key, int limit, int offset) {
        return database.read(tx -> TrackingRunStore.history(tx, id, key, limit, offset));
    }

    private static TrackingRun find(Handle tx, TrackingRunId id) {
        return TrackingRunStore.find(tx, id).orElseThrow(() -> Refused.missing("Run with id=" + id + " not found"));
    }

    private static void active(Handle tx, TrackingRunId id) {
        if (find(tx, id).info().stage() != LifecycleStage.ACTIVE) {
            throw Refused.invalid("The run " + id + " must be in the 'active' state. Current state is deleted.");
        }
    }
}
