package dev.mayfly.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A world in memory: an allocation that takes some polls to appear and to disappear, and jobs that end as scripted.
 * Thread-safe.
 */
final class FakeWorld implements TaskRunner, TaskRunner.Look {

    private final Map<RunId, Observed.Allocation> allocations = new ConcurrentHashMap<>();
    private final Map<AttemptId, Observed.Job> jobs = new ConcurrentHashMap<>();
    private final Map<String, List<Observed.Job>> scripts = new HashMap<>();
    private final Set<String> staying = new HashSet<>();
    private @Nullable String refusal;
    private @Nullable RuntimeException failure;

    final List<AttemptId> started = new ArrayList<>();
    final List<String> settled = new ArrayList<>();
    final List<RunState> closed = new ArrayList<>();
    final Set<RunId> everPrepared = new HashSet<>();

    /** Scripts the ends of a task's attempts, in order; the last one repeats. Without a script a task succeeds. */
    synchronized FakeWorld script(String task, Observed.Job... ends) {
        scripts.put(task, List.of(ends));
        return this;
    }

    /** Makes a task run until it is stopped. */
    synchronized FakeWorld stay(String task) {
        staying.add(task);
        return this;
    }

    synchronized void loseAllocation(RunId run, String reason) {
        allocations.put(run, new Observed.Allocation(Observed.Allocation.State.LOST, reason));
        jobs.keySet().removeIf(attempt -> attempt.run().equals(run));
    }

    /** Refuses every allocation from now on. */
    synchronized void refuse(String reason) {
        refusal = reason;
    }

    synchronized boolean isActive(AttemptId attempt) {
        return jobs.getOrDefault(attempt, Observed.Job.ABSENT).equals(Observed.Job.ACTIVE);
    }

    synchronized boolean isLeft(RunId run) {
        return allocations.containsKey(run);
    }

    @Override
    public Look look(Run run) {
        return this;
    }

    /** Makes every look fail, or none. */
    synchronized void fail(@Nullable RuntimeException failure) {
        this.failure = failure;
    }

    @Override
    public synchronized Observed observe(Run run) {
        if (failure != null) {
            throw failure;
        }
        Map<AttemptId, Observed.Job> seen = new HashMap<>();
        for (Run.Task task : run.tasks()) {
            task.liveAttempt()
                    .ifPresent(attempt -> seen.put(attempt.id(), jobs.getOrDefault(attempt.id(), Observed.Job.ABSENT)));
        }
        Observed.Allocation allocation = allocations.getOrDefault(run.id(), Observed.Allocation.ABSENT);
        switch (allocation.state()) {
            case ALLOCATING -> allocations.put(run.id(), new Observed.Allocation(Observed.Allocation.State.READY, ""));
            case RELEASING -> allocations.remove(run.id());
            case ABSENT, READY, LOST, REFUSED -> {}
        }
        return new Observed(allocation, seen, Duration.ofMillis(5));
    }

    @Override
    public synchronized void allocate(Run run) {
        everPrepared.add(run.id());
        allocations.putIfAbsent(
                run.id(),
                refusal == null
                        ? new Observed.Allocation(Observed.Allocation.State.ALLOCATING, "")
                        : new Observed.Allocation(Observed.Allocation.State.REFUSED, refusal));
    }

    @Override
    public synchronized void start(Run run, AttemptId attempt) {
        if (jobs.containsKey(attempt)) {
            return;
        }
        started.add(attempt);
        List<Observed.Job> script = scripts.getOrDefault(attempt.task(), List.of(Observed.Job.SUCCEEDED));
        jobs.put(
                attempt,
                staying.contains(attempt.task())
                        ? Observed.Job.ACTIVE
                        : script.get(Math.min(attempt.number(), script.size()) - 1));
    }

    @Override
    public synchronized void stop(Run run, AttemptId attempt) {
        jobs.put(attempt, Observed.Job.failed("stopped"));
    }

    @Override
    public synchronized void abandon(Run run, String reason) {
        loseAllocation(run.id(), reason);
    }

    @Override
    public synchronized void finalizeAttempt(Run run, AttemptId attempt, AttemptState end, String reason) {
        settled.add(attempt.task() + "-" + attempt.number() + " " + end);
    }

    @Override
    public synchronized void release(Run run) {
        if (allocations.containsKey(run.id())) {
            allocations.put(run.id(), new Observed.Allocation(Observed.Allocation.State.RELEASING, ""));
            jobs.keySet()
                    .removeIf(attempt -> attempt.run().equals(run.id())
                            && run.task(attempt.task()).step().needsAllocation());
        }
    }

    @Override
    public synchronized void finalizeRun(Run run, RunState result) {
        closed.add(result);
    }
}
