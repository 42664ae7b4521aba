package dev.mayfly.simulation;

import dev.mayfly.capacity.Quota;
import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterRef;
import dev.mayfly.cluster.ClusterSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A provider as one process calls it: before and after each call that changes something a fault may strike. */
final class FaultyProvider implements ClusterProvider {

    private final ClusterProvider cloud;
    private final Supplier<Runnable> faults;

    FaultyProvider(ClusterProvider cloud, Supplier<Runnable> faults) {
        this.cloud = cloud;
        this.faults = faults;
    }

    private void fault() {
        faults.get().run();
    }

    @Override
    public String name() {
        return cloud.name();
    }

    @Override
    public void check(ClusterSpec spec) {
        cloud.check(spec);
    }

    @Override
    public Optional<Quota> quota() {
        return cloud.quota();
    }

    @Override
    public Timing timing() {
        return cloud.timing();
    }

    @Override
    public Optional<String> create(ClusterRequest request) {
        fault();
        Optional<String> id = cloud.create(request);
        fault();
        return id;
    }

    @Override
    public Optional<ReportedCluster> describe(ClusterRef cluster) {
        Optional<ReportedCluster> seen = cloud.describe(cluster);
        fault();
        return seen;
    }

    @Override
    public List<ListedCluster> list(Owner owner) {
        List<ListedCluster> listed = cloud.list(owner);
        fault();
        return listed;
    }

    @Override
    public void delete(ClusterRef cluster) {
        fault();
        cloud.delete(cluster);
        fault();
    }

    @Override
    public String place(ClusterRef cluster, String name, String text) {
        return name;
    }

    @Override
    public void submit(ClusterRef cluster, JobSpec job) {
        fault();
        cloud.submit(cluster, job);
        fault();
    }

    @Override
    public Optional<ReportedJob> describeJob(ClusterRef cluster, String job) {
        Optional<ReportedJob> seen = cloud.describeJob(cluster, job);
        fault();
        return seen;
    }

    @Override
    public void cancel(ClusterRef cluster, String job) {
        fault();
        cloud.cancel(cluster, job);
        fault();
    }

    @Override
    public List<String> logs(ClusterRef cluster, String job) {
        return cloud.logs(cluster, job);
    }

    @Override
    public byte[] readLog(ClusterRef cluster, String job, String log, long offset, int maxBytes) {
        return cloud.readLog(cluster, job, log, offset, maxBytes);
    }
}
