package dev.mayfly.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One thing that {@link Next} decided. */
sealed interface Action {

    /** A change to the run's rows. One fenced write saves all changes of a decision, before any effect. */
    sealed interface Change extends Action {

        /** Returns the changed run. Pure. */
        Run applyTo(Run run, Instant now);

        /** Does outside the database what must happen before the change is saved. */
        default void settle(Run run, TaskRunner.Look look) {}

        /** Whether {@link #settle} does anything. */
        default boolean settles() {
            return false;
        }
    }

    /** A call to the {@link TaskRunner.Look}. */
    sealed interface Effect extends Action {

        void perform(Run run, TaskRunner.Look look);
    }

    record Begin() implements Change {
        @Override
        public Run applyTo(Run run, Instant now) {
            return run.with(run.status().moved(RunState.RUNNING))
                    .with(run.timestamps().startedAt(now));
        }
    }

    record OpenAttempt(AttemptId attempt) implements Change {
        @Override
        public Run applyTo(Run run, Instant now) {
            return run.withTask(attempt.task(), task -> task.opened(attempt, now));
        }
    }

    record MarkRunning(AttemptId attempt) implements Change {
        @Override
        public Run applyTo(Run run, Instant now) {
            return run.withTask(attempt.task(), task -> task.withLast(last -> last.running(now)));
        }
    }

    /** Records since when an attempt's job is being stopped. */
    record MarkStopping(AttemptId attempt) implements Change {
        @Override
        public Run applyTo(Run run, Instant now) {
            return run.withTask(attempt.task(), task -> task.withLast(last -> last.stopping(now)));
        }
    }

    /** Records why a live attempt's job can't be observed; empty once it can be again. */
    record Note(AttemptId attempt, String reason) implements Change {
        @Override
        public Run applyTo(Run run, Instant now) {
            return run.withTask(attempt.task(), task -> task.withLast(last -> last.noting(reason)));
        }
    }

    /** Ends an attempt and sets the new state of its task. */
    record EndAttempt(
            AttemptId attempt,
            AttemptState end,
            String reason,
            TaskState task,
            @Nullable Instant retryAt) implements Change {
        @Override
        public Run applyTo(Run run, Instant now) {
            return run.withTask(
                    attempt.task(),
                    some -> some.withLast(last -> last.ended(end, reason, now)).moved(task, reason, retryAt));
        }

        @Override
        public void settle(Run run, TaskRunner.Look look) {
            look.finalizeAttempt(run, attempt, end, reason);
        }

        @Override
        public boolean settles() {
            return true;
        }
    }

    record EndTask(String task, TaskState end, String reason) implements Change {
        @Override
        public Run applyTo(Run run, Instant now) {
            return run.withTask(task, some -> some.moved(end, reason, null));
        }
    }

    record Finish(RunState result, String reason) implements Change {
        @Override
        public Run applyTo(Run run, Instant now) {
            return run.with(run.status().finishing(result, reason));
        }
    }

    record Close(RunState result) implements Change {
        @Override
        public Run applyTo(Run run, Instant now) {
            return run.with(run.status().moved(result)).with(run.timestamps().endedAt(now));
        }

        @Override
        public void settle(Run run, TaskRunner.Look look) {
            look.finalizeRun(run, result);
        }

        @Override
        public boolean settles() {
            return true;
        }
    }

    record Allocate() implements Effect {
        @Override
        public void perform(Run run, TaskRunner.Look look) {
            look.allocate(run);
        }
    }

    record Start(AttemptId attempt) implements Effect {
        @Override
        public void perform(Run run, TaskRunner.Look look) {
            look.start(run, attempt);
        }
    }

    record Stop(AttemptId attempt) implements Effect {
        @Override
        public void perform(Run run, TaskRunner.Look look) {
            look.stop(run, attempt);
        }
    }

    record Abandon(String reason) implements Effect {
        @Override
        public void perform(Run run, TaskRunner.Look look) {
            look.abandon(run, reason);
        }
    }

    record Release() implements Effect {
        @Override
        public void perform(Run run, TaskRunner.Look look) {
            look.release(run);
        }
    }
}
