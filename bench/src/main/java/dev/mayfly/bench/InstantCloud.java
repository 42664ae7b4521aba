package dev.mayfly.bench;

import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterRef;
import dev.mayfly.cluster.ClusterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A cloud that takes no time, and remembers when it was asked for what. Times are {@link System#nanoTime}. Thread-safe. */
final class InstantCloud implements ClusterProvider {

    final Map<String, Long> created = new ConcurrentHashMap<>();
    final Map<String, Long> gone = new ConcurrentHashMap<>();
    final Map<String, Long> submitted = new ConcurrentHashMap<>();
    final Map<String, Long> succeeded = new ConcurrentHashMap<>();
    private final Map<String, Boolean> clusters = new ConcurrentHashMap<>();
    private final Duration poll;

    InstantCloud(Duration poll) {
        this.poll = poll;
    }

    @Override
    public String name() {
        return "instant";
    }

    @Override
    public void check(ClusterSpec spec) {}

    @Override
    public Pace pace() {
        return new Pace(poll, Duration.ofMinutes(5), Duration.ZERO);
    }

    @Override
    public Optional<String> create(ClusterRequest request) {
        created.putIfAbsent(request.labels().run(), System.nanoTime());
        clusters.put(request.name(), true);
        return Optional.of("id");
    }

    @Override
    public Optional<Sighting> find(ClusterRef cluster) {
        return clusters.containsKey(cluster.name())
                ? Optional.of(new Sighting(Sighting.State.RUNNING, ""))
                : Optional.empty();
    }

    @Override
    public List<Listed> list(Owner owner) {
        return List.of();
    }

    @Override
    public void delete(ClusterRef cluster) {
        clusters.remove(cluster.name());
        gone.putIfAbsent(cluster.name(), System.nanoTime());
    }

    @Override
    public void submit(ClusterRef cluster, JobSpec job) {
        submitted.putIfAbsent(job.name(), System.nanoTime());
    }

    @Override
    public Optional<JobSighting> look(ClusterRef cluster, String job) {
        if (!submitted.containsKey(job)) {
            return Optional.empty();
        }
        succeeded.putIfAbsent(job, System.nanoTime());
        return Optional.of(new JobSighting(JobSighting.JobState.SUCCEEDED, ""));
    }

    @Override
    public void cancel(ClusterRef cluster, String job) {}

    @Override
    public List<String> logs(ClusterRef cluster, String job) {
        return List.of();
    }

    @Override
    public byte[] readLog(ClusterRef cluster, String job, String log, long offset, int maxBytes) {
        return new byte[0];
    }
}
