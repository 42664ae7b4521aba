package dev.mayfly.engine;

import dev.mayfly.postgres.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable runs of an installation. Opening and cancelling only write rows; a {@link Reconciler} then carries every run
 * to its end, whatever process it started in. Safe for use by any thread and by several processes on one database.
 */
public final class Engine implements Reconciler {

    private static final Logger log = LoggerFactory.getLogger(Engine.class);
    private static final int STEPS_IN_ONE_LOOK = 20;

    private final Database database;
    private final Wakeups wakeups;
    private final TaskRunner runner;
    private final Clock clock;

    public Engine(Database database, Wakeups wakeups, TaskRunner runner, Clock clock) {
        this.database = database;
        this.wakeups = wakeups;
        this.runner = runner;
        this.clock = clock;
    }

    /** Creates or updates the engine's tables. */
    public static void migrate(Database database) {
        database.migrate("engine");
    }

    /**
     * Opens a run inside the caller's transaction, so that what belongs to it is written with it or not at all. A second
     * call with the same dedupe key returns the run of the first.
     */
    public Opened open(Handle transaction, NewRun run) {
        RunId id = new RunId(UUID.randomUUID());
        if (RunStore.insert(transaction, id, run, clock.instant())) {
            transaction.afterCommit(() -> wakeups.wake(kind(), id.toString()));
            return new Opened(id, true);
        }
        return new Opened(
                RunStore.byDedupeKey(transaction, run.dedupeKey())
                        .orElseThrow(() -> new IllegalStateException("run " + run.dedupeKey() + " vanished")),
                false);
    }

    /** What {@link #open} answered; {@code fresh}: the run was not there before. */
    public record Opened(RunId id, boolean fresh) {}

    /** Asks a run to stop. False: it is over already, or was asked before. */
    public boolean cancel(RunId id, String reason) {
        boolean asked = database.inTransaction(tx -> RunStore.cancel(tx, id, reason));
        wakeups.wake(kind(), id.toString());
        return asked;
    }

    /** Has a run looked at as soon as possible. */
    public void wake(RunId id) {
        wakeups.wake(kind(), id.toString());
    }

    public Optional<Run> find(RunId id) {
        return database.inTransaction(tx -> RunStore.find(tx, id));
    }

    /** Up to two runs whose id begins so: one means that the prefix names it. */
    public List<RunId> idsStartingWith(String prefix) {
        return database.inTransaction(tx -> RunStore.idsStartingWith(tx, prefix));
    }

    /** The newest runs, newest first; of one flow only, if it is given. */
    public List<Run> newest(@Nullable String flow, int limit) {
        return database.inTransaction(tx -> RunStore.newest(tx, flow, limit));
    }

    @Override
    public String kind() {
        return "run";
    }

    @Override
    public Set<String> unfinished() {
        return database.inTransaction(RunStore::unfinished);
    }

    @Override
    public Optional<Instant> reconcile(String id) {
        RunId runId = RunId.of(id);
        for (int step = 0; step < STEPS_IN_ONE_LOOK; step++) {
            Run run = find(runId).orElse(null);
            if (run == null) {
                return Optional.empty();
            }
            if (run.state().isTerminal()) {
                database.inTransaction(tx -> RunStore.oldestQueued(tx, run.flow()))
                        .ifPresent(this::wake);
                return Optional.empty();
            }
            Decision decision = Next.next(run, runner.observe(run), clock.instant());
            if (decision.changes().isEmpty()) {
                decision.effects().forEach(effect -> effect.perform(run, runner));
                return Optional.of(decision.lookAgain());
            }
            if (!apply(run, decision)) {
                return Optional.of(decision.lookAgain());
            }
        }
        return Optional.of(clock.instant());
    }

    /** False: someone else has moved the run, or it may not begin yet. */
    private boolean apply(Run run, Decision decision) {
        decision.changes().forEach(change -> change.settle(run, runner));
        try {
            database.useTransaction(tx -> write(tx, run, decision));
        } catch (NotNow e) {
            log.debug("run {}: {}", run.id(), e.getMessage());
            return false;
        }
        decision.changes().forEach(change -> log.info("run {}: {}", run.id().shortForm(), change));
        return true;
    }

    private void write(Handle tx, Run run, Decision decision) {
        if (!RunStore.fence(tx, run)) {
            throw new NotNow("someone else has moved the run");
        }
        Instant now = clock.instant();
        for (Action.Change change : decision.changes()) {
            if (!change.write(tx, run, now)) {
                throw new NotNow("not yet possible: " + change);
            }
        }
    }

    /** Rolls a decision back that can't be written now. */
    private static final class NotNow extends RuntimeException {
        NotNow(String message) {
            super(message, null, false, false);
        }
    }
}
