package dev.mayfly.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.engine.Observed.Environment;
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
        for (Environment.State state : Environment.State.values()) {
            Decision decision = Next.next(run(RunState.FINISHING, null, waiting()), seen(state, Map.of()), NOW);

            assertThat(decision.changes().contains(new Action.Close(RunState.SUCCEEDED)))
                    .as(state.name())
                    .isEqualTo(state == Environment.State.ABSENT);
        }
    }

    @Test
    void aJobIsStartedOnlyOnAReadyEnvironmentAndOnlyIfItIsAbsent() {
        Run run = run(RunState.RUNNING, null, attempting(AttemptState.STARTING));
        for (Environment.State environment : Environment.State.values()) {
            for (Job job : List.of(Job.UNKNOWN, Job.ABSENT, Job.ACTIVE, Job.SUCCEEDED, Job.failed("x"))) {
                Decision decision = Next.next(run, seen(environment, Map.of(FIRST, job)), NOW);

                assertThat(decision.effects().contains(new Action.Start(FIRST)))
                        .as(environment + " " + job)
                        .isEqualTo(environment == Environment.State.READY && job.equals(Job.ABSENT));
            }
        }
    }

    @Test
    void aJobThatCouldNotBeLookedAtIsLeftAlone() {
        Run run = run(RunState.RUNNING, "cancelled", attempting(AttemptState.RUNNING));

        assertThat(Next.next(run, seen(Environment.State.READY, Map.of(FIRST, Job.UNKNOWN)), NOW))
                .extracting(Decision::changes, Decision::effects)
                .containsExactly(List.of(), List.of());
    }

    @Test
    void aVanishedJobIsLostAndNeverStartedAgainAsTheSameAttempt() {
        Run run = run(RunState.RUNNING, null, attempting(AttemptState.RUNNING));

        Decision decision = Next.next(run, seen(Environment.State.READY, Map.of(FIRST, Job.ABSENT)), NOW);

        assertThat(decision.changes())
                .containsExactly(
                        new Action.EndAttempt(FIRST, AttemptState.LOST, "its job is gone", TaskState.FAILED, null));
    }

    @Test
    void workThatSucceededWhileItWasCancelledSucceeded() {
        Run run = run(RunState.RUNNING, "too late", attempting(AttemptState.RUNNING));

        assertThat(Next.next(run, seen(Environment.State.READY, Map.of(FIRST, Job.SUCCEEDED)), NOW)
                        .changes())
                .containsExactly(new Action.EndAttempt(FIRST, AttemptState.SUCCEEDED, "", TaskState.SUCCEEDED, null));
    }

    /** Whatever is seen in whatever state, the same question gets the same answer, and never both work and an end. */
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
                    pick(random, Environment.State.values()),
                    Map.of(FIRST, pick(random, Job.UNKNOWN, Job.ABSENT, Job.ACTIVE, Job.SUCCEEDED, Job.failed("x"))));

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

    private static Observed seen(Environment.State environment, Map<AttemptId, Job> jobs) {
        return new Observed(new Environment(environment, ""), jobs, Duration.ofSeconds(1));
    }

    private static Run run(RunState state, @Nullable String cancel, Run.Task task) {
        return new Run(
                RUN,
                "flow",
                3,
                new Run.Status(state, cancel, RunState.SUCCEEDED, null),
                new Run.Life(NOW.minusSeconds(60), NOW.minusSeconds(50), null),
                new Plan.Limits(Duration.ofHours(1), 1),
                List.of(task));
    }

    private static Run.Task waiting() {
        return new Run.Task(step(), TaskState.WAITING, "", Run.Task.Tries.NONE, List.of());
    }

    private static Run.Task attempting(AttemptState state) {
        Run.Life life = new Run.Life(NOW.minusSeconds(40), NOW.minusSeconds(30), null);
        return new Run.Task(
                step(), TaskState.RUNNING, "", Run.Task.Tries.NONE, List.of(new Run.Attempt(FIRST, state, "", life)));
    }

    private static Plan.Step step() {
        return new Plan.Step("train", List.of(), TriggerRule.ALL_SUCCESS, Retry.NONE, Duration.ofHours(1), true);
    }
}
