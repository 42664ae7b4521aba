package dev.mayfly.retraining;

import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterProvider.JobSighting;
import dev.mayfly.cluster.ClusterState;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.cluster.ProviderUnavailable;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.AttemptState;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.Observed;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.RunState;
import dev.mayfly.engine.TaskRunner;
import dev.mayfly.packages.JobPackage;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.Template;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.tracking.Batch;
import dev.mayfly.tracking.NewRun;
import dev.mayfly.tracking.RunStatus;
import dev.mayfly.tracking.TrackingRunId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine calls: a run's environment is its cluster, a task on it is a Spark job, a {@code promote} task is done in
 * this process. Thread-safe; keeps nothing in memory that counts.
 */
public final class PipelineTasks implements TaskRunner {

    private static final Logger log = LoggerFactory.getLogger(PipelineTasks.class);
    private static final Duration POLL_IN_PROCESS = Duration.ofMillis(300);

    private final Database database;
    private final Clock clock;
    private final Rooms rooms;
    private final PipelineTexts texts;
    private final OpenRuns openRuns;
    private final RunLogs logs;
    private final SparkTask spark;
    private final PromoteTask promote;

    public PipelineTasks(
            Database database,
            Clock clock,
            Rooms rooms,
            PipelineTexts texts,
            OpenRuns openRuns,
            Surroundings surroundings) {
        this.database = database;
        this.clock = clock;
        this.rooms = rooms;
        this.texts = texts;
        this.openRuns = openRuns;
        this.logs = new RunLogs(surroundings.dataFolder().resolve("logs"));
        this.spark = new SparkTask(
                rooms.packages(),
                new Secrets(surroundings.variables(), surroundings.lockbox()),
                surroundings.trackingUri());
        this.promote = new PromoteTask(rooms.tracking(), rooms.registry(), clock);
    }

    /** What pipelines and jobs need to know of the process they belong to. */
    public record Surroundings(
            Path dataFolder, Map<String, String> variables, Optional<Lockbox> lockbox, String trackingUri) {}

    RunLogs logs() {
        return logs;
    }

    OpenRuns openRuns() {
        return openRuns;
    }

    @Override
    public Observed observe(Run run) {
        Optional<Cluster> cluster = rooms.clusters().current(run.id());
        Map<AttemptId, Observed.Job> jobs = new HashMap<>();
        for (Run.Task task : run.tasks()) {
            task.liveAttempt().ifPresent(attempt -> jobs.put(attempt.id(), look(attempt.id(), task, cluster)));
        }
        Duration poll = cluster.map(some -> provider(some).pace().poll()).orElse(POLL_IN_PROCESS);
        return new Observed(cluster.map(Clusters::environment).orElse(Observed.Environment.ABSENT), jobs, poll);
    }

    private Observed.Job look(AttemptId attempt, Run.Task task, Optional<Cluster> cluster) {
        Optional<TaskExecution> execution = execution(attempt);
        String failure = execution.map(TaskExecution::failure).orElse(null);
        if (failure != null) {
            return Observed.Job.failed(failure);
        }
        if (!task.step().onEnvironment()) {
            return promote.decision(attempt).isPresent() ? Observed.Job.SUCCEEDED : Observed.Job.ABSENT;
        }
        if (execution.isEmpty() || cluster.isEmpty() || cluster.get().state() != ClusterState.RUNNING) {
            return Observed.Job.ABSENT;
        }
        try {
            return provider(cluster.get())
                    .look(cluster.get().ref(), attempt.jobName())
                    .map(PipelineTasks::job)
                    .orElse(Observed.Job.ABSENT);
        } catch (ProviderUnavailable e) {
            log.warn("job {} could not be looked at; looked at again later", attempt, e);
            return Observed.Job.UNKNOWN;
        }
    }

    private static Observed.Job job(JobSighting sighting) {
        return switch (sighting.state()) {
            case ACTIVE -> Observed.Job.ACTIVE;
            case SUCCEEDED -> Observed.Job.SUCCEEDED;
            case FAILED -> Observed.Job.failed(sighting.reason());
        };
    }

    @Override
    public void prepare(Run run) {
        Pipeline pipeline = texts.byHash(pipelineRun(run.id()).hash());
        pipeline.cluster().ifPresent(spec -> rooms.clusters().request(run.id(), spec));
    }

    @Override
    public void start(Run run, AttemptId attempt) {
        PipelineRun pipelineRun = pipelineRun(run.id());
        Pipeline.Task task = texts.byHash(pipelineRun.hash()).tasks().stream()
                .filter(some -> some.name().equals(attempt.task()))
                .findFirst()
                .orElseThrow();
        Optional<Cluster> cluster =
                rooms.clusters().current(run.id()).filter(some -> task.work().onCluster());
        Optional<TaskExecution> execution = tie(attempt, cluster);
        if (execution.isEmpty()) {
            log.info("attempt {} is over; this process was late and starts nothing", attempt);
            return;
        }
        try {
            if (task.work() instanceof Pipeline.SparkWork work) {
                cluster.filter(some -> some.name().equals(execution.get().cluster()))
                        .ifPresent(some -> submit(pipelineRun, work, execution.get(), some));
            } else if (task.work() instanceof Pipeline.PromoteWork work) {
                String model = Template.fill(work.model(), SparkTask.values(pipelineRun));
                promote.decide(attempt, model, work, trained(run, work.from()));
            }
        } catch (IllegalArgumentException | Refused e) {
            database.useTransaction(tx -> PipelineRunStore.fail(tx, attempt, String.valueOf(e.getMessage())));
        }
    }

    /**
     * Ties an attempt to the cluster it runs on, once and before anything is started there: so a process that was late can't
     * start it on the cluster of a later attempt. Empty: the attempt is over.
     */
    private Optional<TaskExecution> tie(AttemptId attempt, Optional<Cluster> cluster) {
        TaskExecution execution = new TaskExecution(
                attempt,
                TrackingRunId.random(),
                null,
                cluster.map(Cluster::name).orElse(null),
                null);
        return database.inTransaction(tx ->
                Engine.holdStarting(tx, attempt) ? Optional.of(PipelineRunStore.fix(tx, execution)) : Optional.empty());
    }

    private void submit(PipelineRun run, Pipeline.SparkWork work, TaskExecution execution, Cluster cluster) {
        JobPackage jar = spark.main(work.code());
        ClusterProvider.JobSpec job =
                spark.job(work, run, execution, jar, provider(cluster).showsEnvironment());
        rooms.tracking().ensureRun(execution.trackingRun(), trackingRun(run, execution, cluster, jar));
        provider(cluster).submit(cluster.ref(), job);
    }

    private NewRun trackingRun(PipelineRun run, TaskExecution execution, Cluster cluster, JobPackage jar) {
        AttemptId attempt = execution.attempt();
        Map<String, String> tags = new HashMap<>(Map.of(
                "mayfly.pipeline", run.pipeline(),
                "mayfly.run", run.id().toString(),
                "mayfly.task", attempt.task(),
                "mayfly.attempt", Integer.toString(attempt.number()),
                "mayfly.cluster", cluster.name(),
                "mayfly.package", jar.hash(),
                "mlflow.source.name", run.pipeline(),
                "mlflow.source.type", "JOB"));
        run.slice().ifPresent(slice -> tags.put("mayfly.slice", Integer.toString(slice.number())));
        String name =
                attempt.task() + "-" + run.id().shortForm() + (attempt.number() > 1 ? "-" + attempt.number() : "");
        return new NewRun(rooms.tracking().experimentNamed(run.pipeline()), name, "mayfly", clock.instant(), tags);
    }

    private TrackingRunId trained(Run run, String task) {
        AttemptId attempt = run.task(task).lastAttempt().orElseThrow().id();
        return execution(attempt)
                .map(TaskExecution::trackingRun)
                .orElseThrow(() -> Refused.missing("task '" + task + "' has no tracking run"));
    }

    @Override
    public void stop(Run run, AttemptId attempt) {
        rooms.clusters()
                .current(run.id())
                .filter(cluster -> cluster.state() == ClusterState.RUNNING)
                .ifPresent(cluster -> provider(cluster).cancel(cluster.ref(), attempt.jobName()));
    }

    @Override
    public void settle(Run run, AttemptId attempt, AttemptState end, String reason) {
        Optional<TaskExecution> execution = execution(attempt);
        boolean onCluster = run.task(attempt.task()).step().onEnvironment();
        if (execution.isEmpty() || !onCluster) {
            return;
        }
        rooms.clusters().current(run.id()).ifPresent(cluster -> logs.keep(attempt, provider(cluster), cluster.ref()));
        TrackingRunId trackingRun = execution.get().trackingRun();
        switch (end) {
            case SUCCEEDED -> {
                rooms.tracking().endIfRunning(trackingRun, RunStatus.FINISHED);
                linkVersions(run, trackingRun);
            }
            case CANCELLED -> close(trackingRun, RunStatus.KILLED, reason);
            case FAILED, TIMED_OUT, LOST, STARTING, RUNNING -> close(trackingRun, RunStatus.FAILED, reason);
        }
    }

    private void close(TrackingRunId trackingRun, RunStatus status, String reason) {
        if (rooms.tracking().findRun(trackingRun).isEmpty()) {
            return;
        }
        rooms.tracking().endIfRunning(trackingRun, status);
        rooms.tracking().updateRun(trackingRun, status, null, null);
        rooms.tracking().log(trackingRun, Batch.ofTag("mayfly.reason", reason));
    }

    /** The version knows its run by run_id; the run is told its versions, and the version which pipeline run made it. */
    private void linkVersions(Run run, TrackingRunId trackingRun) {
        for (ModelVersion version : rooms.registry().madeBy(trackingRun.value(), null)) {
            rooms.registry().tagVersion(version.key(), "mayfly.run", run.id().toString());
            rooms.registry().tagVersion(version.key(), "mayfly.pipeline", run.flow());
            rooms.tracking()
                    .log(
                            trackingRun,
                            Batch.ofTag(
                                    "mayfly.model",
                                    version.key().model() + "/" + version.key().version()));
        }
    }

    @Override
    public void clear(Run run) {
        rooms.clusters().release(run.id());
    }

    @Override
    public void close(Run run, RunState result) {
        Slice.State state = switch (result) {
            case SUCCEEDED -> Slice.State.DONE;
            case CANCELLED -> Slice.State.NEW;
            case FAILED, QUEUED, RUNNING, FINISHING -> Slice.State.FAILED;
        };
        PipelineRun pipelineRun = pipelineRun(run.id());
        database.useTransaction(tx -> {
            SliceStore.end(tx, run.id(), state, clock.instant());
            if (result == RunState.SUCCEEDED) {
                openRuns.afterSuccess(tx, pipelineRun);
            }
        });
    }

    private PipelineRun pipelineRun(RunId id) {
        return database.read(tx -> PipelineRunStore.find(tx, id))
                .orElseThrow(() -> new IllegalStateException("run " + id + " belongs to no pipeline"));
    }

    private Optional<TaskExecution> execution(AttemptId attempt) {
        return database.read(tx -> PipelineRunStore.execution(tx, attempt));
    }

    private ClusterProvider provider(Cluster cluster) {
        return rooms.clusters().provider(cluster);
    }
}
