package dev.mayfly.cluster;

import dev.mayfly.cluster.ClusterProvider.Owner;
import dev.mayfly.cluster.ClusterProvider.Sighting;
import dev.mayfly.engine.Reconciler;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.Wakeups;
import dev.mayfly.postgres.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All clusters of this installation. A cluster is asked for and let go of by writing its row; the {@link Reconciler} part
 * then does what the row says, until the cluster is proved deleted. Safe for use by any thread.
 */
public final class Clusters implements Reconciler {

    private static final Logger log = LoggerFactory.getLogger(Clusters.class);

    private final Database database;
    private final Wakeups wakeups;
    private final Clock clock;
    private final Map<String, ClusterProvider> providers;
    private final Owner owner;

    public Clusters(Database database, Wakeups wakeups, Clock clock, List<ClusterProvider> providers) {
        this.database = database;
        this.wakeups = wakeups;
        this.clock = clock;
        this.providers = providers.stream().collect(Collectors.toMap(ClusterProvider::name, Function.identity()));
        String candidate = UUID.randomUUID().toString().substring(0, 8);
        this.owner = new Owner(database.inTransaction(tx -> ClusterStore.owner(tx, candidate)));
    }

    /** The names that a pipeline may ask for. */
    public Set<String> providerNames() {
        return providers.keySet();
    }

    /** The provider of this name. Throws {@link ClusterRefused} if there is none. */
    public ClusterProvider provider(String name) {
        ClusterProvider provider = providers.get(name);
        if (provider == null) {
            throw new ClusterRefused("provider: " + name + " (expected: one of " + providers.keySet() + ")");
        }
        return provider;
    }

    /**
     * Records that a run needs a cluster, unless its last one is still there. Returns at once; the cluster comes up by
     * itself.
     */
    public void request(RunId run, ClusterSpec spec) {
        provider(spec.provider()).check(spec);
        UUID id = UUID.randomUUID();
        boolean inserted = database.inTransaction(tx -> {
            List<Cluster> before = ClusterStore.ofRun(tx, run);
            if (before.stream()
                    .anyMatch(cluster ->
                            !cluster.state().isTerminal() || cluster.status().wanted())) {
                return false;
            }
            int ordinal = before.size() + 1;
            String name = "mayfly-" + owner.value() + "-" + run.shortForm() + "-" + ordinal;
            return ClusterStore.insert(tx, new Cluster.Id(id, name), run, ordinal, spec, clock.instant());
        });
        if (inserted) {
            wakeups.wake(kind(), id.toString());
        }
    }

    /** Records that a run needs its clusters no longer. Returns at once; they are deleted by themselves. */
    public void release(RunId run) {
        for (Cluster cluster : ofRun(run)) {
            if (cluster.status().wanted()) {
                database.useTransaction(
                        tx -> ClusterStore.release(tx, cluster.id().value()));
                wakeups.wake(kind(), cluster.id().value().toString());
            }
        }
    }

    /** All clusters that a run ever had, in order. */
    public List<Cluster> ofRun(RunId run) {
        return database.inTransaction(tx -> ClusterStore.ofRun(tx, run));
    }

    /** The newest clusters, newest first. */
    public List<Cluster> newest(int limit) {
        return database.inTransaction(tx -> ClusterStore.newest(tx, limit));
    }

    @Override
    public String kind() {
        return "cluster";
    }

    @Override
    public Set<String> unfinished() {
        return database.inTransaction(ClusterStore::unfinished);
    }

    @Override
    public Optional<Instant> reconcile(String id) {
        Cluster cluster = database.inTransaction(tx -> ClusterStore.find(tx, UUID.fromString(id)))
                .orElse(null);
        if (cluster == null || cluster.state().isTerminal()) {
            return Optional.empty();
        }
        ClusterProvider provider = provider(cluster.spec().provider());
        Optional<Sighting> seen = provider.find(cluster.name());
        ClusterStep step = ClusterStep.next(cluster, seen, clock.instant(), provider.createTimeout());
        if (step.state() != cluster.state() && !moved(cluster, step)) {
            return Optional.of(clock.instant());
        }
        switch (step.call()) {
            case NONE -> {}
            case CREATE -> provider.create(cluster.name(), cluster.spec(), owner);
            case DELETE -> provider.delete(cluster.name());
        }
        return step.state().isTerminal()
                ? Optional.empty()
                : Optional.of(clock.instant().plus(provider.pollEvery()));
    }

    private boolean moved(Cluster cluster, ClusterStep step) {
        boolean moved =
                database.inTransaction(tx -> ClusterStore.move(tx, cluster, step.state(), step.reason(), step.life()));
        if (moved) {
            log.info("cluster {}: {} {}", cluster.name(), step.state(), step.reason());
        }
        return moved;
    }
}
