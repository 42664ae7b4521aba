package dev.mayfly.cluster;

import dev.mayfly.capacity.Quota;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The providers of an installation, by name. Immutable. */
final class Providers {

    private final Map<String, ClusterProvider> byName;

    Providers(List<ClusterProvider> providers) {
        this.byName =
                new TreeMap<>(providers.stream().collect(Collectors.toMap(ClusterProvider::name, Function.identity())));
    }

    Set<String> names() {
        return byName.keySet();
    }

    Collection<ClusterProvider> all() {
        return byName.values();
    }

    /** Throws {@link ClusterRefused} if there is no provider of this name. */
    ClusterProvider named(String name) {
        ClusterProvider provider = byName.get(name);
        if (provider == null) {
            throw new ClusterRefused("provider: " + name + " (expected: one of " + byName.keySet() + ")");
        }
        return provider;
    }

    /** Reads the quota for every decision, since the cloud does not tell us when others use it. */
    Optional<Quota> quota(ClusterProvider provider) {
        return provider.quota();
    }
}
