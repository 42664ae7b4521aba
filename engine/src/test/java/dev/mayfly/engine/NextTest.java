package dev.mayfly.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.engine.Observed.Allocation;
import dev.mayfly.engine.Observed.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NextTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final RunId RUN = new RunId(UUID.randomUUID());
    private static final AttemptId FIRST = new AttemptId(RUN, "train", 1);

    @Test
    void aRunIsNotClosedWhileItsEnvironmentIsThere() {
        for (Allocation.State state : Allocation.State.values()) {
            Decision decision = Next.next(run(RunState.FINISHING, null, waiting()), seen(state, Map.of()), NOW);

            assertThat(decision.changes().contains(new Action.Close(RunState.SUCCEEDED)))
                    .as(state.name())
                    .isEqualTo(state == Allocation.State.ABSENT);
        }
    }

    @Test
    void aJobIsStartedOnlyOnAReadyEnvironmentAndOnlyIfItIsAbsent() {
        Run run = run(RunState.RUNNING, null, attempting(AttemptState.STARTING));
        for (Allocation.State allocation : Allocation.State.values()) {
            for (Job job : List.of(Job.unknown("x"), Job.ABSENT, Job.ACTIVE, Job.SUCCEEDED, Job.failed("x"))) {
                Decision decision = Next.next(run, seen(allocation, Map.of(FIRST, job)), NOW);

                assertThat(decision.effects().contains(new Action.Start(FIRST)))
                        .as(allocation + " " + job)
                        .isEqualTo(allocation == Allocation.State.READY && job.equals(Job.ABSENT));
            }
        }
    }

    @Test
    void aJobThatCouldNotBeLookedAtIsLeftAloneAndSaysSo() {
        Run run = run(RunState.RUNNING, null, attempting(AttemptState.RUNNING));

        Decision decision = Next.next(run, seen(Allocation.State.READY, Map.of(FIRST, Job.unknown("no answer"))), NOW);

        assertThat(decision.changes()).containsExactly(new Action.Note(FIRST, "no answer"));
        assertThat(decision.effects()).isEmpty();
        Run noted = decision.changes().get(0).applyTo(run, NOW);
        assertThat(Next.next(noted, seen(Allocation.State.READY, Map.of(FIRST, Job.ACTIVE)), NOW)
                        .changes())
                .containsExactly(new Action.Note(FIRST, ""));
    }

    @Test
    void aJobThatDoesNotEndWhenItIsStoppedOrIsNotSeenToEndsWithItsEnvironment() {
        for (Job job : List.of(Job.unknown(""), Job.ACTIVE)) {
            Run asked = settled(run(RunState.RUNNING, "enough", attempting(AttemptState.RUNNING)), job, NOW);
            Instant late = NOW.plus(Next.STOP_PATIENCE);

            assertThat(effects(asked, job, late)).as("%s", job).containsExactly(new Action.Stop(FIRST));
            assertThat(effects(asked, job, late.plusMillis(1)))
                    .as("%s", job)
                    .singleElement()
                    .isInstanceOf(Action.Abandon.class);
        }
    }

    @Test
    void aTaskThatIsOverdueAndNotSeenEndsWithItsEnvironment() {
        Run run = settled(run(RunState.RUNNING, null, attempting(AttemptState.RUNNING)), Job.unknown("x"), NOW);
        Instant overdue = NOW.plus(Duration.ofMinutes(31));

        Run asked = settled(run, Job.unknown("x"), overdue);

        assertThat(effects(asked, Job.unknown("x"), overdue)).containsExactly(new Action.Stop(FIRST));
        assertThat(effects(
                        asked,
                        Job.unknown("x"),
                        overdue.plus(Next.STOP_PATIENCE).plusSeconds(1)))
                .singleElement()
                .isEqualTo(
                        new Action.Abandon("the job of task train was being stopped for 2 min and has not ended: x"));
    }

    /** The run after all changes that follow from one view of its job. */
    private static Run settled(Run run, Job job, Instant now) {
        Run after = run;
        while (true) {
            List<Action.Change> changes = Next.next(after, seen(Allocation.State.READY, Map.of(FIRST, job)), now)
                    .changes();
            if (changes.isEmpty()) {
                return after;
            }
            for (Action.Change change : changes) {
                after = change.applyTo(after, now);
            }
        }
    }

    private static List<Action.Effect> effects(Run run, Job job, Instant now) {
        return Next.next(run, seen(Allocation.State.READY, Map.of(FIRST, job)), now)
                .effects();
    }

    @Test
    void aVanishedJobIsLostAndNeverStartedAgainAsTheSameAttempt() {
        Run run = run(RunState.RUNNING, null, attempting(AttemptState.RUNNING));

        Decision decision = Next.next(run, seen(Allocation.State.READY, Map.of(FIRST, Job.ABSENT)), NOW);

        assertThat(decision.changes())
                .containsExactly(
                        new Action.EndAttempt(FIRST, AttemptState.LOST, "its job vanished", TaskState.FAILED, null));
    }

    @Test
    void workThatSucceededWhileItWasCancelledSucceeded() {
        Run run = run(RunState.RUNNING, "too late", attempting(AttemptState.RUNNING));

        assertThat(Next.next(run, seen(Allocation.State.READY, Map.of(FIRST, Job.SUCCEEDED)), NOW)
                        .changes())
                .containsExactly(new Action.EndAttempt(FIRST, AttemptState.SUCCEEDED, "", TaskState.SUCCEEDED, null));
    }

    @Test
    void aQueuedRunBeginsAndACancelledOneEndsWithAllItsTasks() {
        Decision begin = Next.next(run(RunState.QUEUED, null, waiting()), seen(Allocation.State.ABSENT, Map.of()), NOW);
        assertThat(begin.changes()).containsExactly(new Action.Begin());
        assertThat(begin.lookAgain()).isEqualTo(NOW.plusSeconds(1));

        assertThat(Next.next(run(RunState.QUEUED, "enough", waiting()), seen(Allocation.State.ABSENT, Map.of()), NOW)
                        .changes())
                .containsExactly(
                        new Action.EndTask("train", TaskState.CANCELLED, "the run was cancelled"),
                        new Action.Finish(RunState.CANCELLED, "enough"));
    }

    @Test
    void aWaitingTaskIsOpenedUnlessItsEnvironmentIsOnItsWayOut() {
        for (Allocation.State state : Allocation.State.values()) {
            boolean outgoing = state == Allocation.State.LOST
                    || state == Allocation.State.REFUSED
                    || state == Allocation.State.RELEASING;
            Decision decision = Next.next(run(RunState.RUNNING, null, waiting()), seen(state, Map.of()), NOW);

            assertThat(decision.changes().contains(new Action.OpenAttempt(FIRST)))
                    .as(state.name())
                    .isEqualTo(!outgoing);
            assertThat(decision.effects().contains(new Action.Release()))
                    .as(state.name())
                    .isEqualTo(outgoing);
        }
    }

    @Test
    void anAttemptWhoseJobIsAbsentHasItsEnvironmentPreparedOrIsEndedWithIt() {
        Run run = run(RunState.RUNNING, null, attempting(AttemptState.STARTING));
        Map<AttemptId, Job> absent = Map.of(FIRST, Job.ABSENT);

        assertThat(Next.next(run, seen(Allocation.State.ABSENT, absent), NOW).effects())
                .containsExactly(new Action.Allocate());
        assertThat(Next.next(run, seen(Allocation.State.ALLOCATING, absent), NOW)
                        .effects())
                .containsExactly(new Action.Allocate());
        assertThat(Next.next(run, broken(Allocation.State.LOST, absent), NOW).changes())
                .containsExactly(new Action.EndAttempt(FIRST, AttemptState.LOST, "why", TaskState.FAILED, null));
        assertThat(Next.next(run, broken(Allocation.State.REFUSED, absent), NOW).changes())
                .containsExactly(new Action.EndAttempt(FIRST, AttemptState.FAILED, "why", TaskState.FAILED, null));
        Decision clearing = Next.next(run, seen(Allocation.State.RELEASING, absent), NOW);
        assertThat(clearing.changes()).isEmpty();
        assertThat(clearing.effects()).containsExactly(new Action.Release());
    }

    @Test
    void anActiveJobIsMarkedRunningAndStoppedWhenItIsCancelledOrOverdue() {
        Map<AttemptId, Job> active = Map.of(FIRST, Job.ACTIVE);
        Observed ready = seen(Allocation.State.READY, active);
        Run starting = run(RunState.RUNNING, null, attempting(AttemptState.STARTING));
        assertThat(Next.next(starting, ready, NOW).changes()).containsExactly(new Action.MarkRunning(FIRST));

        Run running = run(RunState.RUNNING, null, attempting(AttemptState.RUNNING));
        assertThat(Next.next(running, ready, NOW).effects()).isEmpty();
        Run cancelled = run(RunState.RUNNING, "enough", attempting(AttemptState.RUNNING));
        assertThat(effects(settled(cancelled, Job.ACTIVE, NOW), Job.ACTIVE, NOW))
                .containsExactly(new Action.Stop(FIRST));
        Instant late = NOW.plus(Duration.ofMinutes(29)).plusSeconds(31);
        assertThat(effects(settled(running, Job.ACTIVE, late), Job.ACTIVE, late))
                .containsExactly(new Action.Stop(FIRST));
        assertThat(Next.next(running, ready, late.minusSeconds(1)).effects()).isEmpty();
    }

    @Test
    void aFailedJobEndsAsWhatItWasStoppedFor() {
        Observed failed = seen(Allocation.State.READY, Map.of(FIRST, Job.failed("exit code 1")));
        Run running = run(RunState.RUNNING, null, attempting(AttemptState.RUNNING));

        assertThat(Next.next(running, failed, NOW).changes())
                .containsExactly(
                        new Action.EndAttempt(FIRST, AttemptState.FAILED, "exit code 1", TaskState.FAILED, null));
        assertThat(Next.next(running, failed, NOW.plus(Duration.ofMinutes(29)).plusSeconds(31))
                        .changes())
                .containsExactly(new Action.EndAttempt(
                        FIRST,
                        AttemptState.TIMED_OUT,
                        "took longer than its timeout of 30 min",
                        TaskState.FAILED,
                        null));
        assertThat(Next.next(run(RunState.RUNNING, "enough", attempting(AttemptState.RUNNING)), failed, NOW)
                        .changes())
                .containsExactly(
                        new Action.EndAttempt(FIRST, AttemptState.CANCELLED, "enough", TaskState.CANCELLED, null));
    }

    @Test
    void aTaskWithRetriesComesAgainWhenItsBackoffIsOver() {
        Retry retry = new Retry(2, Duration.ofSeconds(30), 0);
        Run.Attempt attempt = new Run.Attempt(
                FIRST,
                AttemptState.RUNNING,
                "",
                new Run.Timestamps(NOW.minusSeconds(9), NOW.minusSeconds(9), null),
                null);
        Run.Task task = new Run.Task(step(retry), TaskState.RUNNING, "", Run.Task.Tries.NONE, List.of(attempt));
        Run running = run(RunState.RUNNING, null, task);

        Decision failed = Next.next(running, seen(Allocation.State.READY, Map.of(FIRST, Job.failed("x"))), NOW);
        Action.EndAttempt end =
                new Action.EndAttempt(FIRST, AttemptState.FAILED, "x", TaskState.UP_FOR_RETRY, NOW.plusSeconds(30));
        assertThat(failed.changes()).containsExactly(end);

        Run waiting = end.applyTo(running, NOW);
        Decision early = Next.next(waiting, seen(Allocation.State.READY, Map.of()), NOW.plusMillis(29_500));
        assertThat(early.changes()).isEmpty();
        assertThat(early.lookAgain()).isEqualTo(NOW.plusSeconds(30));
        assertThat(Next.next(waiting, seen(Allocation.State.READY, Map.of()), NOW.plusSeconds(30))
                        .changes())
                .containsExactly(new Action.OpenAttempt(new AttemptId(RUN, "train", 2)));
    }

    @Test
    void aRunThatTakesTooLongIsStoppedAndFails() {
        Run run = run(RunState.RUNNING, null, waiting());
        Instant late = NOW.plus(Duration.ofMinutes(59)).plusSeconds(11);

        assertThat(Next.next(run, seen(Allocation.State.ABSENT, Map.of()), late).changes())
                .containsExactly(new Action.EndTask(
                        "train", TaskState.CANCELLED, "the run took longer than its timeout of 60 min"));
        Run cancelled = new Action.EndTask("train", TaskState.CANCELLED, "late").applyTo(run, late);
        assertThat(Next.next(cancelled, seen(Allocation.State.ABSENT, Map.of()), late)
                        .changes())
                .containsExactly(new Action.Finish(RunState.FAILED, "the run took longer than its timeout of 60 min"));
    }

    @Test
    void theResultIsThatOfTheWork() {
        Run run = run(RunState.RUNNING, null, waiting());
        Run succeeded = new Action.EndTask("train", TaskState.SUCCEEDED, "").applyTo(run, NOW);
        Run failed = new Action.EndTask("train", TaskState.FAILED, "exit code 1").applyTo(run, NOW);
        Observed nothing = seen(Allocation.State.ABSENT, Map.of());

        assertThat(Next.next(succeeded, nothing, NOW).changes())
                .containsExactly(new Action.Finish(RunState.SUCCEEDED, ""));
        assertThat(Next.next(failed, nothing, NOW).changes())
                .containsExactly(new Action.Finish(RunState.FAILED, "task train: exit code 1"));
        Run cancelled = new Action.EndTask("train", TaskState.CANCELLED, "enough")
                .applyTo(run(RunState.RUNNING, "enough", waiting()), NOW);
        assertThat(Next.next(cancelled, nothing, NOW).changes())
                .containsExactly(new Action.Finish(RunState.CANCELLED, "enough"));
        assertThat(Next.next(succeeded, seen(Allocation.State.READY, Map.of()), NOW)
                        .effects())
                .as("no task needs it any more")
                .containsExactly(new Action.Release());
    }

    /**
     * For random runs and observations: equal inputs get equal decisions, and none both finishes the run and starts a
     * job.
     */
    @Test
    void itIsAFunction() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int n = 0; n < 5_000; n++) {
            Run run = run(
                    pick(random, RunState.values()),
                    random.nextBoolean() ? "cancelled" : null,
                    random.nextBoolean() ? waiting() : attempting(pick(random, AttemptState.values())));
            Observed observed = seen(
                    pick(random, Allocation.State.values()),
                    Map.of(
                            FIRST,
                            pick(random, Job.unknown("x"), Job.ABSENT, Job.ACTIVE, Job.SUCCEEDED, Job.failed("x"))));

            Decision decision = Next.next(run, observed, NOW);

            assertThat(decision).as("seed %s", seed).isEqualTo(Next.next(run, observed, NOW));
            assertThat(decision.changes().stream().anyMatch(Action.Finish.class::isInstance)
                            && decision.effects().stream().anyMatch(Action.Start.class::isInstance))
                    .as("seed %s: %s", seed, decision)
                    .isFalse();
        }
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... values) {
        return values[random.nextInt(values.length)];
    }

    private static Observed seen(Allocation.State allocation, Map<AttemptId, Job> jobs) {
        return new Observed(new Allocation(allocation, ""), jobs, Duration.ofSeconds(1));
    }

    private static Observed broken(Allocation.State allocation, Map<AttemptId, Job> jobs) {
        return new Observed(new Allocation(allocation, "why"), jobs, Duration.ofSeconds(1));
    }

    private static Run run(RunState state, @Nullable String cancel, Run.Task task) {
        return new Run(
                RUN,
                "flow",
                3,
                new Run.Status(state, false, cancel, RunState.SUCCEEDED, null),
                new Run.Timestamps(NOW.minusSeconds(60), NOW.minusSeconds(50), null),
                new Plan.Limits(Duration.ofHours(1), 1),
                List.of(task));
    }

    private static Run.Task waiting() {
        return new Run.Task(step(), TaskState.WAITING, "", Run.Task.Tries.NONE, List.of());
    }

    private static Run.Task attempting(AttemptState state) {
        Run.Timestamps life = new Run.Timestamps(NOW.minusSeconds(40), NOW.minusSeconds(30), null);
        return new Run.Task(
                step(),
                TaskState.RUNNING,
                "",
                Run.Task.Tries.NONE,
                List.of(new Run.Attempt(FIRST, state, "", life, null)));
    }

    private static Plan.Step step() {
        return step(Retry.NONE);
    }

    private static Plan.Step step(Retry retry) {
        return new Plan.Step("train", List.of(), TriggerRule.ALL_SUCCESS, retry, Duration.ofMinutes(30), true);
    }
}
