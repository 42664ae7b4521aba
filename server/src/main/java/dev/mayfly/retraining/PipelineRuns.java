package dev.mayfly.retraining;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.audit.Audit;
import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.digest.Sha256;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.ReconcileFailure;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.RunState;
import dev.mayfly.packages.Packages;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import dev.mayfly.slice.Slice;
import dev.mayfly.slice.Slices;
import dev.mayfly.task.AttemptBinding;
import dev.mayfly.task.PipelineRun;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The runs of all pipelines. Every method is one transaction or none. Thread-safe. */
public final class PipelineRuns {

    private static final int SHORT_DIGEST = 12;

    private final Database database;
    private final Engine engine;
    private final Clusters clusters;
    private final Slices slices;
    private final Packages packages;
    private final PipelineRevisions revisions;
    private final RunOpener opener;

    PipelineRuns(
            Database database,
            Engine engine,
            Clusters clusters,
            Slices slices,
            Packages packages,
            PipelineRevisions revisions,
            RunOpener opener) {
        this.database = database;
        this.engine = engine;
        this.clusters = clusters;
        this.slices = slices;
        this.packages = packages;
        this.revisions = revisions;
        this.opener = opener;
    }

    /** A run with all that belongs to it. */
    public record Details(Run run, PipelineRun pipelineRun, List<AttemptBinding> bindings, List<Cluster> clusters) {}

    /** Returns the newest runs in a scope, newest first; only those of {@code pipeline} if it is given. */
    public List<Run> newest(Scope scope, @Nullable String pipeline, int limit) {
        return newest(scope, pipeline, Set.of(), limit);
    }

    /** Likewise, but only the runs in some states; in any if none is given. */
    public List<Run> newest(Scope scope, @Nullable String pipeline, Set<RunState> states, int limit) {
        List<String> visible = scope.isEverything() ? List.of("%") : scope.like();
        return engine.newest(pipeline, visible, states, limit);
    }

    /** What of a run tells whether it has changed. */
    public record Stamp(String pipeline, long generation) {}

    /** The stamps of the runs that are under way or have ended within the last minute. */
    public Map<RunId, Stamp> stamps() {
        Map<RunId, Stamp> stamps = new HashMap<>();
        Map<RunId, Long> ofClusters = clusters.generations();
        engine.stamps()
                .forEach((id, stamp) ->
                        stamps.put(id, new Stamp(stamp.flow(), stamp.generation() + ofClusters.getOrDefault(id, 0L))));
        return stamps;
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
    public Details details(String idOrPrefix) {
        Run run = resolve(idOrPrefix);
        return database.inTransaction(tx -> new Details(
                run,
                PipelineRunStore.find(tx, slices, run.id()).orElseThrow(),
                PipelineRunStore.bindings(tx, run.id()),
                clusters.ofRun(run.id()).stream().distinct().toList()));
    }

    /** What of any kind could not be reconciled at its last tries, the oldest first; at most 100. */
    public List<ReconcileFailure> failing() {
        return engine.failing();
    }

    /** What of these runs and clusters, by id, could not be reconciled at its last tries. */
    public List<ReconcileFailure> failing(Collection<String> ids) {
        return ids.isEmpty() ? List.of() : engine.failing(ids);
    }

    /**
     * Asks a run to stop.
     *
     * @return false if it is over already, or was asked before
     */
    public boolean cancel(Actor actor, RunId run, String reason) {
        return database.inTransaction(tx -> {
            boolean asked = engine.cancel(tx, run, reason);
            if (asked) {
                Audit.done(tx, actor, "run cancel", object(tx, run), reason);
            }
            return asked;
        });
    }

    private String object(Handle tx, RunId run) {
        return object(
                run,
                PipelineRunStore.find(tx, slices, run)
                        .map(PipelineRun::pipeline)
                        .orElse("?"));
    }

    /** A run, as the audit names it. */
    static String object(RunId run, String pipeline) {
        return "run " + run + " of pipeline " + pipeline;
    }

    /**
     * Retries a finished run with the same text and the same packages: tasks that did not succeed run again, and so do
     * the given tasks and everything downstream of them. The run claims its slice again.
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
            if (slice.isPresent() && !slices.claimAgain(tx, run, run)) {
                throw Refused.wrongState("slice " + slice.get().number() + " of run " + run.shortForm() + " is "
                        + slice.get().state() + " by another run (expected: still this run's)");
            }
            Audit.done(tx, actor, "run retry", object(tx, run), from.isEmpty() ? "" : "from " + new TreeSet<>(from));
        });
    }

    /**
     * A run that does the work of another one again.
     *
     * @param changes what is different: the text, or a package; empty if nothing is
     */
    public record Again(RunId run, List<String> changes) {}

    /**
     * Does the work of a finished run again with the pipeline's newest text and the newest packages: opens another run
     * of the same data interval, parameters and slice.
     *
     * @throws Refused if the run is not over, was done again before, or another run has claimed its slice since
     */
    public Again again(Actor actor, RunId run) {
        Run before = engine.find(run).orElseThrow();
        if (!before.state().isTerminal()) {
            throw Refused.wrongState("run " + run.shortForm() + " is " + before.state() + " (expected: over)");
        }
        PipelineRun origin =
                database.read(tx -> PipelineRunStore.find(tx, slices, run)).orElseThrow();
        StoredPipeline newest = revisions.named(origin.pipeline());
        Pipeline old = revisions.byHash(origin.hash());
        RunOpener.OpenRequest request = new RunOpener.OpenRequest(
                new PipelineRun.Trigger(PipelineRun.Trigger.Kind.AGAIN, run.toString()),
                origin.interval(),
                opener.parameters(newest.pipeline(), opener.overrides(origin, old)),
                "again:" + run,
                Optional.of(run));
        RunOpener.Prepared prepared = opener.prepare(newest, request);
        RunOpener.Opened opened = database.inTransaction(tx -> {
            RunOpener.Opened another = opener.open(tx, prepared)
                    .opened()
                    .orElseThrow(() -> Refused.wrongState("pipeline '" + origin.pipeline()
                            + "' has an input now, and no slice of it waits (expected: one)"));
            if (!another.fresh()) {
                throw Refused.wrongState("run " + run.shortForm() + " was done again before, by run "
                        + another.run().shortForm() + " (expected: a run that was not; retry that one)");
            }
            Audit.done(tx, actor, "run retry --latest", object(run, origin.pipeline()), "as run " + another.run());
            return another;
        });
        List<String> changes = new ArrayList<>();
        if (!newest.revision().hash().equals(origin.hash())) {
            changes.add("text: " + brief(origin.hash()) + " -> "
                    + brief(newest.revision().hash()));
        }
        packages.used(run).forEach(used -> change(used).ifPresent(changes::add));
        return new Again(opened.run(), changes);
    }

    private Optional<String> change(Packages.Used used) {
        Optional<Sha256> now = packages.now(used);
        return now.equals(Optional.of(used.digest()))
                ? Optional.empty()
                : Optional.of(used.reference().replaceFirst(":", " ") + ": "
                        + brief(used.digest().hex()) + " -> "
                        + now.map(digest -> brief(digest.hex())).orElse("gone"));
    }

    private static String brief(String digest) {
        return digest.substring(0, SHORT_DIGEST);
    }
}
