package dev.mayfly.engine;

import dev.mayfly.postgres.Database;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The durable runs of an installation. Opening, cancelling and retrying only write rows; {@link #reconciler} then
 * carries every run to its end, whichever process opened it. Thread-safe and by several processes on one
 * database.
 */
public final class Engine {

    private static final int TIMES_MOVED = 100;

    private final PostgresRunStore store;
    private final Waker waker;
    private final Clock clock;

    public Engine(Database database, Waker waker, Clock clock) {
        this.store = new PostgresRunStore(database);
        this.waker = waker;
        this.clock = clock;
    }

    /** Creates or updates the engine's tables. */
    public static void migrate(Database database) {
        database.migrate("engine");
    }

    /** Returns the reconciler of runs, which acts on the world through {@code runner}. */
    public Reconciler reconciler(TaskRunner runner) {
        return new ReconcileRuns(store, runner, waker, clock);
    }

    /**
     * Opens a run inside the caller's transaction, so that the caller's own rows commit together with it or not at all.
     * A second call with the same dedupe key returns the run of the first.
     */
    public Opened open(Handle transaction, NewRun run) {
        RunId id = new RunId(UUID.randomUUID());
        if (PostgresRunStore.insert(transaction, Run.opened(id, run, clock.instant()), run.dedupeKey())) {
            transaction.afterCommit(() -> wake(id));
            return new Opened(id, true);
        }
        return new Opened(
                PostgresRunStore.byDedupeKey(transaction, run.dedupeKey())
                        .orElseThrow(() -> new IllegalStateException(
                                "the run with dedupe key " + run.dedupeKey() + " was deleted during this call")),
                false);
    }

    /** The result of {@link #open}; {@code fresh} says that this call created the run. */
    public record Opened(RunId id, boolean fresh) {}

    /**
     * Asks a run to stop, inside the caller's transaction.
     *
     * @return false if its work is over already, or it was asked before
     */
    public boolean cancel(Handle transaction, RunId id, String reason) {
        transaction.afterCommit(() -> wake(id));
        for (int n = 0; n < TIMES_MOVED; n++) {
            Run run = PostgresRunStore.find(transaction, id).orElse(null);
            boolean isWorking = run != null && (run.state() == RunState.QUEUED || run.state() == RunState.RUNNING);
            if (run == null || !isWorking || run.status().cancelReason() != null) {
                return false;
            }
            if (PostgresRunStore.save(transaction, run, run.with(run.status().cancelled(reason)))) {
                return true;
            }
        }
        throw new IllegalStateException(
                "run " + id + " changed during each of " + TIMES_MOVED + " saves (expected: one succeeds)");
    }

    /**
     * Queues a finished run again inside the caller's transaction. Failed, cancelled and never started tasks run again,
     * and so do the given tasks and everything downstream of them.
     *
     * @return false if the run is not over, or no task would run again
     * @throws IllegalArgumentException if the run has no task of a given name
     */
    public boolean retry(Handle transaction, RunId id, Set<String> also) {
        Run run = PostgresRunStore.find(transaction, id).orElse(null);
        if (run == null || !run.state().isTerminal()) {
            return false;
        }
        also.forEach(run::task);
        Run reopened = run.reopened(also);
        boolean anything =
                reopened.tasks().stream().anyMatch(task -> !task.state().isTerminal());
        if (!anything || !PostgresRunStore.save(transaction, run, reopened)) {
            return false;
        }
        transaction.afterCommit(() -> wake(id));
        return true;
    }

    /** Holds the runs of a flow that are queued now, inside the caller's transaction: they do not begin until it is let go. */
    public void hold(Handle transaction, String flow) {
        PostgresRunStore.hold(transaction, flow, true);
    }

    /** Lets the held runs of a flow go, inside the caller's transaction. */
    public void letGo(Handle transaction, String flow) {
        List<RunId> runs = PostgresRunStore.hold(transaction, flow, false);
        transaction.afterCommit(() -> runs.forEach(this::wake));
    }

    /**
     * Gives a queued run another plan, inside the caller's transaction.
     *
     * @return false if the run is not queued, or has begun before
     */
    public boolean replan(Handle transaction, RunId id, Plan plan) {
        Run run = PostgresRunStore.find(transaction, id).orElse(null);
        if (run == null
                || run.state() != RunState.QUEUED
                || run.tasks().stream().anyMatch(task -> !task.attempts().isEmpty())
                || !PostgresRunStore.replan(transaction, run, run.replanned(plan))) {
            return false;
        }
        transaction.afterCommit(() -> wake(id));
        return true;
    }

    /**
     * Keeps a run RUNNING until the caller's transaction ends. Whoever adds something to a run calls this first, so
     * that a late process can't add to a run that is over.
     *
     * @return false if the run is not RUNNING
     */
    public static boolean lockIfRunning(Handle transaction, RunId id) {
        return PostgresRunStore.lockIfRunning(transaction, id);
    }

    /**
     * Keeps a run RUNNING and its attempt STARTING until the caller's transaction ends.
     *
     * @return false if the run is not RUNNING or the attempt is not STARTING
     */
    public static boolean lockIfStarting(Handle transaction, AttemptId attempt) {
        return PostgresRunStore.lockIfStarting(transaction, attempt);
    }

    /** What has runs, and anything else that is reconciled, looked at soon. */
    public Waker waker() {
        return waker;
    }

    /** Has a run reconciled as soon as possible. */
    public void wake(RunId id) {
        waker.wake(id);
    }

    /** What of a run tells whether it has changed: its generation rises with every change. */
    public record Stamp(String flow, long generation) {}

    /** The stamps of the runs that are under way or have ended within the last minute. */
    public Map<RunId, Stamp> stamps() {
        return store.stamps();
    }

    public Optional<Run> find(RunId id) {
        return store.find(id);
    }

    /** Up to two runs whose id begins with {@code prefix}; exactly one means that the prefix is unambiguous. */
    public List<RunId> idsStartingWith(String prefix) {
        return store.idsStartingWith(prefix);
    }

    /**
     * The newest runs, newest first.
     *
     * @param flow only runs of this flow, if given
     * @param like only runs of flows whose name matches one of these SQL {@code like} patterns
     * @param states only runs in one of these; in any if there are none
     */
    public List<Run> newest(@Nullable String flow, List<String> like, Set<RunState> states, int limit) {
        return store.newest(flow, like, states, limit);
    }

    /** What of any kind could not be reconciled at its last tries, the oldest first; at most 100. */
    public List<ReconcileFailure> failing() {
        return store.failing();
    }

    /** What of the things with these ids, of any kind, could not be reconciled at its last tries. */
    public List<ReconcileFailure> failing(Collection<String> ids) {
        return store.failing(ids);
    }

    /** The runs of a flow that are not over. */
    public List<Run> unfinished(String flow) {
        return store.unfinished(flow);
    }
}
