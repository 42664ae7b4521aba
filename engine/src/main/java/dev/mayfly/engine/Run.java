package dev.mayfly.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A run with its tasks and attempts, as read at one instant. A change makes another value. */
public record Run(
        RunId id,
        String flow,
        long generation,
        Status status,
        Timestamps timestamps,
        Plan.Limits limits,
        List<Task> tasks) {

    public Run {
        tasks = List.copyOf(tasks);
    }

    /** A run that has just been opened. */
    static Run opened(RunId id, NewRun run, Instant now) {
        return new Run(
                id,
                run.flow(),
                0,
                Status.QUEUED,
                new Timestamps(now, null, null),
                run.plan().limits(),
                waiting(run.plan()));
    }

    public RunState state() {
        return status.state();
    }

    public Task task(String name) {
        return tasks.stream()
                .filter(task -> task.step().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("task " + name + ": run " + id + " has no such task"));
    }

    boolean needsAllocation() {
        return tasks.stream()
                .anyMatch(task -> task.step().needsAllocation() && !task.state().isTerminal());
    }

    Run with(Status changed) {
        return new Run(id, flow, generation, changed, timestamps, limits, tasks);
    }

    Run with(Timestamps changed) {
        return new Run(id, flow, generation, status, changed, limits, tasks);
    }

    Run withTask(String name, UnaryOperator<Task> change) {
        return withTasks(task -> task.step().name().equals(name) ? change.apply(task) : task);
    }

    Run nextGeneration() {
        return new Run(id, flow, generation + 1, status, timestamps, limits, tasks);
    }

    /** The same run with another plan, before any of its tasks has begun. */
    Run replanned(Plan plan) {
        return new Run(id, flow, generation, status, timestamps, plan.limits(), waiting(plan));
    }

    private static List<Task> waiting(Plan plan) {
        return plan.steps().stream()
                .map(step -> new Task(step, TaskState.WAITING, "", Task.Tries.NONE, List.of()))
                .toList();
    }

    private Run withTasks(UnaryOperator<Task> change) {
        return new Run(
                id,
                flow,
                generation,
                status,
                timestamps,
                limits,
                tasks.stream().map(change).toList());
    }

    /**
     * Queues a finished run again. Failed, cancelled and never started tasks run again, and so do the given tasks and
     * everything downstream of them; other tasks stay as they are. Earlier attempts stay, too, but no longer count
     * against the retries.
     */
    Run reopened(Set<String> also) {
        Set<String> again = new HashSet<>(also);
        for (Task task : tasks) {
            boolean unfinished =
                    task.state().isFailure() || task.step().needs().stream().anyMatch(again::contains);
            if (unfinished) {
                again.add(task.step().name());
            }
        }
        return with(Status.QUEUED)
                .with(new Timestamps(timestamps.created(), null, null))
                .withTasks(task -> again.contains(task.step().name()) ? task.anew() : task);
    }

    /**
     * The state of a run; {@code result} is decided when its tasks are over, before its allocation is released.
     *
     * @param held whether a queued run waits until its flow is let go
     */
    public record Status(
            RunState state,
            boolean held,
            @Nullable String cancelReason,
            @Nullable RunState result,
            @Nullable String reason) {

        static final Status QUEUED = new Status(RunState.QUEUED, false, null, null, null);

        Status moved(RunState to) {
            return new Status(to, held, cancelReason, result, reason);
        }

        Status cancelled(String why) {
            return new Status(state, held, why, result, reason);
        }

        Status finishing(RunState result, String why) {
            return new Status(RunState.FINISHING, held, cancelReason, result, why);
        }
    }

    /** When a run or an attempt was created, started and ended. */
    public record Timestamps(
            Instant created,
            @Nullable Instant started,
            @Nullable Instant ended) {

        /** From the start, or else the creation, to the end, or else {@code now}. */
        public Duration length(Instant now) {
            return Duration.between(started == null ? created : started, ended == null ? now : ended);
        }

        Timestamps startedAt(Instant now) {
            return new Timestamps(created, now, null);
        }

        Timestamps endedAt(Instant now) {
            return new Timestamps(created, started, now);
        }
    }

    /** A task of a run, with its attempts in order. */
    public record Task(Plan.Step step, TaskState state, String reason, Tries tries, List<Attempt> attempts) {

        public Task {
            attempts = List.copyOf(attempts);
        }

        /** When the task is retried, and how many attempts were made before the run was last queued. */
        public record Tries(@Nullable Instant retryAt, int before) {

            static final Tries NONE = new Tries(null, 0);
        }

        public Optional<Attempt> lastAttempt() {
            return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.get(attempts.size() - 1));
        }

        public Optional<Attempt> liveAttempt() {
            return lastAttempt().filter(attempt -> !attempt.state().isTerminal());
        }

        /** How many attempts count against the retries. */
        int attemptsThatCount() {
            return attempts.size() - tries.before();
        }

        Task moved(TaskState to, String why, @Nullable Instant retryAt) {
            if (state.isTerminal()) {
                throw new IllegalStateException("task " + step.name() + " is " + state + " (expected: not over)");
            }
            return new Task(step, to, why, new Tries(retryAt, tries.before()), attempts);
        }

        Task opened(AttemptId attempt, Instant now) {
            List<Attempt> more = new ArrayList<>(attempts);
            more.add(new Attempt(attempt, AttemptState.STARTING, "", new Timestamps(now, null, null), null));
            return new Task(step, state, reason, tries, more).moved(TaskState.RUNNING, "", null);
        }

        Task withLast(UnaryOperator<Attempt> change) {
            List<Attempt> changed = new ArrayList<>(attempts);
            changed.set(changed.size() - 1, change.apply(attempts.get(attempts.size() - 1)));
            return new Task(step, state, reason, tries, changed);
        }

        private Task anew() {
            return new Task(step, TaskState.WAITING, "", new Tries(null, attempts.size()), attempts);
        }
    }

    /**
     * One try of a task.
     *
     * @param reason why it ended so; of a live one, why its job can't be observed now, or empty
     * @param stopAsked since when its job is being stopped
     */
    public record Attempt(
            AttemptId id,
            AttemptState state,
            String reason,
            Timestamps timestamps,
            @Nullable Instant stopAsked) {

        Attempt running(Instant now) {
            return new Attempt(id, AttemptState.RUNNING, reason, timestamps.startedAt(now), stopAsked);
        }

        Attempt ended(AttemptState end, String why, Instant now) {
            return new Attempt(id, end, why, timestamps.endedAt(now), stopAsked);
        }

        Attempt stopping(Instant now) {
            return new Attempt(id, state, reason, timestamps, now);
        }

        Attempt noting(String why) {
            return new Attempt(id, state, why, timestamps, stopAsked);
        }
    }
}
