package dev.mayfly.cluster;

import dev.mayfly.cluster.ClusterProvider.ListedCluster;
import dev.mayfly.cluster.ClusterProvider.Owner;
import java.time.Clock;
import java.time.Duration;
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

/**
 * Finds and deletes orphans, clusters that bear our label although no row needs them: those without a row, those that
 * appeared after their row was closed, those whose deletion no server continues, and those whose own label has expired.
 * It deletes only orphans of some age that two sweeps found. Level-triggered: if it forgets what earlier sweeps found,
 * it is only slower. For use by one thread.
 */
public final class OrphanedClusters {

    /** Short, because a row is written before its cluster is made: this only covers calls under way. */
    static final Duration LEAST_AGE = Duration.ofSeconds(40);

    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(15);

    /** A living control plane repeats the call for a deletion sooner than this. */
    static final Duration ABANDONED = Duration.ofSeconds(60);

    private static final Logger log = LoggerFactory.getLogger(OrphanedClusters.class);

    private final ClusterStore store;
    private final Providers providers;
    private final Owner owner;
    private final Clock clock;
    private final Map<String, Instant> suspected = new HashMap<>();

    OrphanedClusters(ClusterStore store, Providers providers, Owner owner, Clock clock) {
        this.store = store;
        this.providers = providers;
        this.owner = owner;
        this.clock = clock;
    }

    /** An orphaned cluster, and whether this sweep called its deletion. */
    public record Orphan(String provider, ClusterRef ref, Instant created, String reason, boolean deleted) {}

    /** Lists the orphans of all providers. Changes nothing. */
    public List<Orphan> orphans() {
        List<Orphan> orphans = new ArrayList<>();
        for (ClusterProvider provider : providers.all()) {
            for (ListedCluster listed : provider.list(owner)) {
                reason(listed)
                        .ifPresent(reason -> orphans.add(
                                new Orphan(provider.name(), listed.ref(), listed.created(), reason, false)));
            }
        }
        return orphans;
    }

    /**
     * Sweeps once, and deletes the orphans that an earlier sweep also found. What fails holds nothing else up.
     *
     * @throws ProviderUnavailable at the end, if a provider could not be swept or an orphan not be deleted
     */
    public List<Orphan> sweep() {
        Set<String> seen = new HashSet<>();
        List<Orphan> found = new ArrayList<>();
        List<ProviderUnavailable> failures = new ArrayList<>();
        for (ClusterProvider provider : providers.all()) {
            try {
                for (Orphan orphan : orphansOf(provider)) {
                    seen.add(orphan.ref().name());
                    found.add(judged(provider, orphan, failures));
                }
            } catch (ProviderUnavailable e) {
                failures.add(new ProviderUnavailable(
                        "provider " + provider.name() + " could not be swept: " + e.getMessage(), e));
                seen.addAll(suspected.keySet());
            }
        }
        suspected.keySet().retainAll(seen);
        if (!failures.isEmpty()) {
            ProviderUnavailable first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
        return found;
    }

    private List<Orphan> orphansOf(ClusterProvider provider) {
        return provider.list(owner).stream()
                .flatMap(listed -> reason(listed)
                        .map(reason -> new Orphan(provider.name(), listed.ref(), listed.created(), reason, false))
                        .stream())
                .toList();
    }

    private Orphan judged(ClusterProvider provider, Orphan orphan, List<ProviderUnavailable> failures) {
        Instant now = clock.instant();
        Instant first = suspected.computeIfAbsent(orphan.ref().name(), name -> now);
        boolean old = !orphan.created().plus(LEAST_AGE).isAfter(now);
        boolean twice = !first.plus(BETWEEN_LOOKS).isAfter(now);
        if (!old || !twice) {
            return orphan;
        }
        try {
            provider.delete(orphan.ref());
            log.warn("orphan {} of {} deleted: {}", orphan.ref(), provider.name(), orphan.reason());
            return new Orphan(orphan.provider(), orphan.ref(), orphan.created(), orphan.reason(), true);
        } catch (ProviderUnavailable e) {
            failures.add(
                    new ProviderUnavailable("orphan " + orphan.ref() + " could not be deleted: " + e.getMessage(), e));
            return orphan;
        }
    }

    /** Why it is an orphan; empty if it is not. */
    private Optional<String> reason(ListedCluster listed) {
        Instant now = clock.instant();
        if (listed.expires().isPresent() && listed.expires().get().isBefore(now)) {
            return Optional.of("it is older than its max_age");
        }
        Optional<Cluster> row = store.named(listed.ref().name());
        if (row.isEmpty()) {
            return Optional.of("it has no row");
        }
        Cluster cluster = row.get();
        if (cluster.state().isTerminal()) {
            return Optional.of("it appeared after its row was closed");
        }
        Instant deleteCalled = cluster.timestamps().deleteCalled();
        if (deleteCalled != null && deleteCalled.plus(ABANDONED).isBefore(now)) {
            return Optional.of("its deletion was called, but no server continues it");
        }
        return Optional.empty();
    }
}
