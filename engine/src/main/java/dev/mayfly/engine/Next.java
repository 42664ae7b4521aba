package dev.mayfly.engine;

import dev.mayfly.engine.Action.Change;
import dev.mayfly.engine.Action.Effect;
import dev.mayfly.engine.Observed.Allocation;
import dev.mayfly.engine.Observed.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do next, given a run's rows, the observed world and the time. Pure, and called again after every
 * step, so it need not remember anything. A run closes only when its allocation is proved absent; its result is decided
 * before the allocation is released.
 */
final class Next {

    private static final Duration QUEUE_LOOK = Duration.ofSeconds(1);

    /** Whoever lets a held run go wakes it. */
    private static final Duration HELD_LOOK = Duration.ofMinutes(1);

    /** How long a job that is being stopped may take to end before its allocation is given up. */
    static final Duration STOP_PATIENCE = Duration.ofMinutes(2);

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
        } else if (run.status().held()) {
            lookAgain = now.plus(HELD_LOOK);
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
        if (changes.isEmpty() && allocationIsToBeReleased()) {
            effects.add(new Action.Release());
        }
        if (run.tasks().stream().allMatch(task -> task.state().isTerminal())) {
            finish(stop);
        }
    }

    private @Nullable String stopReason() {
        if (run.status().cancelReason() != null) {
            return run.status().cancelReason();
        }
        return run.timestamps().length(now).compareTo(run.limits().timeout()) > 0
                ? "the run took longer than its timeout of "
                        + words(run.limits().timeout())
                : null;
    }

    private void follow(Run.Task task, Run.Attempt attempt, @Nullable String stop) {
        Job job = observed.job(attempt.id());
        switch (job.state()) {
            case UNKNOWN -> unknown(task, attempt, job.reason(), stop);
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
        note(attempt, "");
        stopIfAsked(task, attempt, stop);
    }

    private void unknown(Run.Task task, Run.Attempt attempt, String reason, @Nullable String stop) {
        if (!reason.isEmpty()) {
            note(attempt, reason);
        }
        stopIfAsked(task, attempt, stop);
    }

    private void note(Run.Attempt attempt, String reason) {
        if (!attempt.reason().equals(reason)) {
            changes.add(new Action.Note(attempt.id(), reason));
        }
    }

    /** A job that does not end, or that nobody sees end, ends with its allocation. */
    private void stopIfAsked(Run.Task task, Run.Attempt attempt, @Nullable String stop) {
        Instant asked = attempt.stopAsked();
        if (stop == null && !overdue(task, attempt)) {
            return;
        }
        if (asked == null) {
            changes.add(new Action.MarkStopping(attempt.id()));
        } else if (task.step().needsAllocation() && asked.plus(STOP_PATIENCE).isBefore(now)) {
            String note = attempt.reason().isEmpty() ? "" : ": " + attempt.reason();
            effects.add(new Action.Abandon("the job of task " + task.step().name() + " was being stopped for "
                    + words(STOP_PATIENCE) + " and has not ended" + note));
        } else {
            effects.add(new Action.Stop(attempt.id()));
        }
    }

    private void absent(Run.Task task, Run.Attempt attempt, @Nullable String stop) {
        Allocation allocation = observed.allocation();
        if (stop != null) {
            end(task, attempt, AttemptState.CANCELLED, stop);
        } else if (attempt.state() == AttemptState.RUNNING) {
            String why = allocation.reason().isEmpty() ? "its job vanished" : allocation.reason();
            end(task, attempt, AttemptState.LOST, why);
        } else if (!task.step().needsAllocation()) {
            effects.add(new Action.Start(attempt.id()));
        } else {
            switch (allocation.state()) {
                case READY -> effects.add(new Action.Start(attempt.id()));
                case ABSENT, ALLOCATING -> effects.add(new Action.Allocate());
                case LOST -> end(task, attempt, AttemptState.LOST, allocation.reason());
                case REFUSED -> refuse(attempt, allocation.reason());
                case RELEASING -> {}
            }
        }
    }

    /** Fails the task without a retry, which would be refused, too. */
    private void refuse(Run.Attempt attempt, String reason) {
        changes.add(new Action.EndAttempt(attempt.id(), AttemptState.FAILED, reason, TaskState.FAILED, null));
    }

    private void end(Run.Task task, Run.Attempt attempt, AttemptState end, String reason) {
        TaskState becomes = switch (end) {
            case SUCCEEDED -> TaskState.SUCCEEDED;
            case CANCELLED -> TaskState.CANCELLED;
            case FAILED, TIMED_OUT, LOST ->
                task.step().retry().allowsAfter(task.attemptsThatCount()) ? TaskState.UP_FOR_RETRY : TaskState.FAILED;
            case STARTING, RUNNING -> throw new IllegalArgumentException("end: " + end + " (expected: a final state)");
        };
        Instant retryAt = becomes == TaskState.UP_FOR_RETRY
                ? now.plus(task.step().retry().delayAfter(attempt.id(), task.attemptsThatCount()))
                : null;
        changes.add(new Action.EndAttempt(attempt.id(), end, reason, becomes, retryAt));
    }

    private void consider(Run.Task task, @Nullable String stop) {
        if (stop != null) {
            endTask(task, TaskState.CANCELLED, stop);
        } else if (task.state() == TaskState.UP_FOR_RETRY) {
            retry(task);
        } else {
            List<TaskState> needs = task.step().needs().stream()
                    .map(need -> run.task(need).state())
                    .toList();
            switch (task.step().trigger().judge(needs)) {
                case WAIT -> {}
                case START -> open(task);
                case SKIP -> endTask(task, TaskState.SKIPPED, "its trigger rule " + rule(task) + " can't be met");
                case UPSTREAM_FAILED -> endTask(task, TaskState.UPSTREAM_FAILED, "a task it needs did not succeed");
            }
        }
    }

    private static String rule(Run.Task task) {
        return task.step().trigger().name().toLowerCase(Locale.ROOT);
    }

    private void retry(Run.Task task) {
        Instant due = Objects.requireNonNullElse(task.tries().retryAt(), now);
        if (due.isAfter(now)) {
            lookAgain = due.isBefore(lookAgain) ? due : lookAgain;
        } else {
            open(task);
        }
    }

    /**
     * An attempt on an outgoing allocation would be lost before it began, so the task waits for the next allocation.
     */
    private void open(Run.Task task) {
        boolean outgoing = switch (observed.allocation().state()) {
            case LOST, REFUSED, RELEASING -> true;
            case ABSENT, ALLOCATING, READY -> false;
        };
        if (!task.step().needsAllocation() || !outgoing) {
            int number = task.attempts().size() + 1;
            changes.add(
                    new Action.OpenAttempt(new AttemptId(run.id(), task.step().name(), number)));
        }
    }

    private void endTask(Run.Task task, TaskState end, String reason) {
        changes.add(new Action.EndTask(task.step().name(), end, reason));
    }

    /** Returns true if it is broken and idle, no task needs it any more, or its release has begun. */
    private boolean allocationIsToBeReleased() {
        boolean inUse = run.tasks().stream()
                .anyMatch(task ->
                        task.step().needsAllocation() && task.liveAttempt().isPresent());
        return switch (observed.allocation().state()) {
            case ABSENT -> false;
            case LOST, REFUSED -> !inUse;
            case RELEASING -> true;
            case ALLOCATING, READY -> !run.needsAllocation();
        };
    }

    private void finish(@Nullable String stop) {
        boolean failed = run.tasks().stream().anyMatch(task -> task.state().isFailure());
        boolean cancelled = run.tasks().stream().anyMatch(task -> task.state() == TaskState.CANCELLED);
        if (cancelled && run.status().cancelReason() != null) {
            changes.add(new Action.Finish(RunState.CANCELLED, run.status().cancelReason()));
        } else if (failed) {
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
        if (observed.allocation().state() == Allocation.State.ABSENT) {
            changes.add(
                    new Action.Close(Objects.requireNonNull(run.status().result(), "a FINISHING run has a result")));
        } else {
            effects.add(new Action.Release());
        }
    }

    private boolean overdue(Run.Task task, Run.Attempt attempt) {
        Instant started = attempt.timestamps().started();
        return started != null && Duration.between(started, now).compareTo(timeout(task)) > 0;
    }

    private static Duration timeout(Run.Task task) {
        return task.step().timeout();
    }

    private static String words(Duration duration) {
        return duration.toSeconds() % 60 == 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
    }
}
