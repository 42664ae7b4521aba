package dev.mayfly.cluster;

import dev.mayfly.access.Actor;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.testing.FaultPoints;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Clusters in memory, with places for faults around every act. Thread-safe. */
final class MemoryClusterStore implements ClusterStore {

    private static final Comparator<Cluster> OLDEST_FIRST = Comparator.comparing(
                    (Cluster cluster) -> cluster.timestamps().requested())
            .thenComparing(cluster -> cluster.id().value());

    private final Tables tables;
    private final Predicate<RunId> isRunning;
    private final FaultPoints faults;

    MemoryClusterStore(Predicate<RunId> isRunning) {
        this(new Tables(), isRunning, FaultPoints.NONE);
    }

    private MemoryClusterStore(Tables tables, Predicate<RunId> isRunning, FaultPoints faults) {
        this.tables = tables;
        this.isRunning = isRunning;
        this.faults = faults;
    }

    /** Goes up with every change. */
    long changes() {
        return tables.changes;
    }

    private static final class Tables {
        long changes;
        final Map<UUID, Cluster> clusters = new LinkedHashMap<>();
        final Map<String, UUID> names = new LinkedHashMap<>();
        final Map<RunId, TreeMap<Integer, UUID>> ofRun = new LinkedHashMap<>();
    }

    /** The same clusters, as another process sees them. */
    MemoryClusterStore with(FaultPoints others) {
        return new MemoryClusterStore(tables, isRunning, others);
    }

    @Override
    public Map<RunId, Long> generations() {
        return all().stream().collect(Collectors.groupingBy(Cluster::run, Collectors.summingLong(Cluster::generation)));
    }

    List<Cluster> all() {
        synchronized (tables) {
            return List.copyOf(tables.clusters.values());
        }
    }

    @Override
    public boolean insert(Cluster cluster, int ordinal) {
        faults.at("cluster.insert, before it");
        boolean inserted;
        synchronized (tables) {
            inserted = link(cluster, ordinal);
            if (inserted) {
                tables.changes++;
                tables.clusters.put(cluster.id().value(), cluster);
                tables.names.put(cluster.name(), cluster.id().value());
            }
        }
        faults.at("cluster.insert, after it");
        return inserted;
    }

    @Override
    public boolean handOver(Cluster before, Cluster after, int ordinal) {
        faults.at("cluster.handOver, before it");
        boolean handed;
        synchronized (tables) {
            handed = isCurrent(before) && link(after, ordinal);
            if (handed) {
                tables.changes++;
                tables.clusters.put(before.id().value(), after.nextGeneration());
            }
        }
        faults.at("cluster.handOver, after it");
        return handed;
    }

    private boolean link(Cluster cluster, int ordinal) {
        return isRunning.test(cluster.run())
                && tables.ofRun
                                .computeIfAbsent(cluster.run(), run -> new TreeMap<>())
                                .putIfAbsent(ordinal, cluster.id().value())
                        == null;
    }

    @Override
    public Optional<Cluster> find(UUID id) {
        faults.at("cluster.find");
        synchronized (tables) {
            return Optional.ofNullable(tables.clusters.get(id));
        }
    }

    @Override
    public Optional<Cluster> named(String name) {
        faults.at("cluster.named");
        synchronized (tables) {
            return Optional.ofNullable(tables.names.get(name)).map(tables.clusters::get);
        }
    }

    @Override
    public List<Cluster> ofRun(RunId run) {
        faults.at("cluster.ofRun");
        synchronized (tables) {
            return tables.ofRun.getOrDefault(run, new TreeMap<>()).values().stream()
                    .map(tables.clusters::get)
                    .toList();
        }
    }

    @Override
    public List<Cluster> live(String provider) {
        faults.at("cluster.live");
        synchronized (tables) {
            return liveNow(provider);
        }
    }

    private List<Cluster> liveNow(String provider) {
        return tables.clusters.values().stream()
                .filter(cluster -> cluster.spec().provider().equals(provider)
                        && cluster.timestamps().proved() == null)
                .sorted(OLDEST_FIRST)
                .toList();
    }

    @Override
    public List<Cluster> newest(int limit) {
        synchronized (tables) {
            return tables.clusters.values().stream()
                    .sorted(Comparator.comparing(
                                    (Cluster cluster) -> cluster.timestamps().requested())
                            .reversed()
                            .thenComparing(cluster -> cluster.id().value()))
                    .limit(limit)
                    .toList();
        }
    }

    @Override
    public Set<UUID> unfinished() {
        synchronized (tables) {
            return tables.clusters.values().stream()
                    .filter(cluster -> cluster.timestamps().proved() == null)
                    .map(cluster -> cluster.id().value())
                    .collect(Collectors.toSet());
        }
    }

    @Override
    public boolean save(Cluster before, Cluster after) {
        faults.at("cluster.save, before it");
        boolean saved;
        synchronized (tables) {
            saved = put(before, after);
        }
        faults.at("cluster.save, after it");
        return saved;
    }

    private boolean put(Cluster before, Cluster after) {
        boolean current = isCurrent(before);
        if (current) {
            tables.changes++;
            tables.clusters.put(before.id().value(), after.nextGeneration());
        }
        return current;
    }

    private boolean isCurrent(Cluster before) {
        Cluster now = tables.clusters.get(before.id().value());
        return now != null && now.generation() == before.generation();
    }

    @Override
    public List<Cluster> admit(String provider, UnaryOperator<List<Cluster>> decide) {
        faults.at("cluster.admit, before it");
        List<Cluster> saved = new ArrayList<>();
        synchronized (tables) {
            List<Cluster> live = liveNow(provider);
            boolean anyWaits = live.stream().anyMatch(cluster -> cluster.state() == ClusterState.WAITING);
            List<Cluster> after = anyWaits ? decide.apply(live) : live;
            for (int n = 0; n < live.size(); n++) {
                if (!after.get(n).equals(live.get(n)) && put(live.get(n), after.get(n))) {
                    saved.add(after.get(n).nextGeneration());
                }
            }
        }
        faults.at("cluster.admit, after it");
        return saved;
    }

    @Override
    public boolean saveDeleted(Cluster before, Cluster after, Actor by) {
        return save(before, after);
    }

    @Override
    public void recordDeleted(String name, Actor by) {}
}
