package dev.mayfly.engine;

import dev.mayfly.engine.testing.FaultPoints;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The engine's runs in memory, for simulations of the whole system: the same {@link Next} and the same reconciler as in
 * production, on a store that passes the same contract test. For use by one thread.
 */
public final class SimulatedRuns {

    private final MemoryRunStore store = new MemoryRunStore();

    /** Mistakes that a simulation must find. */
    public enum Bug {
        NONE,
        /** A save ignores the generation. */
        FENCE_DROPPED,
        /** A run closes while its clusters are still being deleted. */
        CLOSED_BEFORE_CLEARED
    }

    public RunId open(RunId id, NewRun run, Instant now) {
        store.insert(Run.opened(id, run, now));
        return id;
    }

    public void cancel(RunId id, String reason) {
        Optional<Run> run =
                store.find(id).filter(some -> some.state() == RunState.QUEUED || some.state() == RunState.RUNNING);
        run.ifPresent(some -> store.save(some, some.with(some.status().cancelled(reason))));
    }

    public void retry(RunId id) {
        Run run = store.find(id).orElseThrow();
        if (run.state() == RunState.FAILED) {
            store.save(run, run.reopened(Set.of()));
        }
    }

    public boolean isRunning(RunId id) {
        return store.find(id).filter(run -> run.state() == RunState.RUNNING).isPresent();
    }

    public boolean isStarting(AttemptId attempt) {
        return isRunning(attempt.run())
                && store.find(attempt.run()).stream()
                        .flatMap(run -> run.task(attempt.task()).liveAttempt().stream())
                        .anyMatch(live -> live.id().equals(attempt) && live.state() == AttemptState.STARTING);
    }

    /** Goes up with every change. */
    public long changes() {
        return store.changes();
    }

    public List<Run> all() {
        return store.all();
    }

    /** The reconciler of one process. */
    public Reconciler reconciler(TaskRunner runner, Waker waker, Clock clock, FaultPoints faults, Bug bug) {
        MemoryRunStore seen = store.with(faults);
        return new ReconcileRuns(
                switch (bug) {
                    case NONE -> seen;
                    case FENCE_DROPPED -> new Unfenced(seen);
                    case CLOSED_BEFORE_CLEARED -> new Hasty(seen);
                },
                runner,
                waker,
                clock);
    }

    private record Unfenced(MemoryRunStore store) implements RunStore {
        @Override
        public Optional<Run> find(RunId id) {
            return store.find(id);
        }

        @Override
        public Set<RunId> unfinished() {
            return store.unfinished();
        }

        @Override
        public boolean save(Run before, Run after) {
            for (int n = 0; n < 3; n++) {
                Run now = store.find(before.id()).orElseThrow();
                if (store.save(now, withGeneration(after, now.generation()))) {
                    return true;
                }
            }
            return false;
        }

        private static Run withGeneration(Run run, long generation) {
            return new Run(run.id(), run.flow(), generation, run.status(), run.timestamps(), run.limits(), run.tasks());
        }

        @Override
        public Optional<RunId> oldestQueued(String flow) {
            return store.oldestQueued(flow);
        }
    }

    private record Hasty(MemoryRunStore store) implements RunStore {
        @Override
        public Optional<Run> find(RunId id) {
            return store.find(id);
        }

        @Override
        public Set<RunId> unfinished() {
            return store.unfinished();
        }

        @Override
        public boolean save(Run before, Run after) {
            RunState result = after.status().result();
            return store.save(
                    before,
                    after.state() == RunState.FINISHING && result != null
                            ? after.with(after.status().moved(result))
                                    .with(after.timestamps()
                                            .endedAt(after.timestamps().created()))
                            : after);
        }

        @Override
        public Optional<RunId> oldestQueued(String flow) {
            return store.oldestQueued(flow);
        }
    }
}
