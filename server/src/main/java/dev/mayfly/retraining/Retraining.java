package dev.mayfly.retraining;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.ClusterRefused;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.digest.Sha256;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.Reconciler;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.Waker;
import dev.mayfly.pipeline.DataInterval;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.Schedule;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import dev.mayfly.slice.Slice;
import dev.mayfly.slice.Slices;
import dev.mayfly.task.AttemptBinding;
import dev.mayfly.task.PipelineRun;
import dev.mayfly.task.TaskKinds;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Pipelines and their runs. Every method is one transaction or none. Thread-safe. */
public final class Retraining {

    private static final int MOST_AT_ONCE = 1_000;
    private static final Duration CATCHUP_PAUSE = Duration.ofSeconds(1);

    private final Database database;
    private final Clock clock;
    private final Engine engine;
    private final Clusters clusters;
    private final Slices slices;
    private final PipelineRevisions revisions;
    private final RunOpener opener;
    private final Openings openings;
    private final PipelineTaskRunner runner;

    /**
     * Opens the room. Runs advance while somebody drives its {@link #reconcilers}.
     *
     * @param kinds the task kinds, which carry out the work of tasks
     * @param waker what drives the {@link #reconcilers}
     * @param dataFolder what <code>${data}</code> in pipelines means
     */
    public Retraining(
            Database database,
            Engine engine,
            Clusters clusters,
            TaskKinds kinds,
            Slices slices,
            Waker waker,
            Path dataFolder,
            Clock clock) {
        this.database = database;
        this.clock = clock;
        this.engine = engine;
        this.clusters = clusters;
        this.slices = slices;
        this.revisions = new PipelineRevisions(database, clusters.providerNames());
        this.opener = new RunOpener(engine, slices, dataFolder);
        this.openings = new Openings(database, revisions, opener, waker, clock);
        this.runner = new PipelineTaskRunner(database, clusters, kinds, revisions, openings, slices);
    }

    /** Returns the reconcilers that drive runs and schedules. */
    public List<Reconciler> reconcilers() {
        return List.of(engine.reconciler(runner), new ReconcileSchedules(this, clock), openings);
    }

    /**
     * What {@link #apply} did.
     *
     * @param warnings what is allowed but may be a mistake
     */
    public record Applied(String name, String hash, Change change, List<String> warnings) {

        public enum Change {
            CREATED,
            CHANGED,
            UNCHANGED
        }
    }

    /** A run with all that belongs to it. */
    public record RunDetails(Run run, PipelineRun pipelineRun, List<AttemptBinding> bindings, List<Cluster> clusters) {}

    /**
     * Stores a pipeline or a new revision of it. Active runs keep the revision they started with.
     *
     * @throws Refused if the text is no valid pipeline; it holds every problem
     */
    public Applied apply(Actor actor, String file, String yaml) {
        Pipeline pipeline = revisions.parse(file, yaml);
        check(pipeline);
        StoredPipeline.Revision revision =
                new StoredPipeline.Revision(Sha256.of(yaml).hex(), file, yaml);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            PipelineStore.lockTriggers(tx);
            List<String> warnings = Upstreams.checked(tx, pipeline);
            Optional<PipelineStore.Row> before = PipelineStore.find(tx, pipeline.name());
            boolean isSame = before.map(row -> row.revision().hash().equals(revision.hash()))
                    .orElse(false);
            if (!isSame) {
                PipelineStore.putRevision(tx, pipeline.name(), revision, now);
                PipelineStore.put(tx, pipeline, revision.hash(), nextDue(before, pipeline, now), now);
            }
            Applied.Change change = isSame
                    ? Applied.Change.UNCHANGED
                    : before.isPresent() ? Applied.Change.CHANGED : Applied.Change.CREATED;
            return new Applied(pipeline.name(), revision.hash(), change, warnings);
        });
    }

    private void check(Pipeline pipeline) {
        try {
            pipeline.cluster().ifPresent(clusters::check);
        } catch (ClusterRefused e) {
            throw Refused.invalid("cluster of pipeline '" + pipeline.name() + "': " + e.getMessage());
        }
    }

    public List<StoredPipeline> pipelines(Scope scope) {
        return database.inTransaction(PipelineStore::all).stream()
                .filter(row -> scope.includes(row.name()))
                .map(revisions::stored)
                .toList();
    }

    public StoredPipeline pipeline(String name) {
        return revisions.stored(database.inTransaction(tx -> PipelineStore.find(tx, name))
                .orElseThrow(() -> Refused.missing("pipeline '" + name + "' (expected: one of " + names() + ")")));
    }

    /** Pauses or resumes the trigger of a pipeline; active runs go on, and runs can still be opened by hand. */
    public StoredPipeline pause(Actor actor, String name, boolean paused) {
        Pipeline pipeline = pipeline(name).pipeline();
        database.useTransaction(tx -> PipelineStore.pause(
                tx, name, paused, nextDue(PipelineStore.find(tx, name), pipeline, clock.instant())));
        return pipeline(name);
    }

    /**
     * Deletes a pipeline; its runs and slices stay on record.
     *
     * @throws Refused if a run is active
     */
    public void delete(Actor actor, String name) {
        pipeline(name);
        engine.unfinished(name).stream().findFirst().ifPresent(run -> {
            throw Refused.wrongState("pipeline '" + name + "' has the active run "
                    + run.id().shortForm() + " (expected: none; cancel it first)");
        });
        database.useTransaction(tx -> PipelineStore.delete(tx, name));
    }

    /**
     * Opens a run by hand, for the last complete data interval if there is a schedule; with {@code allSlices} one for
     * each slice that waits.
     *
     * @param overrides values of declared parameters
     * @return empty if the pipeline has an input and no slice of it waits
     */
    public List<RunId> openRuns(Actor actor, String name, Map<String, String> overrides, boolean allSlices) {
        StoredPipeline stored = pipeline(name);
        Map<String, String> parameters = opener.parameters(stored.pipeline(), overrides);
        Instant now = clock.instant();
        DataInterval interval = stored.pipeline()
                .trigger()
                .schedule()
                .map(schedule -> schedule.intervalEndingAt(schedule.lastUntil(now)))
                .orElseGet(() -> DataInterval.at(now));
        PipelineRun.Trigger trigger = new PipelineRun.Trigger(PipelineRun.Trigger.Kind.MANUAL, actor.name());
        List<RunId> opened = new ArrayList<>();
        Optional<RunOpener.Opened> next;
        do {
            RunOpener.OpenRequest opening =
                    new RunOpener.OpenRequest(trigger, interval, parameters, "manual:" + UUID.randomUUID());
            next = database.inTransaction(tx -> opener.open(tx, stored, opening));
            next.ifPresent(some -> opened.add(some.run()));
        } while (allSlices && next.isPresent() && stored.pipeline().input().isPresent());
        return opened;
    }

    /** The names of the pipelines that are waiting for a due time. */
    Set<String> scheduled() {
        return database.read(PipelineStore::scheduled);
    }

    /** The runs that schedules and other pipelines asked for and that could not be opened so far, the oldest first. */
    public List<Opening> failingOpenings(Scope scope) {
        return openings.failing().stream()
                .filter(opening -> scope.includes(opening.pipeline()))
                .toList();
    }

    /**
     * Asks for the run of a due time, once, and sets the next due time. A schedule that catches up asks for no more runs
     * at a time than may be active.
     *
     * @return when to look at the schedule again
     */
    Instant runDue(StoredPipeline stored, Instant due) {
        String name = stored.name();
        Schedule schedule = stored.pipeline().trigger().schedule().orElseThrow();
        Instant now = clock.instant();
        if (schedule.catchup() && (isFull(stored) || openings.hasDue(name))) {
            return now.plus(CATCHUP_PAUSE);
        }
        Instant last = schedule.catchup() ? due : schedule.lastUntil(now);
        Instant next = schedule.nextAfter(schedule.catchup() ? due : now);
        database.useTransaction(tx -> {
            if (PipelineStore.passDue(tx, name, due, next)) {
                openings.ofDue(tx, stored, last, schedule.catchup());
            }
        });
        return now;
    }

    private boolean isFull(StoredPipeline stored) {
        return engine.unfinished(stored.name()).size()
                >= stored.pipeline().limits().maxActiveRuns();
    }

    /**
     * Opens a backfill: the runs of a schedule whose data intervals lie within a span of time, oldest first. An
     * interval that already had a run, whatever opened it, gets no other.
     *
     * @return the runs that this call opened
     * @throws Refused if the pipeline has no schedule, or the span holds no interval or more than {@value
     *     #MOST_AT_ONCE}
     */
    public List<RunId> backfill(Actor actor, String name, Instant from, Instant to, Map<String, String> overrides) {
        StoredPipeline stored = pipeline(name);
        Schedule schedule = stored.pipeline()
                .trigger()
                .schedule()
                .orElseThrow(() -> Refused.invalid("pipeline '" + name + "' (expected: one with a cron schedule)"));
        List<Instant> dues = dues(schedule, from, to);
        if (dues.isEmpty() || dues.size() > MOST_AT_ONCE) {
            throw Refused.invalid("interval " + from + " to " + to + " holds "
                    + (dues.isEmpty() ? "no" : "more than " + MOST_AT_ONCE) + " data intervals of '" + schedule.cron()
                    + "' (expected: 1 to " + MOST_AT_ONCE + ")");
        }
        Map<String, String> parameters = opener.parameters(stored.pipeline(), overrides);
        List<RunId> opened = new ArrayList<>();
        for (Instant due : dues) {
            RunOpener.OpenRequest opening =
                    RunOpener.OpenRequest.due(stored, PipelineRun.Trigger.Kind.BACKFILL, due, parameters);
            database.inTransaction(tx -> opener.open(tx, stored, opening))
                    .filter(RunOpener.Opened::fresh)
                    .ifPresent(some -> opened.add(some.run()));
        }
        return opened;
    }

    private static List<Instant> dues(Schedule schedule, Instant from, Instant to) {
        List<Instant> dues = new ArrayList<>();
        Instant due = schedule.nextAfter(from);
        while (!due.isAfter(to) && dues.size() <= MOST_AT_ONCE) {
            if (!schedule.intervalEndingAt(due).start().isBefore(from)) {
                dues.add(due);
            }
            due = schedule.nextAfter(due);
        }
        return dues;
    }

    /**
     * Retries a finished run: tasks that did not succeed run again, and so do the given tasks and everything downstream
     * of them. The run claims its slice again.
     *
     * @throws Refused if the run is not over, nothing is left to do, a task is unknown, or another run has claimed its
     *     slice since
     */
    public void retry(Actor actor, RunId run, Set<String> from) {
        database.useTransaction(tx -> {
            try {
                if (!engine.retry(tx, run, from)) {
                    throw Refused.wrongState(
                            "run " + run.shortForm() + " (expected: a finished run with a task that did not succeed, or"
                                    + " a task to begin from)");
                }
            } catch (IllegalArgumentException e) {
                throw Refused.invalid(String.valueOf(e.getMessage()));
            }
            Optional<Slice> slice = PipelineRunStore.find(tx, slices, run).flatMap(PipelineRun::slice);
            if (slice.isPresent() && !slices.claimAgain(tx, run)) {
                throw Refused.wrongState("slice " + slice.get().number() + " of run " + run.shortForm() + " is "
                        + slice.get().state() + " by another run (expected: still this run's)");
            }
        });
    }

    /** Returns the newest runs in a scope, newest first; only those of {@code pipeline} if it is given. */
    public List<Run> runs(Scope scope, @Nullable String pipeline, int limit) {
        List<String> visible = scope.isEverything() ? List.of("%") : scope.like();
        return engine.newest(pipeline, visible, limit);
    }

    /**
     * Returns the run of an id, or of the unique beginning of one.
     *
     * @throws Refused if no run has an id that begins so, or several do
     */
    public Run resolve(String idOrPrefix) {
        List<RunId> ids = idOrPrefix.length() < 4 ? List.of() : engine.idsStartingWith(idOrPrefix);
        if (ids.size() != 1) {
            throw Refused.missing("run '" + idOrPrefix + "' (expected: the id of a run, or at least its first 4 digits"
                    + (ids.isEmpty() ? "" : "; several ids begin so") + ")");
        }
        return engine.find(ids.get(0)).orElseThrow();
    }

    /** Returns the run that {@link #resolve} finds, with all that belongs to it. */
    public RunDetails details(String idOrPrefix) {
        Run run = resolve(idOrPrefix);
        return database.inTransaction(tx -> new RunDetails(
                run,
                PipelineRunStore.find(tx, slices, run.id()).orElseThrow(),
                PipelineRunStore.bindings(tx, run.id()),
                clusters.ofRun(run.id()).stream().distinct().toList()));
    }

    /**
     * Asks a run to stop.
     *
     * @return false if it is over already, or was asked before
     */
    public boolean cancel(Actor actor, RunId run, String reason) {
        return engine.cancel(run, reason);
    }

    /** A schedule that catches up goes on where it was, unless it has changed. */
    private @Nullable Instant nextDue(Optional<PipelineStore.Row> before, Pipeline pipeline, Instant now) {
        Optional<Schedule> schedule = pipeline.trigger().schedule();
        boolean goesOn = before.isPresent()
                && before.get().nextDue() != null
                && schedule.map(Schedule::catchup).orElse(false)
                && revisions
                        .stored(before.get())
                        .pipeline()
                        .trigger()
                        .schedule()
                        .equals(schedule);
        return goesOn ? before.get().nextDue() : firstDue(pipeline, now);
    }

    private static @Nullable Instant firstDue(Pipeline pipeline, Instant now) {
        return pipeline.trigger()
                .schedule()
                .map(schedule -> schedule.nextAfter(from(schedule, now)))
                .orElse(null);
    }

    /**
     * With {@code catchup}, due times begin at the schedule's start again: one that already had a run gets no other.
     */
    private static Instant from(Schedule schedule, Instant now) {
        return schedule.start()
                .filter(start -> schedule.catchup() || start.isAfter(now))
                .orElse(now);
    }

    private List<String> names() {
        return database.inTransaction(PipelineStore::all).stream()
                .map(PipelineStore.Row::name)
                .toList();
    }
}
