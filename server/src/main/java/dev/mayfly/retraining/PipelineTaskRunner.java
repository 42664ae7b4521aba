package dev.mayfly.retraining;

import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.AttemptState;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.Observed;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunState;
import dev.mayfly.engine.TaskRunner;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.PlainName;
import dev.mayfly.problem.Refused;
import dev.mayfly.slice.Slice;
import dev.mayfly.slice.Slices;
import dev.mayfly.task.AttemptBinding;
import dev.mayfly.task.PipelineRun;
import dev.mayfly.task.TaskKind;
import dev.mayfly.task.TaskKinds;
import dev.mayfly.tracking.TrackingRunId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine calls: a run's allocation is its cluster, and the kind of a task's work carries it out. Thread-safe;
 * all state is in the database.
 */
final class PipelineTaskRunner implements TaskRunner {

    private static final Logger log = LoggerFactory.getLogger(PipelineTaskRunner.class);
    private static final Duration POLL_IN_PROCESS = Duration.ofMillis(300);

    private final Database database;
    private final Clusters clusters;
    private final TaskKinds kinds;
    private final PipelineRevisions revisions;
    private final Openings openings;
    private final Slices slices;
    private final String data;

    PipelineTaskRunner(
            Database database,
            Clusters clusters,
            TaskKinds kinds,
            PipelineRevisions revisions,
            Openings openings,
            Slices slices,
            Path dataFolder) {
        this.database = database;
        this.clusters = clusters;
        this.kinds = kinds;
        this.revisions = revisions;
        this.openings = openings;
        this.slices = slices;
        this.data = dataFolder.toString();
    }

    @Override
    public Look look(Run run) {
        return new PipelineLook();
    }

    /** Reads the run's origin, cluster and bindings at most once. */
    private final class PipelineLook implements Look {

        private @Nullable PipelineRun origin;
        private @Nullable Cluster cluster;
        private boolean isClusterRead;
        private @Nullable Map<AttemptId, AttemptBinding> bindings;

        @Override
        public Observed observe(Run run) {
            Optional<Cluster> current = cluster(run);
            Map<AttemptId, Observed.Job> jobs = new HashMap<>();
            for (Run.Task task : run.tasks()) {
                task.liveAttempt().ifPresent(attempt -> jobs.put(attempt.id(), status(run, attempt.id())));
            }
            Duration poll =
                    current.map(some -> clusters.provider(some).timing().poll()).orElse(POLL_IN_PROCESS);
            return new Observed(current.map(Clusters::allocation).orElse(Observed.Allocation.ABSENT), jobs, poll);
        }

        private Observed.Job status(Run run, AttemptId attempt) {
            AttemptBinding binding = bindings(run).get(attempt);
            if (binding == null) {
                return Observed.Job.ABSENT;
            }
            if (binding.failure() != null) {
                return Observed.Job.failed(binding.failure());
            }
            TaskKind.Attempt some = new TaskKind.Attempt(run, binding, cluster(run));
            Observed.Job status = kind(run, attempt).status(some);
            return status.equals(Observed.Job.SUCCEEDED) ? made(work(run, attempt), some) : status;
        }

        private <W extends Pipeline.Work> Observed.Job made(W work, TaskKind.Attempt attempt) {
            List<String> missing;
            try {
                missing = kinds.of(work).missing(started(work, attempt));
            } catch (IllegalArgumentException e) {
                missing = List.of(String.valueOf(e.getMessage())); // a reference or path that leads nowhere never will
            }
            return missing.isEmpty()
                    ? Observed.Job.SUCCEEDED
                    : Observed.Job.failed("it ended well, but did not make what it produces: "
                            + PlainName.shown(String.join("; ", missing)));
        }

        @Override
        public void allocate(Run run) {
            pipeline(run).cluster().ifPresent(spec -> clusters.request(run.id(), spec));
        }

        @Override
        public void start(Run run, AttemptId attempt) {
            Pipeline.Work work = work(run, attempt);
            Optional<AttemptBinding> binding = bind(attempt, cluster(run).filter(some -> work.onCluster()));
            if (binding.isEmpty()) {
                log.info("attempt {} is over; this process was late and starts nothing", attempt);
                return;
            }
            bindings(run).put(attempt, binding.get());
            try {
                start(work, new TaskKind.Attempt(run, binding.get(), cluster(run)));
            } catch (IllegalArgumentException | Refused e) {
                database.useTransaction(tx -> PipelineRunStore.fail(tx, attempt, String.valueOf(e.getMessage())));
            }
        }

        private <W extends Pipeline.Work> void start(W work, TaskKind.Attempt attempt) {
            kinds.of(work).start(started(work, attempt));
        }

        private <W extends Pipeline.Work> TaskKind.Start<W> started(W work, TaskKind.Attempt attempt) {
            Map<String, AttemptBinding> others = new HashMap<>();
            bindings(attempt.run())
                    .values()
                    .forEach(binding -> others.merge(
                            binding.attempt().task(),
                            binding,
                            (one, other) ->
                                    one.attempt().number() > other.attempt().number() ? one : other));
            PipelineRun pipelineRun = origin(attempt.run());
            return new TaskKind.Start<>(work, pipelineRun, attempt, others, pipelineRun.values(data));
        }

        @Override
        public void stop(Run run, AttemptId attempt) {
            attempt(run, attempt).ifPresent(some -> kind(run, attempt).stop(some));
        }

        @Override
        public void abandon(Run run, String reason) {
            cluster(run).ifPresent(cluster -> clusters.abandon(cluster, reason));
        }

        @Override
        public void finalizeAttempt(Run run, AttemptId attempt, AttemptState end, String reason) {
            attempt(run, attempt).ifPresent(some -> kind(run, attempt).finish(some, end, reason));
        }

        /** What an attempt is bound to; another process may have bound it since this look began. */
        private Optional<TaskKind.Attempt> attempt(Run run, AttemptId attempt) {
            return Optional.ofNullable(bindings(run).get(attempt))
                    .or(() -> database.read(tx -> PipelineRunStore.binding(tx, attempt)))
                    .map(binding -> new TaskKind.Attempt(run, binding, cluster(run)));
        }

        @Override
        public void release(Run run) {
            cluster(run).ifPresent(clusters::release);
        }

        @Override
        public void finalizeRun(Run run, RunState result) {
            Slice.State state = switch (result) {
                case SUCCEEDED -> Slice.State.DONE;
                case CANCELLED -> Slice.State.NEW;
                case FAILED, QUEUED, RUNNING, FINISHING -> Slice.State.FAILED;
            };
            PipelineRun ended = origin(run);
            database.useTransaction(tx -> {
                slices.end(tx, run.id(), state);
                if (result == RunState.SUCCEEDED) {
                    openings.afterSuccess(tx, ended);
                }
            });
        }

        private TaskKind<?> kind(Run run, AttemptId attempt) {
            return kinds.of(work(run, attempt));
        }

        private Pipeline.Work work(Run run, AttemptId attempt) {
            return pipeline(run).tasks().stream()
                    .filter(task -> task.name().equals(attempt.task()))
                    .findFirst()
                    .orElseThrow()
                    .work();
        }

        /** The revision that the run has. */
        private Pipeline pipeline(Run run) {
            return revisions.byHash(origin(run).hash());
        }

        private PipelineRun origin(Run run) {
            if (origin == null) {
                origin = database.read(tx -> PipelineRunStore.find(tx, slices, run.id()))
                        .orElseThrow(() -> new IllegalStateException("run " + run.id() + " belongs to no pipeline"));
            }
            return origin;
        }

        private Optional<Cluster> cluster(Run run) {
            if (!isClusterRead) {
                cluster = clusters.current(run.id()).orElse(null);
                isClusterRead = true;
            }
            return Optional.ofNullable(cluster);
        }

        private Map<AttemptId, AttemptBinding> bindings(Run run) {
            if (bindings == null) {
                Map<AttemptId, AttemptBinding> read = new HashMap<>();
                database.read(tx -> PipelineRunStore.bindings(tx, run.id()))
                        .forEach(binding -> read.put(binding.attempt(), binding));
                bindings = read;
            }
            return bindings;
        }
    }

    /**
     * Binds an attempt to the cluster that it runs on, once and before anything is started there: so a late process
     * can't start it on the cluster of a later attempt.
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
}
