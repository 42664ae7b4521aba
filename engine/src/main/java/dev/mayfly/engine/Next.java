package dev.mayfly.engine;

import dev.mayfly.engine.Action.Change;
import dev.mayfly.engine.Action.Effect;
import dev.mayfly.engine.Observed.Environment;
import dev.mayfly.engine.Observed.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The heart of the engine: given a run as recorded, the world as seen and the time, what is to be done. Pure; it is asked
 * anew after every step, so it never remembers anything. A run is closed only when its environment is proved absent, and
 * its result is decided before clearing begins.
 */
final class Next {

    private static final Duration QUEUE_LOOK = Duration.ofSeconds(1);

    private final Run run;
    private final Observed observed;
    private final Instant now;
    private final List<Change> changes = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private Instant lookAgain;

    private Next(Run run, Observed observed, Instant now) {
        this.run = run;
        this.observed = observed;
        this.now = now;
        this.lookAgain = now.plus(observed.pollAfter());
    }

    static Decision next(Run run, Observed observed, Instant now) {
        Next next = new Next(run, observed, now);
        switch (run.state()) {
            case QUEUED -> next.begin();
            case RUNNING -> next.work();
            case FINISHING -> next.clearAway();
            case SUCCEEDED, FAILED, CANCELLED -> {}
        }
        return new Decision(next.changes, next.effects, next.lookAgain);
    }

    private void begin() {
        if (run.status().cancelReason() != null) {
            run.tasks().forEach(task -> endTask(task, TaskState.CANCELLED, "the run was cancelled"));
            changes.add(new Action.Finish(RunState.CANCELLED, run.status().cancelReason()));
        } else {
            changes.add(new Action.Begin());
            lookAgain = now.plus(QUEUE_LOOK);
        }
    }

    private void work() {
        String stop = stopReason();
        for (Run.Task task : run.tasks()) {
            if (task.liveAttempt().isPresent()) {
                follow(task, task.liveAttempt().get(), stop);
            } else if (!task.state().isTerminal()) {
                consider(task, stop);
            }
        }
        if (changes.isEmpty() && environmentIsToBeCleared()) {
            effects.add(new Action.Clear());
        }
        if (run.tasks().stream().allMatch(task -> task.state().isTerminal())) {
            finish(stop);
        }
    }

    private @Nullable String stopReason() {
        if (run.status().cancelReason() != null) {
            return run.status().cancelReason();
        }
        return run.life().length(now).compareTo(run.timeout()) > 0
                ? "the run took longer than its timeout of " + words(run.timeout())
                : null;
    }

    private void follow(Run.Task task, Run.Attempt attempt, @Nullable String stop) {
        Job job = observed.job(attempt.id());
        switch (job.state()) {
            case UNKNOWN -> {}
            case SUCCEEDED -> end(task, attempt, AttemptState.SUCCEEDED, "");
            case FAILED -> endFailed(task, attempt, job.reason(), stop);
            case ACTIVE -> active(task, attempt, stop);
            case ABSENT -> absent(task, attempt, stop);
        }
    }

    private void endFailed(Run.Task task, Run.Attempt attempt, String reason, @Nullable String stop) {
        if (stop != null) {
            end(task, attempt, AttemptState.CANCELLED, stop);
        } else if (overdue(task, attempt)) {
            end(task, attempt, AttemptState.TIMED_OUT, "took longer than its timeout of " + words(timeout(task)));
        } else {
            end(task, attempt, AttemptState.FAILED, reason);
        }
    }

    private void active(Run.Task task, Run.Attempt attempt, @Nullable String stop) {
        if (attempt.state() == AttemptState.STARTING) {
            changes.add(new Action.MarkRunning(attempt.id()));
        }
        if (stop != null || overdue(task, attempt)) {
            effects.add(new Action.Stop(attempt.id()));
        }
    }

    private void absent(Run.Task task, Run.Attempt attempt, @Nullable String stop) {
        Environment environment = observed.environment();
        if (stop != null) {
            end(task, attempt, AttemptState.CANCELLED, stop);
        } else if (attempt.state() == AttemptState.RUNNING) {
            String why = environment.reason().isEmpty() ? "its job is gone" : environment.reason();
            end(task, attempt, AttemptState.LOST, why);
        } else if (!task.step().onEnvironment()) {
            effects.add(new Action.Start(attempt.id()));
        } else {
            switch (environment.state()) {
                case READY -> effects.add(new Action.Start(attempt.id()));
                case ABSENT, PREPARING -> effects.add(new Action.Prepare());
                case LOST -> end(task, attempt, AttemptState.LOST, environment.reason());
                case CLEARING -> {}
            }
        }
    }

    private void end(Run.Task task, Run.Attempt attempt, AttemptState end, String reason) {
        TaskState becomes = switch (end) {
            case SUCCEEDED -> TaskState.SUCCEEDED;
            case CANCELLED -> TaskState.CANCELLED;
            case FAILED, TIMED_OUT, LOST ->
                task.step().retry().allowsAfter(attempt.id().number()) ? TaskState.UP_FOR_RETRY : TaskState.FAILED;
            case STARTING, RUNNING -> throw new IllegalArgumentException("end: " + end + " (expected: a final state)");
        };
        Instant retryAt = becomes == TaskState.UP_FOR_RETRY
                ? now.plus(task.step().retry().delayAfter(attempt.id().number()))
                : null;
        changes.add(new Action.EndAttempt(attempt.id(), end, reason, becomes, retryAt));
    }

    private void consider(Run.Task task, @Nullable String stop) {
        if (stop != null) {
            endTask(task, TaskState.CANCELLED, stop);
        } else if (task.state() == TaskState.UP_FOR_RETRY) {
            retry(task);
        } else if (anyNeed(task, TaskState.FAILED, TaskState.UPSTREAM_FAILED, TaskState.CANCELLED)) {
            endTask(task, TaskState.UPSTREAM_FAILED, "a task it needs did not succeed");
        } else if (task.step().needs().stream().allMatch(need -> run.task(need).state() == TaskState.SUCCEEDED)) {
            open(task, 1);
        }
    }

    private void retry(Run.Task task) {
        Instant due = task.retryAt() == null ? now : task.retryAt();
        if (due.isAfter(now)) {
            lookAgain = due.isBefore(lookAgain) ? due : lookAgain;
        } else {
            open(task, task.attempts().size() + 1);
        }
    }

    /** An attempt on an environment that is on its way out would be lost before it began: it waits for the next one. */
    private void open(Run.Task task, int number) {
        boolean outgoing = switch (observed.environment().state()) {
            case LOST, CLEARING -> true;
            case ABSENT, PREPARING, READY -> false;
        };
        if (!task.step().onEnvironment() || !outgoing) {
            changes.add(
                    new Action.OpenAttempt(new AttemptId(run.id(), task.step().name(), number)));
        }
    }

    private boolean anyNeed(Run.Task task, TaskState... states) {
        return task.step().needs().stream()
                .anyMatch(need -> List.of(states).contains(run.task(need).state()));
    }

    private void endTask(Run.Task task, TaskState end, String reason) {
        changes.add(new Action.EndTask(task.step().name(), end, reason));
    }

    /** It is broken and nobody is on it any more, or nobody will need it again. */
    private boolean environmentIsToBeCleared() {
        boolean inUse = run.tasks().stream()
                .anyMatch(task ->
                        task.step().onEnvironment() && task.liveAttempt().isPresent());
        return switch (observed.environment().state()) {
            case ABSENT -> false;
            case LOST, CLEARING -> !inUse || observed.environment().state() == Environment.State.CLEARING;
            case PREPARING, READY -> !run.needsEnvironment();
        };
    }

    private void finish(@Nullable String stop) {
        boolean failed = run.tasks().stream()
                .anyMatch(task -> task.state() == TaskState.FAILED || task.state() == TaskState.UPSTREAM_FAILED);
        boolean cancelled = run.tasks().stream().anyMatch(task -> task.state() == TaskState.CANCELLED);
        if (cancelled && run.status().cancelReason() != null) {
            changes.add(new Action.Finish(RunState.CANCELLED, run.status().cancelReason()));
        } else if (failed || cancelled) {
            changes.add(new Action.Finish(RunState.FAILED, failureReason(stop)));
        } else {
            changes.add(new Action.Finish(RunState.SUCCEEDED, ""));
        }
    }

    private String failureReason(@Nullable String stop) {
        return run.tasks().stream()
                .filter(task -> task.state() == TaskState.FAILED)
                .findFirst()
                .map(task -> "task " + task.step().name() + ": " + task.reason())
                .orElse(stop == null ? "a task did not succeed" : stop);
    }

    private void clearAway() {
        if (observed.environment().state() == Environment.State.ABSENT) {
            changes.add(new Action.Close(Objects.requireNonNull(run.status().result(), "decided before clearing")));
        } else {
            effects.add(new Action.Clear());
        }
    }

    private boolean overdue(Run.Task task, Run.Attempt attempt) {
        Instant started = attempt.life().started();
        return started != null && Duration.between(started, now).compareTo(timeout(task)) > 0;
    }

    private static Duration timeout(Run.Task task) {
        return task.step().timeout();
    }

    private static String words(Duration duration) {
        return duration.toSeconds() % 60 == 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
    }
}
