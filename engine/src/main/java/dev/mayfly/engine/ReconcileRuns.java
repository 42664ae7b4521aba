package dev.mayfly.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries every run to its end: reads it, observes the world, asks {@link Next}, saves the changes, and only then
 * performs the effects. Changes that follow from other changes alone are saved with them. Keeps no state between two
 * calls. Thread-safe and by several processes on one store.
 */
final class ReconcileRuns implements Reconciler {

    static final String KIND = "run";
    private static final Logger log = LoggerFactory.getLogger(ReconcileRuns.class);
    private static final int STEPS_IN_ONE_LOOK = 20;

    private final RunStore store;
    private final TaskRunner runner;
    private final Waker waker;
    private final Clock clock;

    ReconcileRuns(RunStore store, TaskRunner runner, Waker waker, Clock clock) {
        this.store = store;
        this.runner = runner;
        this.waker = waker;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Set<String> unfinished() {
        return store.unfinished().stream().map(RunId::toString).collect(Collectors.toSet());
    }

    @Override
    public Optional<Instant> reconcile(String id) {
        Optional<Run> found = store.find(RunId.of(id));
        return found.isEmpty() ? Optional.empty() : drive(found.get());
    }

    private Optional<Instant> drive(Run found) {
        if (found.state().isTerminal()) {
            return over(found);
        }
        Run run = found;
        TaskRunner.Look look = runner.look(run);
        Observed observed = look.observe(run);
        for (int step = 0; step < STEPS_IN_ONE_LOOK; step++) {
            Decision decision = Next.next(run, observed, clock.instant());
            if (decision.changes().isEmpty()) {
                for (Action.Effect effect : decision.effects()) {
                    effect.perform(run, look);
                }
                return Optional.of(decision.lookAgain());
            }
            Optional<Run> moved = applied(run, observed, decision.changes(), look);
            if (moved.isEmpty()) {
                return Optional.of(decision.lookAgain());
            }
            run = moved.get();
            if (run.state().isTerminal()) {
                return over(run);
            }
            observed = observed.withNew(run);
        }
        return Optional.of(clock.instant());
    }

    private Optional<Instant> over(Run run) {
        store.oldestQueued(run.flow()).ifPresent(waker::wake);
        return Optional.empty();
    }

    /** Returns the changed run; empty if another process changed it first, or it may not begin yet. */
    private Optional<Run> applied(Run run, Observed observed, List<Action.Change> decided, TaskRunner.Look look) {
        decided.forEach(change -> change.settle(run, look));
        Instant now = clock.instant();
        List<Action.Change> changes = new ArrayList<>();
        List<Action.Change> next = decided;
        Run after = run;
        do {
            for (Action.Change change : next) {
                after = change.applyTo(after, now);
            }
            changes.addAll(next);
            next = Next.next(after, observed, now).changes();
        } while (!next.isEmpty() && next.stream().noneMatch(Action.Change::settles));
        if (!store.save(run, after)) {
            log.debug(
                    "run {}: not saved, because it may not begin yet or another process changed it: {}",
                    run.id(),
                    changes);
            return Optional.empty();
        }
        changes.forEach(change -> log.info("run {}: {}", run.id().shortForm(), change));
        return Optional.of(after.nextGeneration());
    }
}
