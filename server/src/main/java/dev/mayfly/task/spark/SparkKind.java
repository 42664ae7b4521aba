package dev.mayfly.task.spark;

import dev.mayfly.access.Actor;
import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterProvider.ReportedJob;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.cluster.ClusterState;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.AttemptState;
import dev.mayfly.engine.Observed;
import dev.mayfly.log.AttemptLogs;
import dev.mayfly.packages.JobPackage;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.Pipeline.SparkWork;
import dev.mayfly.pipeline.Template;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.task.AttemptBinding;
import dev.mayfly.task.PipelineRun;
import dev.mayfly.task.TaskKind;
import dev.mayfly.tracking.Batch;
import dev.mayfly.tracking.NewRun;
import dev.mayfly.tracking.RunStatus;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRunId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Spark job on the run's cluster, with a tracking run of its own that ends when the job does. Thread-safe. */
public final class SparkKind implements TaskKind<SparkWork> {

    private static final Logger log = LoggerFactory.getLogger(SparkKind.class);

    private final Clusters clusters;
    private final Tracking tracking;
    private final ModelRegistry registry;
    private final AttemptLogs logs;
    private final SparkJobs jobs;
    private final Clock clock;

    public SparkKind(
            Clusters clusters,
            Tracking tracking,
            ModelRegistry registry,
            AttemptLogs logs,
            SparkJobs jobs,
            Clock clock) {
        this.clusters = clusters;
        this.tracking = tracking;
        this.registry = registry;
        this.logs = logs;
        this.jobs = jobs;
        this.clock = clock;
    }

    @Override
    public Class<SparkWork> work() {
        return SparkWork.class;
    }

    @Override
    public List<String> problems(SparkWork work, Optional<ClusterSpec> cluster) {
        return jobs.problems(work, clusters.provider(cluster.orElseThrow()));
    }

    /** A late process submits nothing: the cluster that it sees is not the one that the attempt is bound to. */
    @Override
    public void start(Start<SparkWork> start) {
        start.attempt()
                .cluster()
                .filter(cluster ->
                        cluster.name().equals(start.attempt().binding().cluster()))
                .ifPresent(cluster -> submit(start, cluster));
    }

    private void submit(Start<SparkWork> start, Cluster cluster) {
        ClusterProvider provider = clusters.provider(cluster);
        JobPackage main = jobs.main(start.pipelineRun().id(), start.work().code());
        ClusterProvider.JobSpec job = jobs.job(
                start,
                main,
                new SparkJobs.Place(
                        provider, cluster.ref(), cluster.spec().lifetime().maxAge()));
        tracking.ensureRun(
                Actor.SYSTEM,
                start.attempt().binding().trackingRun(),
                trackingRun(start.pipelineRun(), start.attempt().id(), cluster, main));
        provider.submit(cluster.ref(), job);
    }

    private NewRun trackingRun(PipelineRun run, AttemptId attempt, Cluster cluster, JobPackage main) {
        Map<String, String> tags = new HashMap<>(Map.of(
                "mayfly.pipeline", run.pipeline(),
                "mayfly.run", run.id().toString(),
                "mayfly.task", attempt.task(),
                "mayfly.attempt", Integer.toString(attempt.number()),
                "mayfly.cluster", cluster.name(),
                "mayfly.package", main.digest().hex(),
                "mlflow.source.name", run.pipeline(),
                "mlflow.source.type", "JOB"));
        run.slice().ifPresent(slice -> tags.put("mayfly.slice", Integer.toString(slice.number())));
        String name =
                attempt.task() + "-" + run.id().shortForm() + (attempt.number() > 1 ? "-" + attempt.number() : "");
        return new NewRun(
                tracking.experiments().ensure(Actor.SYSTEM, run.pipeline()), name, "mayfly", clock.instant(), tags);
    }

    @Override
    public Observed.Job status(Attempt attempt) {
        if (attempt.cluster().isEmpty() || attempt.cluster().get().state() != ClusterState.RUNNING) {
            return Observed.Job.ABSENT;
        }
        Cluster cluster = attempt.cluster().get();
        try {
            return clusters.provider(cluster)
                    .describeJob(cluster.ref(), attempt.id().jobName())
                    .map(SparkKind::job)
                    .orElse(Observed.Job.ABSENT);
        } catch (RuntimeException e) {
            log.warn("status of job {} is unavailable; retrying at the next poll", attempt.id(), e);
            return Observed.Job.unknown("its job can't be observed: " + e.getMessage());
        }
    }

    private static Observed.Job job(ReportedJob sighting) {
        return switch (sighting.state()) {
            case ACTIVE -> Observed.Job.ACTIVE;
            case SUCCEEDED -> Observed.Job.SUCCEEDED;
            case FAILED -> Observed.Job.failed(sighting.reason());
        };
    }

    @Override
    public List<String> missing(Start<SparkWork> start) {
        Pipeline.Products products = start.work().reporting().products();
        List<TrackingRunId> runs = runs(start.attempt().binding());
        List<String> missing = new ArrayList<>();
        products.model()
                .map(name -> Template.fill(name, start.values()))
                .flatMap(model -> missingModel(model, runs))
                .ifPresent(missing::add);
        if (!products.metrics().isEmpty()) {
            Set<String> logged = new HashSet<>();
            runs.forEach(run -> tracking.findRun(run)
                    .ifPresent(found -> found.metrics().stream()
                            .filter(metric -> Double.isFinite(metric.value()))
                            .forEach(metric -> logged.add(metric.key()))));
            products.metrics().stream()
                    .filter(metric -> !logged.contains(metric))
                    .forEach(metric -> missing.add("no number was logged as metric '" + metric + "'"));
        }
        Instant since = begun(start.attempt());
        products.files()
                .forEach(path -> ProducedFiles.missing(Template.fill(path, start.values()), since)
                        .ifPresent(missing::add));
        return missing;
    }

    /** The runs of an attempt: the one that was made for it, and those that its job made. */
    private List<TrackingRunId> runs(AttemptBinding binding) {
        List<TrackingRunId> runs = new ArrayList<>(List.of(binding.trackingRun()));
        runs.addAll(tracking.madeByJob(binding.job()));
        return runs;
    }

    private Optional<String> missingModel(String model, List<TrackingRunId> runs) {
        Optional<ModelVersion> made = runs.stream()
                .flatMap(run -> registry.madeBy(run.value(), model).stream())
                .findFirst();
        if (made.isEmpty()) {
            return Optional.of("no version of model '" + model + "' was registered by its runs");
        }
        try {
            registry.requireComplete(made.get().key());
            return Optional.empty();
        } catch (Refused e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    private static Instant begun(Attempt attempt) {
        return attempt.run().tasks().stream()
                .flatMap(task -> task.attempts().stream())
                .filter(one -> one.id().equals(attempt.id()))
                .map(one -> one.timestamps().created())
                .findFirst()
                .orElse(Instant.EPOCH);
    }

    @Override
    public void stop(Attempt attempt) {
        attempt.cluster()
                .filter(cluster -> cluster.state() == ClusterState.RUNNING)
                .ifPresent(cluster -> clusters.provider(cluster)
                        .cancel(cluster.ref(), attempt.id().jobName()));
    }

    @Override
    public void finish(Attempt attempt, AttemptState end, String reason) {
        jobs.end(attempt);
        TrackingRunId trackingRun = attempt.binding().trackingRun();
        attempt.cluster()
                .flatMap(cluster -> logs.keep(attempt.id(), cluster))
                .filter(why -> tracking.findRun(trackingRun).isPresent())
                .ifPresent(why -> tracking.log(Actor.SYSTEM, trackingRun, Batch.ofTag("mayfly.logs", why)));
        switch (end) {
            case SUCCEEDED -> {
                for (TrackingRunId run : runs(attempt.binding())) {
                    tracking.endIfRunning(Actor.SYSTEM, run, RunStatus.FINISHED);
                    linkVersions(attempt, run);
                }
            }
            case CANCELLED -> close(attempt, RunStatus.KILLED, reason);
            case FAILED, TIMED_OUT, LOST, STARTING, RUNNING -> close(attempt, RunStatus.FAILED, reason);
        }
    }

    /** What the job made itself may have ended as it says; it only must not stay open. */
    private void close(Attempt attempt, RunStatus status, String reason) {
        tracking.madeByJob(attempt.binding().job()).forEach(run -> tracking.endIfRunning(Actor.SYSTEM, run, status));
        close(attempt.binding().trackingRun(), status, reason);
    }

    private void close(TrackingRunId trackingRun, RunStatus status, String reason) {
        if (tracking.findRun(trackingRun).isEmpty()) {
            return;
        }
        tracking.endIfRunning(Actor.SYSTEM, trackingRun, status);
        tracking.updateRun(Actor.SYSTEM, trackingRun, status, null, null);
        tracking.log(Actor.SYSTEM, trackingRun, Batch.ofTag("mayfly.reason", reason));
    }

    /** A version records its tracking run. This adds the reverse tag, and tags the version with its pipeline run. */
    private void linkVersions(Attempt attempt, TrackingRunId trackingRun) {
        for (ModelVersion version : registry.madeBy(trackingRun.value(), null)) {
            registry.tags()
                    .setOfVersion(
                            Actor.SYSTEM,
                            version.key(),
                            "mayfly.run",
                            attempt.run().id().toString());
            registry.tags()
                    .setOfVersion(
                            Actor.SYSTEM,
                            version.key(),
                            "mayfly.pipeline",
                            attempt.run().flow());
            String name = version.key().model() + "/" + version.key().version();
            tracking.log(Actor.SYSTEM, trackingRun, Batch.ofTag("mayfly.model", name));
        }
    }
}
