package dev.mayfly.cluster;

import dev.mayfly.access.Actor;
import dev.mayfly.capacity.Capacity;
import dev.mayfly.capacity.Claim;
import dev.mayfly.capacity.Quota;
import dev.mayfly.capacity.Resources;
import dev.mayfly.cluster.Cluster.Failure;
import dev.mayfly.cluster.ClusterProvider.Owner;
import dev.mayfly.engine.Observed.Allocation;
import dev.mayfly.engine.Reconciler;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.Waker;
import dev.mayfly.postgres.Database;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * All clusters of this installation. Requesting and releasing a cluster only write its row; {@link #reconciler} then
 * carries out what the row says, until the cluster is proved deleted. Thread-safe.
 */
public final class Clusters {

    private static final Duration BACKOFF = Duration.ofSeconds(15);
    private static final int LONGEST_BACKOFF_STEPS = 5;

    private final ClusterStore store;
    private final Providers providers;
    private final Capacity capacity;
    private final Owner owner;
    private final Waker waker;
    private final Clock clock;

    Clusters(ClusterStore store, Providers providers, Capacity capacity, Owner owner, Waker waker, Clock clock) {
        this.store = store;
        this.providers = providers;
        this.capacity = capacity;
        this.owner = owner;
        this.waker = waker;
        this.clock = clock;
    }

    public static Clusters open(
            Database database, Waker waker, Clock clock, Capacity capacity, List<ClusterProvider> providers) {
        String candidate = UUID.randomUUID().toString().substring(0, 8);
        Owner owner = new Owner(database.inTransaction(tx -> PostgresClusterStore.owner(tx, candidate)));
        return new Clusters(
                new PostgresClusterStore(database), new Providers(providers), capacity, owner, waker, clock);
    }

    /** Returns the reconciler of clusters. */
    public Reconciler reconciler() {
        return new ReconcileClusters(store, providers, capacity, owner, waker, clock);
    }

    /** Returns the sweep that finds and deletes orphaned clusters. */
    public OrphanedClusters orphaned() {
        return new OrphanedClusters(store, providers, owner, clock);
    }

    /** The names of providers that a pipeline may use. */
    public Set<String> providerNames() {
        return providers.names();
    }

    /** The provider of a cluster. */
    public ClusterProvider provider(Cluster cluster) {
        return provider(cluster.spec());
    }

    /** The provider of a cluster that is to be. */
    public ClusterProvider provider(ClusterSpec spec) {
        return providers.named(spec.provider());
    }

    /**
     * Checks a spec.
     *
     * @throws ClusterRefused if such a cluster can never be made
     */
    public void check(ClusterSpec spec) {
        ClusterProvider provider = providers.named(spec.provider());
        provider.check(spec);
        capacity.whyNeverFits(provider.name(), Optional.empty(), provider.demand(spec))
                .ifPresent(reason -> {
                    throw new ClusterRefused(reason);
                });
    }

    /**
     * Records that a run needs a cluster, unless its last one still exists. Returns at once. An idle cluster with the
     * same spec is handed over; otherwise a new one waits for admission and is then made.
     */
    public void request(RunId run, ClusterSpec spec) {
        List<Cluster> before = store.ofRun(run);
        if (!before.isEmpty() && !isDoneWith(run, before)) {
            return;
        }
        int ordinal = before.size() + 1;
        boolean mayBeKept = !spec.lifetime().keepWarm().isZero();
        if (!mayBeKept || !takeIdle(run, spec, ordinal)) {
            Cluster cluster = requested(run, spec, ordinal);
            if (store.insert(cluster, ordinal)) {
                waker.wake(ReconcileClusters.KIND, cluster.id().value().toString());
            }
        }
    }

    /** Whether a run may be given another cluster after those it had. */
    private boolean isDoneWith(RunId run, List<Cluster> before) {
        Cluster last = before.get(before.size() - 1);
        if (!last.run().equals(run)) {
            return true;
        }
        if (!last.state().isTerminal()) {
            return false;
        }
        return !last.status().needed() || (isForWantOfRoom(last) && backoffIsOver(last, before.size()));
    }

    private boolean backoffIsOver(Cluster last, int times) {
        Duration backoff = BACKOFF.multipliedBy(1L << Math.min(times - 1, LONGEST_BACKOFF_STEPS));
        Instant proved = last.timestamps().proved();
        return proved != null && !proved.plus(backoff).isAfter(clock.instant());
    }

    private boolean takeIdle(RunId run, ClusterSpec spec, int ordinal) {
        Instant now = clock.instant();
        return store.live(spec.provider()).stream()
                .filter(cluster -> cluster.isIdle() && cluster.spec().equals(spec))
                .filter(cluster -> isYoung(cluster, now))
                .sorted(Comparator.comparing(cluster -> cluster.timestamps().requested()))
                .anyMatch(cluster -> store.handOver(cluster, cluster.handedTo(run), ordinal));
    }

    /** A cluster that has lived half its max_age is not handed over: the run would have too little time. */
    private static boolean isYoung(Cluster cluster, Instant now) {
        Instant created = cluster.timestamps().created();
        return created != null
                && Duration.between(created, now)
                                .multipliedBy(2)
                                .compareTo(cluster.spec().lifetime().maxAge())
                        < 0;
    }

    private Cluster requested(RunId run, ClusterSpec spec, int ordinal) {
        ClusterProvider provider = providers.named(spec.provider());
        Resources demand = provider.demand(spec);
        String number = run.value().toString().replace("-", "").substring(0, 12);
        String name = "mayfly-" + owner.value() + "-" + number + "-" + ordinal;
        Cluster.Id id = new Cluster.Id(keyOf(run, ordinal), name, "");
        Cluster cluster = Cluster.requested(id, run, spec, demand, clock.instant());
        return refusal(provider, spec, demand)
                .map(reason -> cluster.with(cluster.status()
                                .failed(new Failure(Failure.Kind.REFUSED, reason))
                                .moved(ClusterState.DELETED))
                        .with(cluster.timestamps().provedAt(clock.instant())))
                .orElse(cluster);
    }

    /** Deterministic: equal requests get equal keys, in every process and on every retry. */
    private UUID keyOf(RunId run, int ordinal) {
        String request = owner.value() + "/" + run + "/" + ordinal;
        return UUID.nameUUIDFromBytes(request.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<String> refusal(ClusterProvider provider, ClusterSpec spec, Resources demand) {
        try {
            provider.check(spec);
        } catch (ClusterRefused e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        Optional<Quota> quota = providers.quota(provider);
        return capacity.whyNeverFits(provider.name(), quota, demand);
    }

    /**
     * Records that a run no longer needs a cluster. Returns at once; it is then deleted, or stays idle for the next run
     * as long as its spec keeps it warm. Does nothing if the cluster has changed since it was read: a late process must
     * not release what the run was given since.
     */
    public void release(Cluster read) {
        if (!read.status().needed()) {
            return;
        }
        boolean stays = read.state() == ClusterState.RUNNING
                && !read.spec().lifetime().keepWarm().isZero();
        Cluster released = read.with(read.status().withNeeded(false));
        save(read, stays ? released.with(read.timestamps().idleAt(clock.instant())) : released);
    }

    /**
     * Records that a cluster can't be used any more, by its run or another. Returns at once; it is then deleted, and its
     * running jobs are lost. Does nothing if the cluster has changed since it was read.
     */
    public void abandon(Cluster read, String reason) {
        if (read.state() == ClusterState.RUNNING) {
            Failure broken = new Failure(Failure.Kind.BROKEN, reason);
            save(read, ClusterStep.delete(read, broken, clock.instant()).after());
        }
    }

    private void save(Cluster before, Cluster after) {
        if (store.save(before, after)) {
            waker.wake(ReconcileClusters.KIND, before.id().value().toString());
        }
    }

    /**
     * Deletes a cluster at a user's request, even one without a row. Returns at once; its running jobs are lost.
     *
     * @return false if there is none of this name
     */
    public boolean delete(Actor actor, String name) {
        Optional<Cluster> row =
                store.named(name).filter(cluster -> !cluster.state().isTerminal());
        if (row.isPresent()) {
            Failure byHand = new Failure(Failure.Kind.BROKEN, "the cluster was deleted by " + actor);
            boolean saved = store.saveDeleted(
                    row.get(),
                    ClusterStep.delete(row.get(), byHand, clock.instant()).after(),
                    actor);
            waker.wake(ReconcileClusters.KIND, row.get().id().value().toString());
            return saved || delete(actor, name);
        }
        for (ClusterProvider provider : providers.all()) {
            for (ClusterProvider.ListedCluster listed : provider.list(owner)) {
                if (listed.ref().name().equals(name)) {
                    store.recordDeleted(name, actor);
                    provider.delete(listed.ref());
                    return true;
                }
            }
        }
        return false;
    }

    /** The cluster of this name, if it has a row. */
    public Optional<Cluster> named(String name) {
        return store.named(name);
    }

    /** A run's current cluster, as the allocation that the engine knows. */
    public static Allocation allocation(Cluster cluster) {
        String reason = cluster.status().failure().reason();
        if (!cluster.status().needed()) {
            boolean gone = cluster.state().isTerminal() || cluster.isIdle();
            return gone ? Allocation.ABSENT : new Allocation(Allocation.State.RELEASING, reason);
        }
        Allocation.State state = switch (cluster.state()) {
            case WAITING, RESERVED, CREATING -> Allocation.State.ALLOCATING;
            case RUNNING -> Allocation.State.READY;
            case DELETING, DELETED -> afterFailure(cluster);
        };
        return new Allocation(state, reason);
    }

    private static Allocation.State afterFailure(Cluster cluster) {
        return switch (cluster.status().failure().kind()) {
            case NONE, BROKEN -> Allocation.State.LOST;
            case OUT_OF_CAPACITY -> Allocation.State.ALLOCATING;
            case REFUSED -> Allocation.State.REFUSED;
        };
    }

    private static boolean isForWantOfRoom(Cluster cluster) {
        return cluster.status().failure().kind() == Failure.Kind.OUT_OF_CAPACITY;
    }

    /** The last cluster of a run, as long as it has not been given to another. */
    public Optional<Cluster> current(RunId run) {
        List<Cluster> clusters = store.ofRun(run);
        return clusters.isEmpty()
                ? Optional.empty()
                : Optional.of(clusters.get(clusters.size() - 1))
                        .filter(cluster -> cluster.run().equals(run));
    }

    /** All clusters that a run ever had, in order; some may be another run's by now. */
    public List<Cluster> ofRun(RunId run) {
        return store.ofRun(run);
    }

    /** By run, a number that rises with every change of its clusters; of those that exist, or have gone lately. */
    public Map<RunId, Long> generations() {
        return store.generations();
    }

    /**
     * The clusters of a provider that hold or want room, and what there is.
     *
     * @param limit what they may take together, of the units that are limited
     * @param waiting those that wait, in their order, with the reason of each
     */
    public record Pool(String provider, Resources limit, Resources held, List<Capacity.Admission> waiting) {}

    /**
     * The pools of all providers.
     *
     * @throws ProviderUnavailable if a cloud does not tell its quota
     */
    public List<Pool> pools() {
        List<Pool> pools = new ArrayList<>();
        for (ClusterProvider provider : providers.all()) {
            List<Claim> claims = Cluster.claims(store.live(provider.name()));
            Resources held = Capacity.held(claims);
            Resources limit = capacity.limit(provider.name(), providers.quota(provider), held);
            pools.add(new Pool(provider.name(), limit, held, Capacity.admit(limit, claims, clock.instant())));
        }
        return pools;
    }

    /** The clusters that are not proved deleted, those of each provider oldest first. */
    public List<Cluster> live() {
        return providers.names().stream()
                .flatMap(provider -> store.live(provider).stream())
                .toList();
    }

    /** The newest clusters, newest first. */
    public List<Cluster> newest(int limit) {
        return store.newest(limit);
    }
}
