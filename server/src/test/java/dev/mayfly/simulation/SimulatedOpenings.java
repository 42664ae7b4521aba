package dev.mayfly.simulation;

import dev.mayfly.engine.Reconciler;
import dev.mayfly.engine.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The runs that a success asks for, as retraining keeps them: a row that is there before the run closes, and that goes in
 * one transaction with the run that it opens. Some can't be opened for a while, whoever tries.
 */
final class SimulatedOpenings implements Reconciler {

    static final String KIND = "opening";
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final World world;
    private final Consumer<RunId> open;
    private final Map<String, Instant> rows = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final Set<String> opened = new LinkedHashSet<>();

    /** What a row opens is handed to {@code open}, with the run that asked for it. */
    SimulatedOpenings(World world, Consumer<RunId> open) {
        this.world = world;
        this.open = open;
    }

    /** A success asks once, however often it is recorded. */
    void ask(RunId upstream) {
        if (asked.add(upstream.toString())) {
            boolean blocked = world.chance(0.5);
            rows.put(
                    upstream.toString(),
                    world.now().plus(blocked ? Duration.ofMinutes(world.between(1, 60)) : Duration.ZERO));
        }
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Set<String> unfinished() {
        return Set.copyOf(rows.keySet());
    }

    @Override
    public Optional<Instant> reconcile(String id) {
        Instant possible = rows.get(id);
        if (possible == null) {
            return Optional.empty();
        }
        if (possible.isAfter(world.now())) {
            return Optional.of(world.now().plus(PAUSE));
        }
        rows.remove(id);
        world.demand(opened.add(id), () -> "the run after " + id + " was opened twice");
        open.accept(RunId.of(id));
        return Optional.empty();
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    boolean isAsked(RunId upstream) {
        return asked.contains(upstream.toString());
    }

    boolean isOpened(RunId upstream) {
        return opened.contains(upstream.toString());
    }
}
