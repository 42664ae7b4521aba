package dev.mayfly.simulation;

import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterProvider.JobSpec;
import dev.mayfly.cluster.ClusterState;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.cluster.ProviderUnavailable;
import dev.mayfly.digest.Sha256;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.AttemptState;
import dev.mayfly.engine.Observed;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunState;
import dev.mayfly.engine.SimulatedRuns;
import dev.mayfly.engine.TaskRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Joins runs and clusters as retraining does, with a ledger in the place of the tracking server. As there, a look reads the run's cluster
 * once.
 */
final class SimulatedTasks implements TaskRunner.Look {

    private final World world;
    private final SimulatedRuns runs;
    private final Clusters clusters;
    private final SimulatedOpenings openings;
    private final boolean abandons;
    private @Nullable Cluster current;
    private boolean isCurrentRead;

    SimulatedTasks(World world, SimulatedRuns runs, Clusters clusters, SimulatedOpenings openings, boolean abandons) {
        this.openings = openings;
        this.abandons = abandons;
        this.world = world;
        this.runs = runs;
        this.clusters = clusters;
    }

    private Optional<Cluster> cluster(Run run) {
        if (!isCurrentRead) {
            current = clusters.current(run.id()).orElse(null);
            isCurrentRead = true;
        }
        return Optional.ofNullable(current);
    }

    @Override
    public Observed observe(Run run) {
        Optional<Cluster> cluster = cluster(run);
        Map<AttemptId, Observed.Job> jobs = new HashMap<>();
        for (Run.Task task : run.tasks()) {
            task.liveAttempt().ifPresent(attempt -> jobs.put(attempt.id(), look(attempt.id(), task, cluster)));
        }
        return new Observed(
                cluster.map(Clusters::allocation).orElse(Observed.Allocation.ABSENT), jobs, Duration.ofSeconds(10));
    }

    private Observed.Job look(AttemptId attempt, Run.Task task, Optional<Cluster> cluster) {
        if (!task.step().needsAllocation()) {
            return world.decided(attempt) ? Observed.Job.SUCCEEDED : Observed.Job.ABSENT;
        }
        if (!world.isTracked(attempt) || cluster.isEmpty() || cluster.get().state() != ClusterState.RUNNING) {
            return Observed.Job.ABSENT;
        }
        try {
            return provider(cluster.get())
                    .describeJob(cluster.get().ref(), attempt.jobName())
                    .map(seen -> switch (seen.state()) {
                        case ACTIVE -> Observed.Job.ACTIVE;
                        case SUCCEEDED -> Observed.Job.SUCCEEDED;
                        case FAILED -> Observed.Job.failed(seen.reason());
                    })
                    .orElse(Observed.Job.ABSENT);
        } catch (ProviderUnavailable e) {
            return Observed.Job.unknown("unavailable");
        }
    }

    @Override
    public void allocate(Run run) {
        clusters.request(run.id(), world.spec(run.flow()));
    }

    @Override
    public void start(Run run, AttemptId attempt) {
        if (!run.task(attempt.task()).step().needsAllocation()) {
            world.decide(attempt);
            return;
        }
        Optional<Cluster> current = cluster(run);
        if (current.isEmpty() || !runs.isStarting(attempt)) {
            return;
        }
        String tied = world.track(attempt, current.get().name());
        JobSpec job = new JobSpec(
                attempt.jobName(),
                new ClusterProvider.Program.Jar(
                        new ClusterProvider.JobFile(Sha256.of("any"), Path.of("job.jar")), "Main"),
                List.of(),
                Map.of(),
                Map.of(),
                Set.of(),
                Map.of());
        current.filter(cluster -> cluster.name().equals(tied))
                .ifPresent(cluster -> provider(cluster).submit(cluster.ref(), job));
    }

    @Override
    public void stop(Run run, AttemptId attempt) {
        cluster(run)
                .filter(cluster -> cluster.state() == ClusterState.RUNNING)
                .ifPresent(cluster -> provider(cluster).cancel(cluster.ref(), attempt.jobName()));
    }

    @Override
    public void abandon(Run run, String reason) {
        if (abandons) {
            cluster(run).ifPresent(cluster -> clusters.abandon(cluster, reason));
        }
    }

    @Override
    public void finalizeAttempt(Run run, AttemptId attempt, AttemptState end, String reason) {
        world.closeTracking(attempt);
    }

    @Override
    public void release(Run run) {
        cluster(run).ifPresent(clusters::release);
    }

    @Override
    public void finalizeRun(Run run, RunState result) {
        // slices and the like are rows of the same database, written by retraining; nothing else of them is simulated
        if (Simulation.isUpstream(run.flow(), result)) {
            openings.ask(run.id());
        }
    }

    private ClusterProvider provider(Cluster cluster) {
        return clusters.provider(cluster);
    }
}
