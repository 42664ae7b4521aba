package dev.mayfly.engine;

import dev.mayfly.engine.testing.FaultPoints;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Runs in memory, with a fault point at every operation. Thread-safe. */
final class MemoryRunStore implements RunStore {

    private static final Comparator<Run> OLDEST_FIRST = Comparator.comparing(
                    (Run run) -> run.timestamps().created())
            .thenComparing(run -> run.id().value());

    private final Map<RunId, Run> runs;
    private final AtomicLong changes;
    private final FaultPoints faults;

    MemoryRunStore() {
        this(new LinkedHashMap<>(), new AtomicLong(), FaultPoints.NONE);
    }

    private MemoryRunStore(Map<RunId, Run> runs, AtomicLong changes, FaultPoints faults) {
        this.runs = runs;
        this.changes = changes;
        this.faults = faults;
    }

    /** The same runs, with the fault points of another process. */
    MemoryRunStore with(FaultPoints others) {
        return new MemoryRunStore(runs, changes, others);
    }

    /** Goes up with every change. */
    long changes() {
        return changes.get();
    }

    void insert(Run run) {
        synchronized (runs) {
            changes.incrementAndGet();
            runs.put(run.id(), run);
        }
    }

    List<Run> all() {
        synchronized (runs) {
            return List.copyOf(runs.values());
        }
    }

    @Override
    public Optional<Run> find(RunId id) {
        faults.at("run.find");
        synchronized (runs) {
            return Optional.ofNullable(runs.get(id));
        }
    }

    @Override
    public Set<RunId> unfinished() {
        synchronized (runs) {
            return unended().stream().map(Run::id).collect(Collectors.toSet());
        }
    }

    @Override
    public boolean save(Run before, Run after) {
        faults.at("run.save, before it");
        boolean saved;
        synchronized (runs) {
            Run now = runs.get(before.id());
            saved = now != null && now.generation() == before.generation() && mayBegin(now, after);
            if (saved) {
                changes.incrementAndGet();
                runs.put(before.id(), after.nextGeneration());
            }
        }
        faults.at("run.save, after it");
        return saved;
    }

    private boolean mayBegin(Run now, Run after) {
        if (now.state() != RunState.QUEUED || after.state() != RunState.RUNNING) {
            return true;
        }
        List<Run> flow =
                unended().stream().filter(run -> run.flow().equals(now.flow())).toList();
        long active =
                flow.stream().filter(run -> run.state() != RunState.QUEUED).count();
        boolean first = flow.stream()
                .filter(MemoryRunStore::waits)
                .min(OLDEST_FIRST)
                .map(run -> run.id().equals(now.id()))
                .orElse(true);
        return first && active < now.limits().maxActive();
    }

    @Override
    public Optional<RunId> oldestQueued(String flow) {
        faults.at("run.oldestQueued");
        synchronized (runs) {
            return unended().stream()
                    .filter(run -> run.flow().equals(flow) && waits(run))
                    .min(OLDEST_FIRST)
                    .map(Run::id);
        }
    }

    private static boolean waits(Run run) {
        return run.state() == RunState.QUEUED && !run.status().held();
    }

    private List<Run> unended() {
        return runs.values().stream()
                .filter(run -> run.timestamps().ended() == null)
                .toList();
    }
}
