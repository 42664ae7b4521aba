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
 * Finds orphans, clusters that bear our label but that no server manages, and deletes them: those that no row knows, those that appeared
 * after their row was closed, those whose deletion no server carries on, and those that have outlived the age in their own labels. A
 * young one is spared, and an old one is deleted only if two sweeps found it. Level-triggered: losing what it remembers between two
 * sweeps only makes it slower. For use by one thread.
 */
public final class OrphanedClusters {

    /** A row is written before its cluster is made, so this only covers what is on its way. */
    static final Duration LEAST_AGE = Duration.ofSeconds(40);

    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(15);

    /** Longer than this no living control plane leaves a deletion alone. */
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

    /** An orphaned cluster, and whether its deletion was called in this sweep. */
    public record Orphan(String provider, ClusterRef ref, Instant created, String reason, boolean deleted) {}

    /** Lists all that bear our label, and says of each whether it is an orphan. Changes nothing. */
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

    /** Looks once, and deletes what was an orphan at an earlier look already. A provider that does not answer is left out. */
    public List<Orphan> sweep() {
        Set<String> seen = new HashSet<>();
        List<Orphan> found = new ArrayList<>();
        for (ClusterProvider provider : providers.all()) {
            try {
                for (Orphan orphan : orphansOf(provider)) {
                    seen.add(orphan.ref().name());
                    found.add(judged(provider, orphan));
                }
            } catch (ProviderUnavailable e) {
                log.warn("provider {} could not be swept; the next sweep tries again", provider.name(), e);
                seen.addAll(suspected.keySet());
            }
        }
        suspected.keySet().retainAll(seen);
        return found;
    }

    private List<Orphan> orphansOf(ClusterProvider provider) {
        return provider.list(owner).stream()
                .flatMap(listed -> reason(listed)
                        .map(reason -> new Orphan(provider.name(), listed.ref(), listed.created(), reason, false))
                        .stream())
                .toList();
    }

    private Orphan judged(ClusterProvider provider, Orphan orphan) {
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
            log.warn("orphan {} could not be deleted; the next sweep tries again", orphan.ref(), e);
            return orphan;
        }
    }

    /** Why nobody answers for it; empty: somebody does. */
    private Optional<String> reason(ListedCluster listed) {
        Instant now = clock.instant();
        if (listed.expires().isPresent() && listed.expires().get().isBefore(now)) {
            return Optional.of("it has outlived its max_age");
        }
        Optional<Cluster> row = store.named(listed.ref().name());
        if (row.isEmpty()) {
            return Optional.of("no row knows it");
        }
        Cluster cluster = row.get();
        if (cluster.state().isTerminal()) {
            return Optional.of("it appeared after its row was closed");
        }
        Instant deleteCalled = cluster.timestamps().deleteCalled();
        if (deleteCalled != null && deleteCalled.plus(ABANDONED).isBefore(now)) {
            return Optional.of("its deletion was called and is not carried on");
        }
        return Optional.empty();
    }
}
