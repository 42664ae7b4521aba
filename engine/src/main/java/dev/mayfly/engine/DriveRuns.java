package dev.mayfly.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries every run to its end: reads it, looks at the world, asks {@link Next}, saves what changed, and only then calls the
 * effects. Keeps nothing between two looks. Safe for use by any thread and by several processes on one store.
 */
final class DriveRuns implements Reconciler {

    static final String KIND = "run";
    private static final Logger log = LoggerFactory.getLogger(DriveRuns.class);
    private static final int STEPS_IN_ONE_LOOK = 20;

    private final RunStore store;
    private final TaskRunner runner;
    private final Hints hints;
    private final Clock clock;

    DriveRuns(RunStore store, TaskRunner runner, Hints hints, Clock clock) {
        this.store = store;
        this.runner = runner;
        this.hints = hints;
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
        Run run = found;
        for (int step = 0; step < STEPS_IN_ONE_LOOK; step++) {
            if (run.state().isTerminal()) {
                store.oldestQueued(run.flow()).ifPresent(hints::wake);
                return Optional.empty();
            }
            Decision decision = Next.next(run, runner.observe(run), clock.instant());
            if (decision.changes().isEmpty()) {
                for (Action.Effect effect : decision.effects()) {
                    effect.perform(run, runner);
                }
                return Optional.of(decision.lookAgain());
            }
            Optional<Run> moved = applied(run, decision);
            if (moved.isEmpty()) {
                return Optional.of(decision.lookAgain());
            }
            run = moved.get();
        }
        return Optional.of(clock.instant());
    }

    /** What the run has become. Empty: someone else has moved it, or it may not begin yet. */
    private Optional<Run> applied(Run run, Decision decision) {
        decision.changes().forEach(change -> change.settle(run, runner));
        Instant now = clock.instant();
        Run after = run;
        for (Action.Change change : decision.changes()) {
            after = change.applyTo(after, now);
        }
        if (!store.save(run, after)) {
            log.debug("run {}: not now: {}", run.id(), decision.changes());
            return Optional.empty();
        }
        decision.changes().forEach(change -> log.info("run {}: {}", run.id().shortForm(), change));
        return Optional.of(after.nextGeneration());
    }
}
