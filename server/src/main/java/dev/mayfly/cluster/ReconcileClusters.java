package dev.mayfly.cluster;

import dev.mayfly.capacity.Capacity;
import dev.mayfly.capacity.Claim;
import dev.mayfly.capacity.Quota;
import dev.mayfly.capacity.Resources;
import dev.mayfly.cluster.Cluster.Failure;
import dev.mayfly.cluster.ClusterProvider.ClusterRequest;
import dev.mayfly.cluster.ClusterProvider.Labels;
import dev.mayfly.cluster.ClusterProvider.Owner;
import dev.mayfly.cluster.ClusterProvider.ReportedCluster;
import dev.mayfly.engine.Reconciler;
import dev.mayfly.engine.Waker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries every cluster from its request to the proof of its deletion: reads its row, polls its provider, asks {@link
 * ClusterStep}, saves the row, and only then calls the provider. Keeps no state between two calls. Safe for use by any
 * thread and by several processes on one store.
 */
final class ReconcileClusters implements Reconciler {

    static final String KIND = "cluster";
    private static final Logger log = LoggerFactory.getLogger(ReconcileClusters.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration QUEUE_LOOK = Duration.ofSeconds(5);
    /** A cluster in use is polled less often: its jobs fail first if it breaks, and the run's release wakes it up. */
    private static final int POLLS_AT_WORK = 3;

    /** How long after its max_age the label of a cluster expires: by then, its reconciler should have deleted it. */
    private static final Duration GRACE = Duration.ofMinutes(5);

    private final ClusterStore store;
    private final Providers providers;
    private final Capacity capacity;
    private final Owner owner;
    private final Waker waker;
    private final Clock clock;

    ReconcileClusters(
            ClusterStore store, Providers providers, Capacity capacity, Owner owner, Waker waker, Clock clock) {
        this.store = store;
        this.providers = providers;
        this.capacity = capacity;
        this.owner = owner;
        this.waker = waker;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Set<String> unfinished() {
        return store.unfinished().stream().map(UUID::toString).collect(Collectors.toSet());
    }

    @Override
    public Optional<Instant> reconcile(String id) {
        Cluster cluster = store.find(UUID.fromString(id)).orElse(null);
        if (cluster == null || cluster.state().isTerminal()) {
            return Optional.empty();
        }
        ClusterProvider provider = providers.named(cluster.spec().provider());
        try {
            return advance(cluster, provider);
        } catch (ProviderUnavailable e) {
            log.warn("cluster {}: {}; next try in {} s", cluster.name(), e.getMessage(), AFTER_FAILURE.toSeconds());
            note(id, String.valueOf(e.getMessage()));
            return Optional.of(clock.instant().plus(AFTER_FAILURE));
        }
    }

    private Optional<Instant> advance(Cluster cluster, ClusterProvider provider) {
        boolean untouched = cluster.state() == ClusterState.WAITING || cluster.state() == ClusterState.RESERVED;
        Optional<ReportedCluster> seen = untouched ? Optional.empty() : provider.describe(cluster.ref());
        ClusterStep step = ClusterStep.next(cluster, seen, clock.instant(), provider.timing());
        Cluster after = cluster;
        if (!step.after().equals(cluster)) {
            if (!saved(cluster, step.after())) {
                return Optional.of(clock.instant());
            }
            after = step.after().nextGeneration();
        }
        switch (step.call()) {
            case NONE -> {}
            case ADMIT -> admit(provider);
            case CREATE -> create(after, provider);
            case DELETE -> provider.delete(after.ref());
        }
        if (after.state().isTerminal()) {
            admit(provider);
            return Optional.empty();
        }
        return Optional.of(clock.instant().plus(pause(after, step.call(), provider.timing())));
    }

    private static Duration pause(Cluster cluster, ClusterStep.Call call, ClusterProvider.Timing timing) {
        if (call == ClusterStep.Call.ADMIT) {
            return QUEUE_LOOK;
        }
        boolean isAtWork = cluster.state() == ClusterState.RUNNING && !cluster.isIdle();
        return isAtWork ? timing.poll().multipliedBy(POLLS_AT_WORK) : timing.poll();
    }

    private void create(Cluster cluster, ClusterProvider provider) {
        Instant expires =
                clock.instant().plus(cluster.spec().lifetime().maxAge()).plus(GRACE);
        ClusterRequest request = new ClusterRequest(
                cluster.id().value(),
                cluster.name(),
                cluster.spec(),
                new Labels(owner, cluster.run().toString(), expires));
        try {
            provider.create(request)
                    .filter(providerId -> !providerId.equals(cluster.id().providerId()))
                    .ifPresent(providerId -> saved(cluster, cluster.withProviderId(providerId)));
        } catch (ClusterRefused e) {
            fail(cluster, new Failure(Failure.Kind.REFUSED, String.valueOf(e.getMessage())));
        } catch (CreateFailed e) {
            fail(cluster, new Failure(Failure.Kind.BROKEN, "create failed: " + e.getMessage()));
        } catch (OutOfCapacity e) {
            fail(cluster, new Failure(Failure.Kind.OUT_OF_CAPACITY, String.valueOf(e.getMessage())));
        }
    }

    /** A failed create does not prove that nothing was made, so whatever exists is deleted. */
    private void fail(Cluster cluster, Failure why) {
        if (saved(cluster, ClusterStep.delete(cluster, why, clock.instant()).after())) {
            waker.wake(KIND, cluster.id().value().toString());
        }
    }

    /** Admits the waiting clusters that fit; if one does not, the cluster that has been idle longest is deleted. */
    private void admit(ClusterProvider provider) {
        Optional<Quota> quota = providers.quota(provider);
        Instant now = clock.instant();
        List<Cluster> changed = store.admit(provider.name(), live -> {
            List<Claim> claims = Cluster.claims(live);
            Resources limit = capacity.limit(provider.name(), quota, Capacity.held(claims));
            List<Capacity.Admission> admissions = Capacity.admit(limit, claims, now);
            return afterAdmissions(live, admissions, now);
        });
        for (Cluster cluster : changed) {
            if (cluster.state() != ClusterState.WAITING) {
                log.info("cluster {}: {}", cluster.name(), cluster.state());
                waker.wake(KIND, cluster.id().value().toString());
            }
        }
    }

    private static List<Cluster> afterAdmissions(List<Cluster> live, List<Capacity.Admission> admissions, Instant now) {
        Map<String, Capacity.Admission> byId = new HashMap<>();
        admissions.forEach(admission -> byId.put(admission.claim().id(), admission));
        boolean somebodyWaits = admissions.stream().anyMatch(admission -> !admission.granted());
        Optional<Cluster> makesRoom = live.stream()
                .filter(cluster -> somebodyWaits && cluster.isIdle())
                .min(Comparator.comparing(cluster -> cluster.timestamps().idle()));
        return live.stream()
                .map(cluster -> makesRoom.filter(cluster::equals).isPresent()
                        ? ClusterStep.delete(cluster, Failure.NONE, now).after()
                        : afterAdmission(cluster, byId.get(cluster.id().value().toString()), now))
                .toList();
    }

    private static Cluster afterAdmission(Cluster cluster, Capacity.@Nullable Admission admission, Instant now) {
        if (admission == null) {
            return cluster;
        }
        return admission.granted()
                ? cluster.with(cluster.status().moved(ClusterState.RESERVED))
                        .with(cluster.timestamps().reservedAt(now))
                : cluster.with(cluster.status().waitingFor(admission.reason()));
    }

    private boolean saved(Cluster before, Cluster after) {
        if (!store.save(before, after)) {
            return false;
        }
        if (before.state() != after.state()) {
            log.info(
                    "cluster {}: {} {}",
                    after.ref(),
                    after.state(),
                    after.status().failure().reason());
            waker.wake(after.run());
        }
        return true;
    }

    /** Records on the row what the cluster waits for; if another process changed the row meanwhile, that is newer. */
    private void note(String id, String words) {
        store.find(UUID.fromString(id))
                .filter(cluster -> !cluster.status().waitReason().equals(words))
                .ifPresent(cluster ->
                        store.save(cluster, cluster.with(cluster.status().waitingFor(words))));
    }
}
