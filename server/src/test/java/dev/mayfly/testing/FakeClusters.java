package dev.mayfly.testing;

import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterRef;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.cluster.ProviderUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A provider whose clusters are up at once, and whose jobs end at once as their main class says: {@code Fail} fails, {@code
 * FailOnce} fails the first time, {@code Stay} stays, any other succeeds. Remembers when it was asked for what, in {@link System#nanoTime}.
 * Thread-safe.
 */
public final class FakeClusters implements ClusterProvider {

    private final Map<String, ClusterRequest> clusters = new ConcurrentHashMap<>();
    private final Map<String, ReportedJob> jobs = new ConcurrentHashMap<>();
    private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();
    private final Timing timing;

    /** Whether lists of clusters are refused as by a provider that can't be reached. */
    public volatile boolean isOutOfReach;

    /** Whether people can read the environment of jobs. */
    public volatile boolean showsEnvironment;

    /** The names of all clusters that were ever made, in order. */
    public final List<String> made = new ArrayList<>();

    /** The text files that jobs can read, by their paths. */
    public final Map<String, String> placed = new ConcurrentHashMap<>();

    /** All jobs that were ever submitted, in order. */
    public final List<JobSpec> submitted = new ArrayList<>();

    /** When the first cluster of each run was created. */
    public final Map<String, Long> createdAt = new ConcurrentHashMap<>();

    /** When each cluster was deleted first. */
    public final Map<String, Long> goneAt = new ConcurrentHashMap<>();

    /** When each job was submitted. */
    public final Map<String, Long> submittedAt = new ConcurrentHashMap<>();

    /** When each job was first seen to have succeeded. */
    public final Map<String, Long> succeededAt = new ConcurrentHashMap<>();

    public FakeClusters() {
        this(Duration.ofMillis(20));
    }

    public FakeClusters(Duration poll) {
        this.timing = new Timing(poll, Duration.ofMinutes(1), Duration.ZERO);
    }

    /** What jobs do before they end. */
    public volatile Consumer<JobSpec> work = job -> {};

    /** What a forgotten process might have left: a cluster that no row knows. */
    public void plant(ClusterRequest request) {
        clusters.put(request.name(), request);
    }

    public Set<String> existing() {
        return Set.copyOf(clusters.keySet());
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public boolean showsEnvironment() {
        return showsEnvironment;
    }

    @Override
    public void check(ClusterSpec spec) {}

    @Override
    public Timing timing() {
        return timing;
    }

    @Override
    public synchronized Optional<String> create(ClusterRequest request) {
        if (clusters.putIfAbsent(request.name(), request) == null) {
            made.add(request.name());
            createdAt.putIfAbsent(request.labels().run(), System.nanoTime());
        }
        return Optional.of("id-of-" + request.name());
    }

    @Override
    public Optional<ReportedCluster> describe(ClusterRef cluster) {
        return Optional.ofNullable(clusters.get(cluster.name()))
                .map(request -> new ReportedCluster(ReportedCluster.State.RUNNING, ""));
    }

    @Override
    public List<ListedCluster> list(Owner owner) {
        if (isOutOfReach) {
            throw new ProviderUnavailable("10.0.0.1 does not answer", new IllegalStateException());
        }
        return clusters.values().stream()
                .filter(request -> request.labels().owner().equals(owner))
                .map(request -> new ListedCluster(
                        ClusterRef.named(request.name()),
                        Instant.EPOCH,
                        Optional.of(request.labels().expires())))
                .toList();
    }

    @Override
    public void delete(ClusterRef cluster) {
        clusters.remove(cluster.name());
        goneAt.putIfAbsent(cluster.name(), System.nanoTime());
    }

    @Override
    public synchronized String place(ClusterRef cluster, String name, String text) {
        placed.put(cluster.name() + "/" + name, text);
        return cluster.name() + "/" + name;
    }

    @Override
    public synchronized void submit(ClusterRef cluster, JobSpec job) {
        if (!clusters.containsKey(cluster.name())) {
            throw new ProviderUnavailable("no cluster " + cluster, new IllegalStateException());
        }
        if (!jobs.containsKey(key(cluster, job.name()))) {
            submitted.add(job);
            work.accept(job);
            submittedAt.put(job.name(), System.nanoTime());
            jobs.put(key(cluster, job.name()), end(job));
        }
    }

    private ReportedJob end(JobSpec job) {
        String mainClass = job.program()
                .match(Program.Jar::mainClass, python -> python.main().toString());
        return switch (mainClass) {
            case "Fail" -> new ReportedJob(ReportedJob.JobState.FAILED, "exit code 1");
            case "FailOnce" ->
                failedOnce.add(job.environment().getOrDefault("MAYFLY_RUN_ID", ""))
                        ? new ReportedJob(ReportedJob.JobState.FAILED, "exit code 1")
                        : new ReportedJob(ReportedJob.JobState.SUCCEEDED, "");
            case "Stay" -> new ReportedJob(ReportedJob.JobState.ACTIVE, "");
            default -> new ReportedJob(ReportedJob.JobState.SUCCEEDED, "");
        };
    }

    @Override
    public Optional<ReportedJob> describeJob(ClusterRef cluster, String job) {
        ReportedJob seen = jobs.get(key(cluster, job));
        if (seen != null && seen.state() == ReportedJob.JobState.SUCCEEDED) {
            succeededAt.putIfAbsent(job, System.nanoTime());
        }
        return Optional.ofNullable(seen);
    }

    @Override
    public void cancel(ClusterRef cluster, String job) {
        jobs.computeIfPresent(
                key(cluster, job), (name, now) -> new ReportedJob(ReportedJob.JobState.FAILED, "cancelled"));
    }

    @Override
    public List<String> logs(ClusterRef cluster, String job) {
        return List.of();
    }

    @Override
    public byte[] readLog(ClusterRef cluster, String job, String log, long offset, int maxBytes) {
        return new byte[0];
    }

    private static String key(ClusterRef cluster, String job) {
        return cluster.name() + "/" + job;
    }
}
