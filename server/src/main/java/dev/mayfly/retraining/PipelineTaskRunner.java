package dev.mayfly.retraining;

import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.AttemptState;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.Observed;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.RunState;
import dev.mayfly.engine.TaskRunner;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import dev.mayfly.slice.Slice;
import dev.mayfly.slice.Slices;
import dev.mayfly.task.AttemptBinding;
import dev.mayfly.task.PipelineRun;
import dev.mayfly.task.TaskKind;
import dev.mayfly.task.TaskKinds;
import dev.mayfly.tracking.TrackingRunId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine calls: a run's environment is its cluster, and a task is carried out by the kind of its work. Thread-safe; keeps
 * nothing in memory that counts.
 */
final class PipelineTaskRunner implements TaskRunner {

    private static final Logger log = LoggerFactory.getLogger(PipelineTaskRunner.class);
    private static final Duration POLL_IN_PROCESS = Duration.ofMillis(300);

    private final Database database;
    private final Clusters clusters;
    private final TaskKinds kinds;
    private final PipelineRevisions revisions;
    private final RunOpener opener;
    private final Slices slices;

    PipelineTaskRunner(
            Database database,
            Clusters clusters,
            TaskKinds kinds,
            PipelineRevisions revisions,
            RunOpener opener,
            Slices slices) {
        this.database = database;
        this.clusters = clusters;
        this.kinds = kinds;
        this.revisions = revisions;
        this.opener = opener;
        this.slices = slices;
    }

    @Override
    public Observed observe(Run run) {
        Optional<Cluster> cluster = clusters.current(run.id());
        Map<AttemptId, Observed.Job> jobs = new HashMap<>();
        if (run.tasks().stream().anyMatch(task -> task.liveAttempt().isPresent())) {
            jobs.putAll(statuses(run, cluster));
        }
        Duration poll =
                cluster.map(some -> clusters.provider(some).timing().poll()).orElse(POLL_IN_PROCESS);
        return new Observed(cluster.map(Clusters::allocation).orElse(Observed.Allocation.ABSENT), jobs, poll);
    }

    private Map<AttemptId, Observed.Job> statuses(Run run, Optional<Cluster> cluster) {
        Pipeline pipeline = pipeline(run.id());
        Map<AttemptId, AttemptBinding> bindings = database.read(tx -> PipelineRunStore.bindings(tx, run.id())).stream()
                .collect(Collectors.toMap(AttemptBinding::attempt, Function.identity()));
        Map<AttemptId, Observed.Job> statuses = new HashMap<>();
        for (Run.Task task : run.tasks()) {
            task.liveAttempt().ifPresent(attempt -> {
                AttemptBinding binding = bindings.get(attempt.id());
                statuses.put(
                        attempt.id(),
                        binding == null
                                ? Observed.Job.ABSENT
                                : status(pipeline, new TaskKind.Attempt(run, binding, cluster)));
            });
        }
        return statuses;
    }

    private Observed.Job status(Pipeline pipeline, TaskKind.Attempt attempt) {
        String failure = attempt.binding().failure();
        return failure != null
                ? Observed.Job.failed(failure)
                : kind(pipeline, attempt.id()).status(attempt);
    }

    @Override
    public void allocate(Run run) {
        pipeline(run.id()).cluster().ifPresent(spec -> clusters.request(run.id(), spec));
    }

    @Override
    public void start(Run run, AttemptId attempt) {
        Pipeline.Work work = work(pipeline(run.id()), attempt);
        Optional<Cluster> cluster = clusters.current(run.id());
        Optional<AttemptBinding> binding = bind(attempt, cluster.filter(some -> work.onCluster()));
        if (binding.isEmpty()) {
            log.info("attempt {} is over; this process was late and starts nothing", attempt);
            return;
        }
        try {
            start(work, new TaskKind.Attempt(run, binding.get(), cluster));
        } catch (IllegalArgumentException | Refused e) {
            database.useTransaction(tx -> PipelineRunStore.fail(tx, attempt, String.valueOf(e.getMessage())));
        }
    }

    private <W extends Pipeline.Work> void start(W work, TaskKind.Attempt attempt) {
        RunId run = attempt.run().id();
        Map<String, AttemptBinding> others = database.read(tx -> PipelineRunStore.bindings(tx, run)).stream()
                .collect(Collectors.toMap(
                        binding -> binding.attempt().task(), Function.identity(), (earlier, later) -> later));
        kinds.of(work).start(new TaskKind.Start<>(work, pipelineRun(run), attempt, others));
    }

    /**
     * Binds an attempt to the cluster that it runs on, once and before anything is started there: so a process that was late can't start
     * it on the cluster of a later attempt.
     *
     * @return empty if the attempt is over
     */
    private Optional<AttemptBinding> bind(AttemptId attempt, Optional<Cluster> cluster) {
        AttemptBinding binding = new AttemptBinding(
                attempt, TrackingRunId.random(), cluster.map(Cluster::name).orElse(null), null);
        return database.inTransaction(tx -> Engine.lockIfStarting(tx, attempt)
                ? Optional.of(PipelineRunStore.insertOnce(tx, binding))
                : Optional.empty());
    }

    @Override
    public void stop(Run run, AttemptId attempt) {
        attempt(run, attempt)
                .ifPresent(some -> kind(pipeline(run.id()), attempt).stop(some));
    }

    @Override
    public void finalizeAttempt(Run run, AttemptId attempt, AttemptState end, String reason) {
        attempt(run, attempt)
                .ifPresent(some -> kind(pipeline(run.id()), attempt).finish(some, end, reason));
    }

    private Optional<TaskKind.Attempt> attempt(Run run, AttemptId attempt) {
        return database.read(tx -> PipelineRunStore.binding(tx, attempt))
                .map(binding -> new TaskKind.Attempt(run, binding, clusters.current(run.id())));
    }

    @Override
    public void release(Run run) {
        clusters.release(run.id());
    }

    @Override
    public void finalizeRun(Run run, RunState result) {
        Slice.State state = switch (result) {
            case SUCCEEDED -> Slice.State.DONE;
            case CANCELLED -> Slice.State.NEW;
            case FAILED, QUEUED, RUNNING, FINISHING -> Slice.State.FAILED;
        };
        PipelineRun pipelineRun = pipelineRun(run.id());
        database.useTransaction(tx -> {
            slices.end(tx, run.id(), state);
            if (result == RunState.SUCCEEDED) {
                opener.afterSuccess(tx, pipelineRun);
            }
        });
    }

    private TaskKind<?> kind(Pipeline pipeline, AttemptId attempt) {
        return kinds.of(work(pipeline, attempt));
    }

    private static Pipeline.Work work(Pipeline pipeline, AttemptId attempt) {
        return pipeline.tasks().stream()
                .filter(task -> task.name().equals(attempt.task()))
                .findFirst()
                .orElseThrow()
                .work();
    }

    /** The revision that a run has. */
    private Pipeline pipeline(RunId run) {
        return revisions.byHash(
                database.read(tx -> PipelineRunStore.revision(tx, run)).orElseThrow(() -> ofNoPipeline(run)));
    }

    private PipelineRun pipelineRun(RunId run) {
        return database.read(tx -> PipelineRunStore.find(tx, slices, run)).orElseThrow(() -> ofNoPipeline(run));
    }

    private static IllegalStateException ofNoPipeline(RunId run) {
        return new IllegalStateException("run " + run + " belongs to no pipeline");
    }
}
