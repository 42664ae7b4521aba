package dev.mayfly.engine;

import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One thing that {@link Next} decided. */
sealed interface Action {

    /** A change of rows. All changes of one decision are made in one fenced transaction, before any effect. */
    sealed interface Change extends Action {

        /** Writes it. False: it may not be made yet, and the whole decision is dropped. */
        boolean write(Handle tx, Run run, Instant now);

        /** What the world must have done before the change is written. */
        default void settle(Run run, TaskRunner runner) {}
    }

    /** A call to the {@link TaskRunner}. */
    sealed interface Effect extends Action {

        void perform(Run run, TaskRunner runner);
    }

    record Begin() implements Change {
        @Override
        public boolean write(Handle tx, Run run, Instant now) {
            return RunStore.begin(tx, run, now);
        }
    }

    record OpenAttempt(AttemptId attempt) implements Change {
        @Override
        public boolean write(Handle tx, Run run, Instant now) {
            RunStore.openAttempt(tx, attempt, now);
            return true;
        }
    }

    record MarkRunning(AttemptId attempt) implements Change {
        @Override
        public boolean write(Handle tx, Run run, Instant now) {
            RunStore.markRunning(tx, attempt, now);
            return true;
        }
    }

    /** Ends an attempt, and says what its task becomes. */
    record EndAttempt(
            AttemptId attempt,
            AttemptState end,
            String reason,
            TaskState task,
            @Nullable Instant retryAt) implements Change {
        @Override
        public boolean write(Handle tx, Run run, Instant now) {
            RunStore.endAttempt(tx, this, now);
            return true;
        }

        @Override
        public void settle(Run run, TaskRunner runner) {
            runner.settle(run, attempt, end, reason);
        }
    }

    record EndTask(String task, TaskState end, String reason) implements Change {
        @Override
        public boolean write(Handle tx, Run run, Instant now) {
            RunStore.moveTask(tx, run.id(), task, end, reason, null);
            return true;
        }
    }

    record Finish(RunState result, String reason) implements Change {
        @Override
        public boolean write(Handle tx, Run run, Instant now) {
            RunStore.finish(tx, run.id(), result, reason);
            return true;
        }
    }

    record Close(RunState result) implements Change {
        @Override
        public void settle(Run run, TaskRunner runner) {
            runner.close(run, result);
        }

        @Override
        public boolean write(Handle tx, Run run, Instant now) {
            RunStore.close(tx, run.id(), result, now);
            return true;
        }
    }

    record Prepare() implements Effect {
        @Override
        public void perform(Run run, TaskRunner runner) {
            runner.prepare(run);
        }
    }

    record Start(AttemptId attempt) implements Effect {
        @Override
        public void perform(Run run, TaskRunner runner) {
            runner.start(run, attempt);
        }
    }

    record Stop(AttemptId attempt) implements Effect {
        @Override
        public void perform(Run run, TaskRunner runner) {
            runner.stop(run, attempt);
        }
    }

    record Clear() implements Effect {
        @Override
        public void perform(Run run, TaskRunner runner) {
            runner.clear(run);
        }
    }
}
