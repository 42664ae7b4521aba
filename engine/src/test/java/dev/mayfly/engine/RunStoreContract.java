package dev.mayfly.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of every {@link RunStore}. */
abstract class RunStoreContract {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    abstract RunStore store();

    abstract void insert(Run run);

    @Test
    void whatWasSavedIsReadAgainAttemptsAndReasonsIncluded() {
        Run opened = opened("flow", 1, NOW);
        insert(opened);
        assertThat(store().find(opened.id())).contains(opened);

        AttemptId first = new AttemptId(opened.id(), "clean", 1);
        Run running = new Action.Begin().applyTo(opened, NOW.plusMillis(1));
        Run attempting = new Action.MarkRunning(first)
                .applyTo(new Action.OpenAttempt(first).applyTo(running, NOW.plusMillis(2)), NOW.plusMillis(3));
        attempting = new Action.MarkStopping(first)
                .applyTo(new Action.Note(first, "no answer").applyTo(attempting, NOW), NOW.plusMillis(3));
        Run ended = new Action.EndAttempt(first, AttemptState.FAILED, "why", TaskState.UP_FOR_RETRY, NOW.plusSeconds(9))
                .applyTo(attempting, NOW.plusMillis(4));
        assertThat(store().save(opened, ended)).isTrue();
        assertThat(store().find(opened.id())).contains(ended.nextGeneration());

        AttemptId second = new AttemptId(opened.id(), "clean", 2);
        Run before = ended.nextGeneration();
        Run again = new Action.OpenAttempt(second).applyTo(before, NOW.plusSeconds(10));
        assertThat(store().save(before, again)).isTrue();
        assertThat(store().find(opened.id()).orElseThrow().task("clean").attempts())
                .hasSize(2);
    }

    @Test
    void aStaleValueIsNotSaved() {
        Run run = opened("flow", 1, NOW);
        insert(run);
        assertThat(store().save(run, run.with(run.status().cancelled("first")))).isTrue();

        assertThat(store().save(run, run.with(run.status().cancelled("second"))))
                .isFalse();

        assertThat(store().find(run.id()).orElseThrow().status().cancelReason()).isEqualTo("first");
    }

    @Test
    void runsOfAFlowBeginInTheirOrderAndNoMoreThanMayBeActive() {
        List<Run> runs = IntStream.range(0, 3)
                .mapToObj(n -> opened("flow", 2, NOW.plusSeconds(n)))
                .toList();
        runs.forEach(this::insert);
        assertThat(begin(runs.get(1))).as("an older one is queued").isFalse();
        assertThat(store().oldestQueued("flow")).contains(runs.get(0).id());

        assertThat(begin(runs.get(0))).isTrue();
        assertThat(begin(runs.get(1))).isTrue();
        assertThat(begin(runs.get(2))).as("two are active").isFalse();

        Run first = store().find(runs.get(0).id()).orElseThrow();
        assertThat(store().save(first, new Action.Close(RunState.SUCCEEDED).applyTo(first, NOW)))
                .isTrue();
        assertThat(begin(runs.get(2))).isTrue();
        assertThat(store().unfinished())
                .isEqualTo(Set.of(runs.get(1).id(), runs.get(2).id()));
    }

    @Test
    void aRunThatIsQueuedAgainIsUnfinishedAgain() {
        Run run = opened("flow", 1, NOW);
        insert(run);
        Run failed = new Action.Close(RunState.FAILED)
                .applyTo(new Action.EndTask("clean", TaskState.FAILED, "why").applyTo(run, NOW), NOW);
        assertThat(store().save(run, failed)).isTrue();
        assertThat(store().unfinished()).isEmpty();

        Run before = failed.nextGeneration();
        assertThat(store().save(before, before.reopened(Set.of()))).isTrue();

        assertThat(store().unfinished()).containsExactly(run.id());
        assertThat(store().find(run.id()).orElseThrow().task("clean").state()).isEqualTo(TaskState.WAITING);
    }

    @Test
    void ofManyWhoMoveTheSameRunExactlyOneSucceedsEachTime() {
        long seed = new Random().nextLong();
        Run run = opened("flow", 1, NOW);
        insert(run);
        AtomicInteger saved = new AtomicInteger();
        List<CompletableFuture<Void>> all = IntStream.range(0, 4)
                .mapToObj(n -> CompletableFuture.runAsync(() -> {
                    for (int k = 0; k < 25; k++) {
                        Run read = store().find(run.id()).orElseThrow();
                        if (store().save(read, read.with(read.status().cancelled(n + "/" + k + "/" + seed)))) {
                            saved.incrementAndGet();
                        }
                    }
                }))
                .toList();
        all.forEach(CompletableFuture::join);

        assertThat(store().find(run.id()).orElseThrow().generation()).isEqualTo(saved.get());
    }

    private boolean begin(Run run) {
        return store().save(run, new Action.Begin().applyTo(run, NOW.plusSeconds(60)));
    }

    private static Run opened(String flow, int maxActive, Instant at) {
        Plan.Step step = new Plan.Step(
                "clean",
                List.of(),
                TriggerRule.ALL_SUCCESS,
                new Retry(2, Duration.ofSeconds(1), 0.25),
                Duration.ofMinutes(5),
                true);
        Plan plan = new Plan(List.of(step), new Plan.Limits(Duration.ofHours(1), maxActive));
        String key = UUID.randomUUID().toString();
        return Run.opened(new RunId(UUID.randomUUID()), new NewRun(flow, key, plan), at);
    }
}
