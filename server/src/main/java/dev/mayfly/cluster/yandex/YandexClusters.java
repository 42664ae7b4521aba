package dev.mayfly.cluster.yandex;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.mayfly.capacity.Quota;
import dev.mayfly.capacity.Resources;
import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterRef;
import dev.mayfly.cluster.ClusterRefused;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.cluster.CreateFailed;
import dev.mayfly.cluster.OutOfCapacity;
import dev.mayfly.cluster.ProviderUnavailable;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import yandex.cloud.api.dataproc.v1.Cluster;
import yandex.cloud.api.dataproc.v1.ClusterServiceGrpc;
import yandex.cloud.api.dataproc.v1.CreateClusterMetadata;
import yandex.cloud.api.dataproc.v1.CreateClusterRequest;
import yandex.cloud.api.dataproc.v1.DeleteClusterRequest;
import yandex.cloud.api.dataproc.v1.GetClusterRequest;
import yandex.cloud.api.dataproc.v1.ListClustersRequest;
import yandex.cloud.api.dataproc.v1.ListClustersResponse;
import yandex.cloud.api.operation.GetOperationRequest;
import yandex.cloud.api.operation.Operation;
import yandex.cloud.api.operation.OperationServiceGrpc;

/**
 * The {@code yandex} provider. Its id of a cluster is {@code CLUSTER/OPERATION}: the cloud's id, known from the
 * metadata of the operation before the cluster is up, and the operation that makes it. It deletes only clusters that
 * bear our label. Thread-safe.
 */
public final class YandexClusters implements ClusterProvider, AutoCloseable {

    private static final int PAGE = 1_000;

    /** Half an hour, at the usual ten seconds between two polls. */
    private static final int CREATE_LOOKS = 180;

    /** A create call may take effect this many polls later. */
    private static final int SETTLE_LOOKS = 12;

    private static final int RESOURCE_EXHAUSTED = Status.Code.RESOURCE_EXHAUSTED.value();

    private final YandexConfig config;
    private final YandexClient calls;
    private final CreateRequests requests;
    private final YandexQuota quota;
    private final YandexJobs jobs;
    private final YandexLockbox lockbox;
    private final Staging staging;
    private final Timing timing;

    public YandexClusters(YandexConfig config, Staging staging) {
        this.config = config;
        this.calls = new YandexClient(config);
        this.requests = new CreateRequests(config);
        this.quota = new YandexQuota(config, calls);
        this.jobs = new YandexJobs(calls, staging);
        this.lockbox = new YandexLockbox(calls);
        this.staging = staging;
        Duration poll = config.poll();
        this.timing = new Timing(poll, poll.multipliedBy(CREATE_LOOKS), poll.multipliedBy(SETTLE_LOOKS));
    }

    @Override
    public String name() {
        return "yandex";
    }

    /**
     * An entry of a Lockbox secret.
     *
     * @throws IllegalArgumentException if there is none, or we may not read it
     */
    public String secret(String id, String key) {
        return lockbox.read(id, key);
    }

    @Override
    public boolean showsEnvironment() {
        return true;
    }

    @Override
    public void check(ClusterSpec spec) {
        requests.check(spec);
    }

    @Override
    public Resources demand(ClusterSpec spec) {
        return requests.demand(spec);
    }

    @Override
    public Optional<Quota> quota() {
        return quota.read();
    }

    @Override
    public Timing timing() {
        return timing;
    }

    @Override
    public Optional<String> create(ClusterRequest request) {
        CreateClusterRequest complete = requests.of(request, SelfDestruct.script(request.spec(), staging));
        try {
            Operation operation = YandexClient.call(
                    "create " + request.name(),
                    () -> YandexClient.repeatable(clusters(), request.key()).create(complete));
            failIfOver(operation);
            return Optional.of(clusterOf(operation) + "/" + operation.getId());
        } catch (StatusRuntimeException e) {
            if (!YandexClient.is(e, Status.Code.ALREADY_EXISTS)) {
                throw new ProviderUnavailable("create " + request.name() + ": " + e.getStatus(), e);
            }
            return Optional.of(named(request.name())
                            .orElseThrow(() -> new ClusterRefused("name " + request.name()
                                    + " is taken by a cluster without our label (expected: free)"))
                            .getId()
                    + "/");
        }
    }

    private static void failIfOver(Operation operation) {
        if (operation.hasError()) {
            String words = "operation " + operation.getId() + ": "
                    + operation.getError().getMessage();
            if (operation.getError().getCode() == RESOURCE_EXHAUSTED) {
                throw new OutOfCapacity(words);
            }
            throw new CreateFailed(words);
        }
    }

    private static String clusterOf(Operation operation) {
        try {
            return operation.getMetadata().unpack(CreateClusterMetadata.class).getClusterId();
        } catch (InvalidProtocolBufferException e) {
            throw new ProviderUnavailable("operation " + operation.getId() + " does not say which cluster it makes", e);
        }
    }

    @Override
    public Optional<ReportedCluster> describe(ClusterRef ref) {
        return cluster(ref).map(cluster -> sighting(cluster, ref));
    }

    private ReportedCluster sighting(Cluster cluster, ClusterRef ref) {
        return switch (cluster.getStatus()) {
            case RUNNING ->
                switch (cluster.getHealth()) {
                    case ALIVE, DEGRADED -> new ReportedCluster(ReportedCluster.State.RUNNING, "");
                    case DEAD -> new ReportedCluster(ReportedCluster.State.BROKEN, "its health is DEAD");
                    case HEALTH_UNKNOWN, UNRECOGNIZED -> new ReportedCluster(ReportedCluster.State.PROVISIONING, "");
                };
            case CREATING, STARTING, STATUS_UNKNOWN, UNRECOGNIZED ->
                failed(ref).orElse(new ReportedCluster(ReportedCluster.State.PROVISIONING, ""));
            case ERROR, STOPPING, STOPPED ->
                failed(ref)
                        .orElse(new ReportedCluster(
                                ReportedCluster.State.BROKEN, "its status is " + cluster.getStatus()));
        };
    }

    /** How the operation that makes a cluster failed, if it did; the cluster may exist all the same. */
    private Optional<ReportedCluster> failed(ClusterRef ref) {
        String operation = ref.providerId().replaceFirst("^[^/]*/?", "");
        if (operation.isEmpty()) {
            return Optional.empty();
        }
        try {
            Operation found = YandexClient.call(
                    "operation " + operation,
                    () -> calls.stub("operation", OperationServiceGrpc::newBlockingStub)
                            .get(GetOperationRequest.newBuilder()
                                    .setOperationId(operation)
                                    .build()));
            if (!found.hasError()) {
                return Optional.empty();
            }
            boolean room = found.getError().getCode() == RESOURCE_EXHAUSTED;
            return Optional.of(new ReportedCluster(
                    room ? ReportedCluster.State.OUT_OF_CAPACITY : ReportedCluster.State.BROKEN,
                    found.getError().getMessage()));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    /** Finds a cluster by its id, if known, or else by its name; only clusters that bear our label count. */
    private Optional<Cluster> cluster(ClusterRef ref) {
        String id = ref.providerId().replaceFirst("/.*", "");
        if (!id.isEmpty()) {
            try {
                return Optional.of(YandexClient.call(
                        "cluster " + ref,
                        () -> clusters()
                                .get(GetClusterRequest.newBuilder()
                                        .setClusterId(id)
                                        .build())));
            } catch (StatusRuntimeException e) {
                if (!YandexClient.is(e, Status.Code.NOT_FOUND)) {
                    throw new ProviderUnavailable("cluster " + ref + ": " + e.getStatus(), e);
                }
            }
        }
        return named(ref.name());
    }

    private Optional<Cluster> named(String name) {
        return page(ListClustersRequest.newBuilder()
                        .setFolderId(config.place().folder())
                        .setFilter("name=\"" + name + "\"")
                        .build())
                .getClustersList()
                .stream()
                .filter(cluster -> cluster.getName().equals(name))
                .filter(cluster -> name.startsWith("mayfly-" + owner(cluster) + "-"))
                .findFirst();
    }

    private static String owner(Cluster cluster) {
        return cluster.getLabelsOrDefault(CreateRequests.OWNER, "?");
    }

    @Override
    public List<ListedCluster> list(Owner owner) {
        List<ListedCluster> listed = new ArrayList<>();
        String token = "";
        do {
            ListClustersResponse page = page(ListClustersRequest.newBuilder()
                    .setFolderId(config.place().folder())
                    .setPageSize(PAGE)
                    .setPageToken(token)
                    .build());
            page.getClustersList().stream()
                    .filter(cluster -> owner(cluster).equals(owner.value()))
                    .map(YandexClusters::listed)
                    .forEach(listed::add);
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return listed;
    }

    private static ListedCluster listed(Cluster cluster) {
        String expires = cluster.getLabelsOrDefault(CreateRequests.EXPIRES, "");
        return new ListedCluster(
                new ClusterRef(cluster.getName(), cluster.getId() + "/"),
                Instant.ofEpochSecond(cluster.getCreatedAt().getSeconds()),
                expires.matches("[0-9]{1,12}")
                        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(expires)))
                        : Optional.empty());
    }

    private ListClustersResponse page(ListClustersRequest request) {
        try {
            return YandexClient.call("list clusters", () -> clusters().list(request));
        } catch (StatusRuntimeException | ClusterRefused | OutOfCapacity e) {
            throw new ProviderUnavailable("list clusters: " + e.getMessage(), e);
        }
    }

    @Override
    public void delete(ClusterRef ref) {
        Optional<Cluster> cluster = cluster(ref);
        if (cluster.isEmpty()) {
            return;
        }
        if (cluster.get().getDeletionProtection()) {
            throw new ProviderUnavailable(
                    "cluster " + ref + " has deletion_protection on (expected: off; switch it off by hand, it costs"
                            + " money)",
                    new IllegalStateException("deletion_protection"));
        }
        try {
            YandexClient.call(
                    "delete " + ref,
                    () -> clusters()
                            .delete(DeleteClusterRequest.newBuilder()
                                    .setClusterId(cluster.get().getId())
                                    .build()));
        } catch (StatusRuntimeException e) {
            if (!YandexClient.is(e, Status.Code.NOT_FOUND)) {
                throw new ProviderUnavailable("delete " + ref + ": " + e.getStatus(), e);
            }
        } catch (ClusterRefused | OutOfCapacity e) {
            throw new ProviderUnavailable("delete " + ref + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String place(ClusterRef cluster, String name, String text) {
        return jobs.staged(text, name);
    }

    @Override
    public void submit(ClusterRef ref, JobSpec job) {
        jobs.submit(idOf(ref), job);
    }

    @Override
    public Optional<ReportedJob> describeJob(ClusterRef ref, String job) {
        return jobs.describeJob(idOf(ref), job);
    }

    @Override
    public void cancel(ClusterRef ref, String job) {
        jobs.cancel(idOf(ref), job);
    }

    @Override
    public List<String> logs(ClusterRef ref, String job) {
        return jobs.describeJob(idOf(ref), job).isPresent() ? List.of("driver") : List.of();
    }

    @Override
    public byte[] readLog(ClusterRef ref, String job, String log, long offset, int maxBytes) {
        return jobs.readLog(idOf(ref), job, offset, maxBytes);
    }

    private String idOf(ClusterRef ref) {
        String id = ref.providerId().replaceFirst("/.*", "");
        return id.isEmpty() ? named(ref.name()).map(Cluster::getId).orElse("") : id;
    }

    private ClusterServiceGrpc.ClusterServiceBlockingStub clusters() {
        return calls.stub("dataproc", ClusterServiceGrpc::newBlockingStub);
    }

    @Override
    public void close() {
        calls.close();
    }
}
