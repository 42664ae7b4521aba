package dev.mayfly.simulation;

import dev.mayfly.capacity.Capacity;
import dev.mayfly.cluster.ClusterProvider.Owner;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.cluster.OrphanedClusters;
import dev.mayfly.cluster.SimulatedClusters;
import dev.mayfly.engine.Reconciler;
import dev.mayfly.engine.SimulatedRuns;
import dev.mayfly.engine.Waker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Two control planes that share their work as by db-scheduler: each id is looked at by one, unless that one is late. */
final class Planes implements Waker {

    static final long SKEW_SECONDS = 20;

    private static final Duration TAKEN_OVER_AFTER = Duration.ofSeconds(6);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration SWEEP = Duration.ofSeconds(45);
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final Duration REAP = Duration.ofSeconds(20);
    private static final Owner OWNER = new Owner("simulated");

    private final World world;
    private final SimulatedCloud cloud;
    private final SimulatedRuns runs;
    private final SimulatedClusters clusters;
    private final SimulatedOpenings openings;
    private final Capacity capacity;
    private final Simulation.Bugs bugs;
    private final Map<Due, Instant> due = new LinkedHashMap<>();
    private final List<Plane> planes = new ArrayList<>();
    private final Runnable afterStep;
    private @Nullable Plane acting;
    private int paused;

    Planes(
            World world,
            SimulatedCloud cloud,
            SimulatedRuns runs,
            SimulatedClusters clusters,
            SimulatedOpenings openings,
            Capacity capacity,
            Simulation.Bugs bugs,
            Runnable afterStep) {
        this.afterStep = afterStep;
        this.world = world;
        this.cloud = cloud;
        this.runs = runs;
        this.clusters = clusters;
        this.openings = openings;
        this.capacity = capacity;
        this.bugs = bugs;
        planes.add(new Plane());
        planes.add(new Plane());
        due.put(new Due("sweep", "0"), World.BEGIN.plus(SWEEP));
        if (bugs.between() != Simulation.Bugs.Between.NO_REAPER) {
            due.put(new Due("reap", "0"), World.BEGIN.plus(REAP));
        }
    }

    private record Due(String kind, String id) {}

    /** A process dies at once, wherever it is. */
    private static final class Crash extends Error {
        Crash() {
            super("kill -9", null, false, false);
        }
    }

    /** The database does not answer; what was asked of it may have been done. */
    private static final class DatabaseDown extends RuntimeException {
        DatabaseDown(String point) {
            super(point, null, false, false);
        }
    }

    /** One process, with a clock of its own. */
    private final class Plane {
        boolean late;
        Instant up = World.BEGIN;
        Duration skew = Duration.ZERO;
        Map<String, Reconciler> reconcilers = Map.of();

        @Nullable
        OrphanedClusters reaper;

        Plane() {
            start();
        }

        void start() {
            Clock clock = new SkewedClock();
            Clusters seen = clusters.clusters(
                    cloud.seenBy(() -> () -> fault("provider")),
                    capacity,
                    OWNER,
                    Planes.this,
                    clock,
                    Planes.this::fault,
                    bugs.cluster());
            reaper = seen.orphaned();
            Reconciler run = runs.reconciler(
                    of -> new SimulatedTasks(
                            world, runs, seen, openings, bugs.between() != Simulation.Bugs.Between.NOTHING_ABANDONED),
                    Planes.this,
                    clock,
                    Planes.this::fault,
                    bugs.run());
            Reconciler cluster = seen.reconciler();
            reconcilers = Map.of(run.kind(), run, cluster.kind(), cluster, openings.kind(), openings);
        }

        boolean isUp() {
            return !late && !up.isAfter(world.now());
        }

        private final class SkewedClock extends Clock {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return world.now().plus(skew);
            }
        }
    }

    @Override
    public void wake(String kind, String id) {
        boolean lost = world.chance(0.1);
        if (!lost) {
            due.merge(new Due(kind, id), world.now(), (old, fresh) -> old.isBefore(fresh) ? old : fresh);
        }
    }

    /** Looks at what is due next, letting time pass until then. */
    void step() {
        advance();
        afterStep.run();
    }

    private void advance() {
        Due next = next();
        Instant at = next == null ? world.now().plus(IDLE) : dueAt(next);
        Instant event = world.nextEvent();
        if (!event.isAfter(at)) {
            world.advanceTo(event);
            return;
        }
        world.advanceTo(at);
        Plane plane = pick();
        if (plane == null) {
            world.advanceTo(firstUp());
        } else if (next != null) {
            look(plane, next);
        }
    }

    /** Of what is due already any, else what is due first. */
    private @Nullable Due next() {
        List<Due> ready = due.entrySet().stream()
                .filter(entry -> !entry.getValue().isAfter(world.now()))
                .map(Map.Entry::getKey)
                .toList();
        if (!ready.isEmpty()) {
            return ready.get(world.below(ready.size()));
        }
        return due.entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    private Instant dueAt(Due what) {
        return due.getOrDefault(what, Instant.MAX);
    }

    private @Nullable Plane pick() {
        List<Plane> up = planes.stream().filter(Plane::isUp).toList();
        return up.isEmpty() ? null : up.get(world.below(up.size()));
    }

    private Instant firstUp() {
        return planes.stream()
                .filter(plane -> !plane.late)
                .map(plane -> plane.up)
                .min(Instant::compareTo)
                .orElse(world.now().plusSeconds(1));
    }

    private void look(Plane plane, Due what) {
        due.remove(what);
        Plane before = acting;
        acting = plane;
        try {
            Optional<Instant> again = switch (what.kind()) {
                case "reap" -> reap(plane);
                case "sweep" -> sweep(plane);
                default -> reconcile(plane, what);
            };
            again.ifPresent(instant -> due.putIfAbsent(what, instant.minus(plane.skew)));
        } catch (Crash e) {
            world.tell(() -> "process " + planes.indexOf(plane) + " is killed at " + what);
            plane.up = world.now().plusSeconds(world.between(1, 60));
            plane.skew = Duration.ofSeconds(world.between(-SKEW_SECONDS / 2, SKEW_SECONDS / 2));
            plane.start();
            due.putIfAbsent(what, world.now().plus(TAKEN_OVER_AFTER));
        } catch (Violation e) {
            throw e;
        } catch (RuntimeException e) {
            due.putIfAbsent(what, world.now().plus(AFTER_FAILURE));
        } finally {
            acting = before;
        }
    }

    private static Optional<Instant> reconcile(Plane plane, Due what) {
        Reconciler reconciler = plane.reconcilers.get(what.kind());
        return reconciler == null ? Optional.empty() : reconciler.reconcile(what.id());
    }

    /** What is unfinished and will not be looked at is looked at; more seldom than in production, so that it matters. */
    private Optional<Instant> sweep(Plane plane) {
        for (Reconciler reconciler : plane.reconcilers.values()) {
            for (String id : reconciler.unfinished()) {
                due.putIfAbsent(new Due(reconciler.kind(), id), world.now());
            }
        }
        return Optional.of(world.now().plus(plane.skew).plus(SWEEP));
    }

    private Optional<Instant> reap(Plane plane) {
        if (plane.reaper != null) {
            plane.reaper.sweep();
        }
        world.openTracking()
                .forEach((attempt, cluster) -> clusters.all().stream()
                        .filter(row -> row.name().equals(cluster) && SimulatedClusters.isOver(row))
                        .filter(row -> row.timestamps().proved() != null
                                && row.timestamps().proved().plusSeconds(60).isBefore(world.now()))
                        .forEach(row -> world.closeTracking(attempt)));
        return Optional.of(world.now().plus(plane.skew).plus(REAP));
    }

    /** A place at which the acting process may die, lose its database, or sleep while the other goes on. */
    void fault(String point) {
        if (world.isCalm() || acting == null) {
            return;
        }
        if (world.chance(0.003)) {
            throw new Crash();
        }
        if (!point.equals("provider") && world.chance(0.006)) {
            throw new DatabaseDown(point);
        }
        if (paused == 0 && world.chance(0.004)) {
            pause(acting);
        }
    }

    /** The process sleeps; what it was looking at is taken over, and when it wakes up it goes on where it was. */
    private void pause(Plane sleeper) {
        paused++;
        sleeper.late = true;
        Instant until = world.now().plusSeconds(world.between(1, world.coin() ? 20 : 300));
        world.tell(() -> "process " + planes.indexOf(sleeper) + " sleeps until " + until);
        afterStep.run(); // what it has written so far is what the other one sees
        while (world.now().isBefore(until)) {
            Due next = next();
            boolean nothing = next == null || dueAt(next).isAfter(until);
            if (nothing) {
                world.advanceTo(until);
            } else {
                step();
            }
        }
        sleeper.late = false;
        paused--;
    }
}
