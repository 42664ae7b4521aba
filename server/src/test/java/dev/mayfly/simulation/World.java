package dev.mayfly.simulation;

import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.engine.AttemptId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/** What all control planes of one simulation share: time, chance, what will happen by itself, and the ledgers. */
final class World {

    /** {@code -Dmayfly.trace=true}: the story of a seed is told as it goes. */
    private static final boolean TRACE = Boolean.getBoolean("mayfly.trace");

    static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final long seed;
    private final Random random;
    private final Map<String, ClusterSpec> specs = new HashMap<>();
    private final Set<AttemptId> decided = new HashSet<>();
    private final Map<AttemptId, String> tracked = new HashMap<>();
    private final Set<AttemptId> closed = new HashSet<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>((a, b) -> a.at.equals(b.at) ? Long.compare(a.number, b.number) : a.at.compareTo(b.at));
    private long numbers;
    private Instant now = BEGIN;
    private Instant outUntil = BEGIN;
    private boolean calm;
    private Runnable afterEvent = () -> {};

    World(long seed) {
        this.seed = seed;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    }

    private record Event(Instant at, long number, Runnable act) {}

    Instant now() {
        return now;
    }

    /** Has something done after every event: a state that only lasts until the next one is one, too. */
    void afterEachEvent(Runnable check) {
        afterEvent = check;
    }

    /** Lets time pass; what was to happen until then happens. */
    void advanceTo(Instant to) {
        while (!events.isEmpty() && !events.peek().at.isAfter(to)) {
            Event event = events.poll();
            now = event.at.isAfter(now) ? event.at : now;
            event.act.run();
            afterEvent.run();
        }
        now = to.isAfter(now) ? to : now;
    }

    /** The next time at which something happens by itself. */
    Instant nextEvent() {
        return events.isEmpty() ? Instant.MAX : events.peek().at;
    }

    void later(Duration wait, Runnable act) {
        events.add(new Event(now.plus(wait), numbers++, act));
    }

    /** From now on nothing goes wrong any more. */
    void calmDown() {
        calm = true;
    }

    boolean isCalm() {
        return calm;
    }

    boolean chance(double probability) {
        return !calm && random.nextDouble() < probability;
    }

    boolean coin() {
        return random.nextBoolean();
    }

    long between(long least, long most) {
        return least + (long) (random.nextDouble() * (most - least + 1));
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    void goOut(Duration length) {
        outUntil = now.plus(length);
    }

    /** Whether the cloud does not answer at all. */
    boolean isOut() {
        return !calm && outUntil.isAfter(now);
    }

    void define(String flow, ClusterSpec spec) {
        specs.put(flow, spec);
    }

    ClusterSpec spec(String flow) {
        return Objects.requireNonNull(specs.get(flow), flow);
    }

    void decide(AttemptId attempt) {
        decided.add(attempt);
    }

    boolean decided(AttemptId attempt) {
        return decided.contains(attempt);
    }

    /** Ties an attempt to a cluster, once; returns the one that it is tied to. */
    String track(AttemptId attempt, String cluster) {
        return tracked.computeIfAbsent(attempt, fresh -> cluster);
    }

    boolean isTracked(AttemptId attempt) {
        return tracked.containsKey(attempt);
    }

    void closeTracking(AttemptId attempt) {
        if (tracked.containsKey(attempt)) {
            closed.add(attempt);
        }
    }

    /** The attempts whose tracking runs are open, with their clusters. */
    Map<AttemptId, String> openTracking() {
        Map<AttemptId, String> open = new HashMap<>(tracked);
        open.keySet().removeAll(closed);
        return open;
    }

    void tell(Supplier<String> what) {
        if (TRACE) {
            System.out.println(Duration.between(BEGIN, now) + "  " + what.get());
        }
    }

    void demand(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new Violation("seed " + seed + " at " + Duration.between(BEGIN, now) + ": " + otherwise.get());
        }
    }
}
