package dev.mayfly.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run as it was read from the database at one instant, tasks and attempts included. */
public record Run(
        RunId id, String flow, long generation, Status status, Life life, Duration timeout, List<Task> tasks) {

    public Run {
        tasks = List.copyOf(tasks);
    }

    public RunState state() {
        return status.state();
    }

    public Task task(String name) {
        return tasks.stream()
                .filter(task -> task.step().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("task " + name + ": run " + id + " has none"));
    }

    boolean needsEnvironment() {
        return tasks.stream()
                .anyMatch(task -> task.step().onEnvironment() && !task.state().isTerminal());
    }

    /** The state of a run; {@code result} is decided when the work is over, before anything is cleared away. */
    public record Status(
            RunState state,
            @Nullable String cancelReason,
            @Nullable RunState result,
            @Nullable String reason) {}

    /** When things happened. */
    public record Life(
            Instant created,
            @Nullable Instant started,
            @Nullable Instant ended) {

        /** Until a given now, for what has not ended. */
        public Duration length(Instant now) {
            return Duration.between(started == null ? created : started, ended == null ? now : ended);
        }
    }

    /** A task of a run, with its attempts in order. */
    public record Task(
            Plan.Step step,
            TaskState state,
            @Nullable String reason,
            @Nullable Instant retryAt,
            List<Attempt> attempts) {

        public Task {
            attempts = List.copyOf(attempts);
        }

        public Optional<Attempt> lastAttempt() {
            return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.get(attempts.size() - 1));
        }

        public Optional<Attempt> liveAttempt() {
            return lastAttempt().filter(attempt -> !attempt.state().isTerminal());
        }
    }

    /** One try of a task. */
    public record Attempt(
            AttemptId id, AttemptState state, @Nullable String reason, Life life) {}
}
