package dev.mayfly.retraining;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.audit.Audit;
import dev.mayfly.cluster.ClusterRefused;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.Reconciler;
import dev.mayfly.engine.RunId;
import dev.mayfly.packages.PackageIndex;
import dev.mayfly.packages.PackageReference;
import dev.mayfly.packages.Packages;
import dev.mayfly.pipeline.BesideText;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.PipelineText;
import dev.mayfly.pipeline.Schedule;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import dev.mayfly.slice.Slices;
import dev.mayfly.task.PipelineRun;
import dev.mayfly.task.TaskKinds;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Pipelines and their runs. Every method is one transaction or none. Thread-safe. */
public final class Retraining {

    private final Database database;
    private final Clock clock;
    private final Engine engine;
    private final Clusters clusters;
    private final Slices slices;
    private final Packages packages;
    private final TaskKinds kinds;
    private final PipelineRevisions revisions;
    private final RunOpener opener;
    private final Openings openings;
    private final PipelineTaskRunner runner;
    private final PipelineRuns runs;
    private final RunsByHand byHand;

    /**
     * Opens the room. Runs advance while somebody drives its {@link #reconcilers}.
     *
     * @param kinds the task kinds, which carry out the work of tasks
     * @param dataFolder what <code>${data}</code> in pipelines means
     */
    public Retraining(
            Database database,
            Engine engine,
            Clusters clusters,
            TaskKinds kinds,
            Slices slices,
            Packages packages,
            Path dataFolder,
            Clock clock) {
        this.database = database;
        this.clock = clock;
        this.engine = engine;
        this.clusters = clusters;
        this.slices = slices;
        this.packages = packages;
        this.revisions = new PipelineRevisions(database, clusters.providerNames(), dataFolder);
        this.kinds = kinds;
        this.opener = new RunOpener(database, engine, slices, dataFolder);
        this.openings = new Openings(database, revisions, opener, engine.waker(), clock);
        this.runner = new PipelineTaskRunner(database, clusters, kinds, revisions, openings, slices, dataFolder);
        this.runs = new PipelineRuns(database, engine, clusters, slices, packages, revisions, opener);
        this.byHand = new RunsByHand(database, engine, revisions, opener, clock);
    }

    /** Returns the reconcilers that drive runs and schedules. */
    public List<Reconciler> reconcilers() {
        return List.of(
                engine.reconciler(runner),
                new ReconcileSchedules(database, engine, revisions, openings, clock),
                openings);
    }

    /** The runs of all pipelines. */
    public PipelineRuns runs() {
        return runs;
    }

    /** Opens runs that a person asks for. */
    public RunsByHand byHand() {
        return byHand;
    }

    /**
     * What {@link #apply} did.
     *
     * @param warnings what is allowed but may be a mistake
     * @param moved the queued runs that have the new text now
     * @param kept the queued runs that keep their earlier text, each with the reason
     */
    public record Applied(
            String name,
            String hash,
            Change change,
            List<String> warnings,
            List<RunId> moved,
            Map<RunId, String> kept) {

        public enum Change {
            CREATED,
            CHANGED,
            UNCHANGED
        }
    }

    /**
     * Stores a pipeline or a new revision of it. Runs keep the revision they were opened with.
     *
     * @param moveQueued whether runs that have not begun get the new revision
     * @throws Refused if the text is no valid pipeline; it holds every problem
     */
    public Applied apply(Actor actor, PipelineText text, boolean moveQueued) {
        Pipeline pipeline = revisions.parse(text);
        PipelineRights.checkAuthor(
                actor, pipeline, opener.values(opener.parameters(pipeline, Map.of())), pushed(pipeline));
        check(pipeline);
        StoredPipeline.Revision revision = StoredPipeline.Revision.of(text);
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
                PackageIndex.mention(tx, pipeline.name(), pipeline.packages());
            }
            Applied.Change change = isSame
                    ? Applied.Change.UNCHANGED
                    : before.isPresent() ? Applied.Change.CHANGED : Applied.Change.CREATED;
            StoredPipeline newest = new StoredPipeline(pipeline, revision, false, null, now);
            List<RunId> moved = new ArrayList<>();
            Map<RunId, String> kept = new LinkedHashMap<>();
            for (PipelineRun run : PipelineRunStore.queuedWithAnotherText(tx, slices, newest)) {
                Optional<String> reason = moveQueued
                        ? opener.move(tx, run, revisions.byHash(run.hash()), newest)
                        : Optional.of("it was opened with that text");
                reason.ifPresentOrElse(why -> kept.put(run.id(), why), () -> moved.add(run.id()));
            }
            if (!isSame || !moved.isEmpty()) {
                String old = before.map(row -> row.revision().hash()).orElse("none");
                Audit.done(
                        tx,
                        actor,
                        "pipeline apply",
                        object(pipeline.name()),
                        "text " + old + " -> " + revision.hash()
                                + (moved.isEmpty() ? "" : ", also of the queued runs " + moved));
            }
            return new Applied(pipeline.name(), revision.hash(), change, warnings, moved, kept);
        });
    }

    /** What has to be sent with a text. */
    public BesideText besideText(PipelineText text) {
        return revisions.besideText(text);
    }

    private Set<String> pushed(Pipeline pipeline) {
        return pipeline.packages().stream()
                .filter(reference -> !packages.index().isOwn(reference))
                .map(PackageReference::name)
                .collect(Collectors.toSet());
    }

    private void check(Pipeline pipeline) {
        List<String> problems = new ArrayList<>();
        pipeline.tasks()
                .forEach(task -> problems(task.work(), pipeline.cluster())
                        .forEach(problem -> problems.add("task '" + task.name() + "': " + problem)));
        pipeline.input()
                .flatMap(input -> slices.refusal(opener.inputFiles(pipeline, opener.parameters(pipeline, Map.of()))))
                .ifPresent(problem -> problems.add("input files: " + problem));
        if (!problems.isEmpty()) {
            throw Refused.invalid(String.join("\n", problems));
        }
        try {
            pipeline.cluster().ifPresent(clusters::check);
        } catch (ClusterRefused e) {
            throw Refused.invalid("cluster of pipeline '" + pipeline.name() + "': " + e.getMessage());
        }
    }

    private <W extends Pipeline.Work> List<String> problems(W work, Optional<ClusterSpec> cluster) {
        return kinds.of(work).problems(work, cluster);
    }

    /**
     * All pipelines of a scope, by name.
     *
     * @param unreadable the stored texts that can't be read any more, for instance since this version knows no such
     *     provider
     */
    public record Pipelines(List<StoredPipeline> readable, List<Unreadable> unreadable) {}

    /** A stored text that can't be read any more, and why. It is mended by applying another one. */
    public record Unreadable(String name, StoredPipeline.Revision revision, Instant applied, String reason) {}

    public Pipelines pipelines(Scope scope) {
        List<StoredPipeline> readable = new ArrayList<>();
        List<Unreadable> unreadable = new ArrayList<>();
        for (PipelineStore.Row row : database.read(PipelineStore::all)) {
            if (scope.includes(row.name())) {
                try {
                    readable.add(revisions.stored(row));
                } catch (Refused e) {
                    unreadable.add(
                            new Unreadable(row.name(), row.revision(), row.applied(), String.valueOf(e.getMessage())));
                }
            }
        }
        return new Pipelines(readable, unreadable);
    }

    /**
     * Returns the pipeline of a name.
     *
     * @throws Refused if there is none
     */
    public StoredPipeline pipeline(String name) {
        return revisions.named(name);
    }

    /**
     * Stops the trigger of a pipeline. Its active runs go on, and runs can still be opened by hand.
     *
     * @param keepQueued whether runs that are queued now may still begin; otherwise they wait until {@link #resume}
     */
    public StoredPipeline pause(Actor actor, String name, boolean keepQueued) {
        Pipeline pipeline = pipeline(name).pipeline();
        database.useTransaction(tx -> {
            setPaused(tx, pipeline, true);
            if (!keepQueued) {
                engine.hold(tx, name);
            }
            Audit.done(tx, actor, "pipeline pause", object(name), keepQueued ? "queued runs go on" : "");
        });
        return pipeline(name);
    }

    /** Starts the trigger of a pipeline again, and lets the runs go that the pause held. */
    public StoredPipeline resume(Actor actor, String name) {
        Pipeline pipeline = pipeline(name).pipeline();
        database.useTransaction(tx -> {
            setPaused(tx, pipeline, false);
            engine.letGo(tx, name);
            openings.wake(tx, name);
            Audit.done(tx, actor, "pipeline resume", object(name), "");
        });
        return pipeline(name);
    }

    private void setPaused(Handle tx, Pipeline pipeline, boolean paused) {
        String name = pipeline.name();
        PipelineStore.pause(tx, name, paused, nextDue(PipelineStore.find(tx, name), pipeline, clock.instant()));
    }

    /**
     * Deletes a pipeline; its runs and slices stay on record.
     *
     * @throws Refused if a run is active
     */
    public void delete(Actor actor, String name) {
        if (database.read(tx -> PipelineStore.find(tx, name)).isEmpty()) {
            pipeline(name);
        }
        engine.unfinished(name).stream().findFirst().ifPresent(run -> {
            throw Refused.wrongState("pipeline '" + name + "' has the active run "
                    + run.id().shortForm() + " (expected: none; cancel it first, or use --cancel)");
        });
        database.useTransaction(tx -> {
            PipelineStore.delete(tx, name);
            PackageIndex.mention(tx, name, Set.of());
            Audit.done(tx, actor, "pipeline delete", object(name), "");
        });
    }

    private static String object(String pipeline) {
        return "pipeline " + pipeline;
    }

    /** The runs that schedules and other pipelines asked for and that could not be opened so far, the oldest first. */
    public List<Opening> failingOpenings(Scope scope) {
        return openings.failing().stream()
                .filter(opening -> scope.includes(opening.pipeline()))
                .toList();
    }

    /** A schedule that catches up goes on where it was, unless it has changed. */
    private @Nullable Instant nextDue(Optional<PipelineStore.Row> before, Pipeline pipeline, Instant now) {
        Optional<Schedule> schedule = pipeline.trigger().schedule();
        boolean goesOn = before.isPresent()
                && before.get().nextDue() != null
                && schedule.map(Schedule::catchup).orElse(false)
                && scheduleOf(before.get()).equals(schedule);
        return goesOn ? before.get().nextDue() : firstDue(pipeline, now);
    }

    private Optional<Schedule> scheduleOf(PipelineStore.Row row) {
        try {
            return revisions.stored(row).pipeline().trigger().schedule();
        } catch (Refused e) {
            return Optional.empty();
        }
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
}
