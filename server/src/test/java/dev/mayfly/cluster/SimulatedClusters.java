package dev.mayfly.cluster;

import dev.mayfly.access.Actor;
import dev.mayfly.capacity.Capacity;
import dev.mayfly.cluster.ClusterProvider.Owner;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.Waker;
import dev.mayfly.engine.testing.FaultPoints;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The clusters in memory, for simulations of the whole: the same {@link ClusterStep}, queue and loop as in production, on a store
 * that passes the same contract. For use by one thread.
 */
public final class SimulatedClusters {

    private final MemoryClusterStore store;

    /**
     * @param isRunning whether a run is RUNNING
     */
    public SimulatedClusters(Predicate<RunId> isRunning) {
        this.store = new MemoryClusterStore(isRunning);
    }

    /** Mistakes that a simulation must find. */
    public enum Bug {
        NONE,
        /** A save does not look at the generation. */
        FENCE_DROPPED,
        /** The intent is written only after the cloud was called. */
        INTENT_AFTER_EFFECT,
        /** The cloud's id, and that there is a cluster, are written only when it is up. */
        STORED_AFTER_THE_WAIT,
        /** Room is given free when the deletion is called, not when it is proved. */
        ROOM_FREED_AT_DELETE,
        /** A create that failed is taken for "nothing was made". */
        FAILED_CREATE_FORGOTTEN,
        /** Whoever fits is let in, whoever waits before. */
        SMALL_ONES_FIRST
    }

    /** Goes up with every change. */
    public long changes() {
        return store.changes();
    }

    public List<Cluster> all() {
        return store.all();
    }

    /** What one process sees and does. */
    public Clusters clusters(
            ClusterProvider provider,
            Capacity capacity,
            Owner owner,
            Waker waker,
            Clock clock,
            FaultPoints faults,
            Bug bug) {
        ClusterStore seen = store.with(faults);
        return new Clusters(
                bug == Bug.NONE ? seen : new Buggy(store.with(faults), bug, new HashMap<>()),
                new Providers(List.of(provider)),
                capacity,
                owner,
                waker,
                clock);
    }

    public static boolean holdsRoom(Cluster cluster) {
        return cluster.state().holdsRoom();
    }

    public static boolean isOver(Cluster cluster) {
        return cluster.timestamps().proved() != null;
    }

    /** A store with a mistake in it; {@code unsaved}: what this process believes to have saved. */
    private record Buggy(MemoryClusterStore store, Bug bug, Map<UUID, Cluster> unsaved) implements ClusterStore {
        @Override
        public boolean insert(Cluster cluster, int ordinal) {
            return store.insert(cluster, ordinal);
        }

        @Override
        public boolean handOver(Cluster before, Cluster after, int ordinal) {
            return store.handOver(before, after, ordinal);
        }

        @Override
        public Optional<Cluster> find(UUID id) {
            flush();
            return store.find(id);
        }

        @Override
        public Optional<Cluster> named(String name) {
            return store.named(name);
        }

        @Override
        public List<Cluster> ofRun(RunId run) {
            return store.ofRun(run);
        }

        @Override
        public List<Cluster> live(String provider) {
            return store.live(provider);
        }

        @Override
        public List<Cluster> newest(int limit) {
            return store.newest(limit);
        }

        @Override
        public Map<RunId, Long> generations() {
            return store.generations();
        }

        @Override
        public Set<UUID> unfinished() {
            return store.unfinished();
        }

        @Override
        public boolean save(Cluster before, Cluster after) {
            flush();
            switch (bug) {
                case FENCE_DROPPED -> {
                    for (int n = 0; n < 3; n++) {
                        Cluster now = store.find(before.id().value()).orElseThrow();
                        if (store.save(now, withGeneration(after, now.generation()))) {
                            return true;
                        }
                    }
                    return false;
                }
                case INTENT_AFTER_EFFECT -> {
                    if (after.state() == ClusterState.CREATING && before.state() == ClusterState.RESERVED) {
                        unsaved.put(before.id().value(), before);
                        return true;
                    }
                }
                case STORED_AFTER_THE_WAIT -> {
                    Instant created = after.timestamps().created();
                    if (after.state() == ClusterState.DELETING
                            && after.timestamps().ready() == null
                            && created != null) {
                        return store.save(before, proved(after));
                    }
                }
                case FAILED_CREATE_FORGOTTEN -> {
                    if (after.state() == ClusterState.DELETING
                            && before.state() == ClusterState.CREATING
                            && after.status().failure().kind() != Cluster.Failure.Kind.NONE) {
                        return store.save(before, proved(after));
                    }
                }
                case NONE, ROOM_FREED_AT_DELETE, SMALL_ONES_FIRST -> {}
            }
            return store.save(before, after);
        }

        @Override
        public boolean saveDeleted(Cluster before, Cluster after, Actor by) {
            return save(before, after);
        }

        @Override
        public void recordDeleted(String name, Actor by) {
            store.recordDeleted(name, by);
        }

        private void flush() {
            List<Cluster> late = new ArrayList<>(unsaved.values());
            unsaved.clear();
            late.forEach(cluster -> store.save(
                    cluster,
                    cluster.with(cluster.status().moved(ClusterState.CREATING))
                            .with(cluster.timestamps()
                                    .createdAt(cluster.timestamps().requested()))));
        }

        private static Cluster proved(Cluster after) {
            Instant now = Objects.requireNonNull(after.timestamps().deleteCalled());
            return after.with(after.status().moved(ClusterState.DELETED))
                    .with(after.timestamps().provedAt(now));
        }

        private static Cluster withGeneration(Cluster cluster, long generation) {
            return new Cluster(
                    cluster.id(),
                    cluster.run(),
                    cluster.spec(),
                    cluster.demand(),
                    generation,
                    cluster.status(),
                    cluster.timestamps());
        }

        @Override
        public List<Cluster> admit(String provider, UnaryOperator<List<Cluster>> decide) {
            return switch (bug) {
                case ROOM_FREED_AT_DELETE -> store.admit(provider, live -> hidingDeleted(live, decide));
                case SMALL_ONES_FIRST -> store.admit(provider, live -> smallestAlone(live, decide));
                default -> store.admit(provider, decide);
            };
        }

        private static List<Cluster> hidingDeleted(List<Cluster> live, UnaryOperator<List<Cluster>> decide) {
            return deciding(live, cluster -> cluster.state() != ClusterState.DELETING, decide);
        }

        private static List<Cluster> smallestAlone(List<Cluster> live, UnaryOperator<List<Cluster>> decide) {
            Optional<Cluster> smallest = live.stream()
                    .filter(cluster -> cluster.state() == ClusterState.WAITING)
                    .min(Comparator.comparing(cluster -> cluster.demand().of(dev.mayfly.capacity.Unit.SSD)));
            return deciding(
                    live,
                    cluster -> cluster.state() != ClusterState.WAITING
                            || smallest.filter(cluster::equals).isPresent(),
                    decide);
        }

        private static List<Cluster> deciding(
                List<Cluster> live, Predicate<Cluster> shown, UnaryOperator<List<Cluster>> decide) {
            List<Cluster> some = live.stream().filter(shown).toList();
            List<Cluster> decided = decide.apply(some);
            List<Cluster> after = new ArrayList<>(live);
            for (int n = 0; n < some.size(); n++) {
                after.set(live.indexOf(some.get(n)), decided.get(n));
            }
            return after;
        }
    }
}
