package dev.mayfly.tracking;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.audit.Audit;
import dev.mayfly.idempotency.IdempotentCreate;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import dev.mayfly.search.Order;
import dev.mayfly.search.Page;
import dev.mayfly.search.PageQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Tracking runs, and the {@link Experiments} that they belong to. Every method is one transaction. Thread-safe. */
public final class Tracking {

    /** The tag that mirrors a run's name. */
    public static final String RUN_NAME_TAG = "mlflow.runName";

    private final Database database;
    private final Clock clock;
    private final Experiments experiments;

    public Tracking(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.experiments = new Experiments(database, clock);
    }

    /** The experiments, to which the runs belong. */
    public Experiments experiments() {
        return experiments;
    }

    public TrackingRun createRun(Actor actor, NewRun run) {
        return createRun(actor, run, IdempotentCreate.ALWAYS_NEW);
    }

    /** Creates a run; if {@code once} repeats an earlier create, returns the run that it created. */
    public TrackingRun createRun(Actor actor, NewRun run, IdempotentCreate once) {
        Optional<Actor.Job> job = actor.job();
        return insert(TrackingRunId.random(), job.map(some -> marked(run, some)).orElse(run), once);
    }

    /** A run that a job makes belongs to its attempt, whatever the job says. */
    private static NewRun marked(NewRun run, Actor.Job job) {
        Map<String, String> tags = new TreeMap<>(run.tags());
        tags.put("mayfly.pipeline", job.pipeline());
        tags.put("mayfly.job", job.attempt());
        return new NewRun(run.experiment(), run.name(), run.user(), run.start(), tags, job.attempt());
    }

    /** The runs that an attempt's job made itself, the oldest first. */
    public List<TrackingRunId> madeByJob(String job) {
        return database.read(tx -> TrackingRunStore.madeByJob(tx, job));
    }

    /** Creates the run of this id if there is none, for callers that chose the id beforehand and may call again. */
    public void ensureRun(Actor actor, TrackingRunId id, NewRun run) {
        insert(id, run, IdempotentCreate.ALWAYS_NEW);
    }

    /** Returns the new run, or the existing one of this id. */
    private TrackingRun insert(TrackingRunId id, NewRun run, IdempotentCreate once) {
        String tagged = run.tags().get(RUN_NAME_TAG);
        if (run.name() != null && tagged != null && !run.name().equals(tagged)) {
            throw Refused.invalid("Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different"
                    + " values (run_name='" + run.name() + "', mlflow.runName='" + tagged + "').");
        }
        String name =
                run.name() != null && !run.name().isEmpty() ? run.name() : tagged != null ? tagged : RunNames.invent();
        Map<String, String> tags = new TreeMap<>(run.tags());
        tags.put(RUN_NAME_TAG, name);
        if (once == IdempotentCreate.ALWAYS_NEW) {
            return database.inOneStatement(tx -> insert(tx, id, run, name, tags));
        }
        return database.inTransaction(tx -> {
            String made = once.claim(tx, id.value());
            return made.equals(id.value()) ? insert(tx, id, run, name, tags) : find(tx, new TrackingRunId(made));
        });
    }

    private static TrackingRun insert(Handle tx, TrackingRunId id, NewRun run, String name, Map<String, String> tags) {
        return TrackingRunStore.insert(tx, id, run, name, tags)
                .map(artifacts -> opened(id, run, name, artifacts, tags))
                .orElseGet(() -> {
                    checkActive(tx, run.experiment());
                    return find(tx, id);
                });
    }

    private static TrackingRun opened(
            TrackingRunId id, NewRun run, String name, String artifacts, Map<String, String> tags) {
        TrackingRun.Info info = new TrackingRun.Info(
                id,
                run.experiment(),
                new TrackingRun.Naming(name, run.user()),
                RunStatus.RUNNING,
                run.start(),
                null,
                artifacts,
                LifecycleStage.ACTIVE);
        return new TrackingRun(info, List.of(), Map.of(), tags, RunInputsOutputs.NONE);
    }

    private static void checkActive(Handle tx, ExperimentId id) {
        Experiment experiment = ExperimentStore.find(tx, id).orElseThrow(() -> Experiments.unknown(id));
        if (experiment.stage() == LifecycleStage.DELETED) {
            throw Refused.invalid("The experiment " + id
                    + " must be in the 'active' state. Current state is deleted; restore it, or name another one"
                    + (id.equals(ExperimentId.DEFAULT) ? " (mlflow.set_experiment)." : "."));
        }
    }

    public TrackingRun run(TrackingRunId id) {
        return database.inTransaction(tx -> find(tx, id));
    }

    /** Returns the run; empty if there is none. */
    public Optional<TrackingRun> findRun(TrackingRunId id) {
        return database.read(tx -> TrackingRunStore.find(tx, id));
    }

    /**
     * Returns a page of runs.
     *
     * @throws Refused if the filter, order or page token is invalid
     */
    public Page<TrackingRun> search(Scope scope, RunQuery query) {
        PageQuery page = new PageQuery(
                new RunFields(),
                scope,
                PageQuery.Request.of(query.filter(), query.orderBy(), query.pageToken()),
                List.of(Order.by("start_time", true), Order.by("run_id", false)));
        return query.experiments().isEmpty()
                ? new Page<>(List.of(), Optional.empty())
                : database.search(tx -> TrackingRunStore.search(tx, query, page));
    }

    /** Deletes a run; it can be restored. */
    public void deleteRun(Actor actor, TrackingRunId id) {
        moveRun(actor, "tracking run delete", id, LifecycleStage.DELETED);
    }

    public void restoreRun(Actor actor, TrackingRunId id) {
        moveRun(actor, "tracking run restore", id, LifecycleStage.ACTIVE);
    }

    private void moveRun(Actor actor, String action, TrackingRunId id, LifecycleStage to) {
        database.useTransaction(tx -> {
            if (!TrackingRunStore.move(tx, id, to, clock.instant())) {
                throw unknownRun(id);
            }
            Audit.done(tx, actor, action, "tracking run " + id, "");
        });
    }

    /** Records what a run read: datasets and models. Repeated calls change nothing. */
    public void logInputs(Actor actor, TrackingRunId id, List<RunInputsOutputs.Input> datasets, List<String> models) {
        database.useTransaction(tx -> {
            requireActive(tx, id);
            datasets.forEach(input -> RunInputsOutputsStore.putInput(tx, id, input));
            models.forEach(model -> RunInputsOutputsStore.putModel(tx, id, model, false, 0));
        });
    }

    /** Records which models a run made. */
    public void logOutputs(Actor actor, TrackingRunId id, List<RunInputsOutputs.Output> models) {
        database.useTransaction(tx -> {
            requireActive(tx, id);
            models.forEach(model -> RunInputsOutputsStore.putModel(tx, id, model.modelId(), true, model.step()));
        });
    }

    /** Changes the fields that are given; null leaves a field as it is. */
    public TrackingRun updateRun(
            Actor actor, TrackingRunId id, @Nullable RunStatus status, @Nullable Instant end, @Nullable String name) {
        return database.inTransaction(tx -> {
            requireActive(tx, id);
            TrackingRunStore.update(tx, id, status, end, name);
            if (name != null) {
                TrackingRunStore.putTag(tx, id, RUN_NAME_TAG, name);
            }
            return find(tx, id);
        });
    }

    /**
     * Ends a run that its writer left RUNNING.
     *
     * @return false if it has ended already, or there is none
     */
    public boolean endIfRunning(Actor actor, TrackingRunId id, RunStatus status) {
        return database.inOneStatement(tx -> TrackingRunStore.endIfRunning(tx, id, status, clock.instant()));
    }

    /** Returns the runs that are RUNNING or SCHEDULED and have a tag, with its value. */
    public Map<TrackingRunId, String> openWithTag(String key) {
        return database.read(tx -> TrackingRunStore.openWithTag(tx, key));
    }

    /**
     * Logs all of a batch or nothing.
     *
     * @throws Refused if the run is not active, or a parameter has another value already
     */
    public void log(Actor actor, TrackingRunId id, Batch batch) {
        log(actor, id, batch, Map.of());
    }

    /**
     * Like {@link #log(Actor, TrackingRunId, Batch)}, and adds the metrics that belong to logged models, by model id.
     */
    public void log(Actor actor, TrackingRunId id, Batch batch, Map<String, List<LoggedModel.Evaluation>> evaluations) {
        if (batch.isOfMetrics() && evaluations.isEmpty()) {
            requireActive(id, database.inOneStatement(tx -> MetricStore.insert(tx, id, batch.metrics())));
            return;
        }
        database.useTransaction(tx -> {
            requireActive(tx, id);
            Map<String, String> there = TrackingRunStore.insertParams(tx, id, batch.params());
            for (Batch.Entry param : batch.params()) {
                if (!param.value().equals(there.get(param.key()))) {
                    throw Refused.invalid("Changing param values is not allowed. Param with key='" + param.key()
                            + "' was already logged with value='" + there.get(param.key()) + "' for run ID='" + id
                            + "'. Attempted logging new value '" + param.value() + "'.");
                }
            }
            if (!batch.metrics().isEmpty()) {
                MetricStore.insert(tx, id, batch.metrics());
            }
            evaluations.forEach((model, all) -> all.forEach(evaluation -> {
                if (!LoggedModelStore.putMetric(tx, model, evaluation)) {
                    throw Refused.invalid("Logged model with ID '" + TextLimit.shown(model)
                            + "' not found (expected: the model that metric '"
                            + evaluation.metric().key()
                            + "' is about)");
                }
            }));
            Map<String, String> tags = new HashMap<>();
            batch.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
            TrackingRunStore.putTags(tx, id, tags);
            if (tags.containsKey(RUN_NAME_TAG)) {
                TrackingRunStore.update(tx, id, null, null, tags.get(RUN_NAME_TAG));
            }
        });
    }

    public void deleteTag(Actor actor, TrackingRunId id, String key) {
        database.useTransaction(tx -> {
            requireActive(tx, id);
            if (!TrackingRunStore.deleteTag(tx, id, key)) {
                throw Refused.missing("No tag with name: " + key + " in run with id " + id);
            }
        });
    }

    /**
     * Returns the points of a metric after a given one, in order of timestamp, step and value; null begins with the
     * first.
     */
    public List<Metric> history(TrackingRunId id, String key, int limit, @Nullable Metric after) {
        return database.search(tx -> MetricStore.history(tx, id, key, limit, after));
    }

    /**
     * Returns a metric of several runs, thinned out evenly to at most {@code limit} points each. The first and last
     * points of each run stay; only the last if the limit is 1. {@code from} and {@code to} bound the steps.
     */
    public Map<TrackingRunId, List<Metric>> sampled(
            List<String> runs, String key, @Nullable Long from, @Nullable Long to, int limit) {
        return database.read(tx -> {
            Map<TrackingRunId, List<Metric>> points = new LinkedHashMap<>();
            for (String run : runs) {
                List<Metric> sample = new ArrayList<>(MetricStore.sample(tx, run, key, from, to, limit));
                if (sample.size() > limit) {
                    sample.remove(sample.size() - 2);
                }
                points.put(new TrackingRunId(run), sample);
            }
            return points;
        });
    }

    /**
     * Returns the points of a metric of several runs, in order of run id, timestamp, step and value; at most {@code
     * limit} of each run.
     */
    public Map<TrackingRunId, List<Metric>> histories(List<String> runs, String key, int limit) {
        return database.read(tx -> {
            Map<TrackingRunId, List<Metric>> points = new LinkedHashMap<>();
            runs.stream()
                    .sorted()
                    .map(TrackingRunId::new)
                    .forEach(run -> points.put(run, MetricStore.history(tx, run, key, limit, null)));
            return points;
        });
    }

    private static TrackingRun find(Handle tx, TrackingRunId id) {
        return TrackingRunStore.find(tx, id).orElseThrow(() -> unknownRun(id));
    }

    private static Refused unknownRun(TrackingRunId id) {
        return Refused.missing("Run with id=" + id + " not found");
    }

    private static void requireActive(Handle tx, TrackingRunId id) {
        requireActive(id, TrackingRunStore.lockStage(tx, id));
    }

    private static void requireActive(TrackingRunId id, Optional<LifecycleStage> stage) {
        if (stage.orElseThrow(() -> unknownRun(id)) != LifecycleStage.ACTIVE) {
            throw Refused.invalid("The run " + id + " must be in the 'active' state. Current state is deleted.");
        }
    }
}
