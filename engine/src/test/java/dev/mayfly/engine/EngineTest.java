package dev.mayfly.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineTest {

    private final FakeWorld world = new FakeWorld();
    private final List<Wakeups> processes = new ArrayList<>();
    private Database database;
    private Engine engine;

    @BeforeEach
    void start() {
        database = TestPostgres.database("engine");
        engine = process("one");
    }

    private Engine process(String name) {
        Wakeups wakeups = new Wakeups(database, Clock.systemUTC());
        processes.add(wakeups);
        Engine started = new Engine(database, wakeups, Clock.systemUTC());
        wakeups.start(name, 4, List.of(started.reconciler(world)));
        return started;
    }

    private boolean cancel(RunId run, String reason) {
        return database.inTransaction(tx -> engine.cancel(tx, run, reason));
    }

    @AfterEach
    void stop() {
        processes.forEach(Wakeups::close);
        database.close();
    }

    @Test
    void tasksRunInTheOrderOfTheirNeedsOnOneEnvironmentThatIsGoneBeforeTheRunCloses() {
        RunId id = open(plan(step("clean"), step("train", "clean"), inProcess("promote", "train")));

        assertThat(end(id).state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(world.started).extracting(AttemptId::task).containsExactly("clean", "train", "promote");
        assertThat(world.everPrepared).containsExactly(id);
        assertThat(world.isLeft(id)).isFalse();
        Awaitility.await().untilAsserted(() -> assertThat(world.closed).contains(RunState.SUCCEEDED));
    }

    @Test
    void aFailingTaskIsRetriedAndThenFailsTheRunAndWhatNeedsIt() {
        world.script("clean", Observed.Job.failed("exit code 1"));
        RunId id = open(plan(step("clean", 2), step("train", "clean")));

        Run run = end(id);

        assertThat(run.state()).isEqualTo(RunState.FAILED);
        assertThat(run.status().reason()).isEqualTo("task clean: exit code 1");
        assertThat(run.task("clean").attempts()).hasSize(3);
        assertThat(run.task("train").state()).isEqualTo(TaskState.UPSTREAM_FAILED);
        assertThat(world.isLeft(id)).isFalse();
    }

    @Test
    void heldRunsWaitWhileLaterOnesRunUntilTheyAreLetGo() {
        world.stay("clean");
        RunId active = open(plan(step("clean")));
        Awaitility.await().untilAsserted(() -> assertThat(world.started).hasSize(1));
        RunId held = open(plan(step("train")));
        database.useTransaction(tx -> engine.hold(tx, "flow"));
        RunId later = open(plan(step("train")));

        cancel(active, "enough");

        assertThat(end(later).state()).isEqualTo(RunState.SUCCEEDED);
        Run waiting = engine.find(held).orElseThrow();
        assertThat(waiting.state()).isEqualTo(RunState.QUEUED);
        assertThat(waiting.status().held()).isTrue();
        database.useTransaction(tx -> engine.letGo(tx, "flow"));
        assertThat(end(held).state()).isEqualTo(RunState.SUCCEEDED);
    }

    @Test
    void aHeldRunCanBeCancelled() {
        world.stay("clean");
        RunId active = open(plan(step("clean")));
        Awaitility.await().untilAsserted(() -> assertThat(world.started).hasSize(1));
        RunId held = open(plan(step("train")));
        database.useTransaction(tx -> engine.hold(tx, "flow"));

        cancel(held, "not wanted");

        assertThat(end(held).state()).isEqualTo(RunState.CANCELLED);
        cancel(active, "enough");
        end(active);
    }

    @Test
    void aQueuedRunGetsAnotherPlanButOneThatHasBegunKeepsItsOwn() {
        world.stay("clean");
        RunId active = open(plan(step("clean")));
        Awaitility.await().untilAsserted(() -> assertThat(world.started).hasSize(1));
        RunId queued = open(plan(step("train")));
        Plan other = plan(step("train"), step("test", "train"));

        assertThat(database.<Boolean>inTransaction(tx -> engine.replan(tx, queued, other)))
                .isTrue();
        assertThat(database.<Boolean>inTransaction(tx -> engine.replan(tx, active, other)))
                .isFalse();

        cancel(active, "enough");
        Run run = end(queued);
        assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(run.tasks()).extracting(task -> task.step().name()).containsExactly("train", "test");
    }

    @Test
    void whatCanNotBeReconciledIsOnRecordUntilItCan() {
        world.script("clean", Observed.Job.SUCCEEDED);
        world.fail(new IllegalStateException("no answer from the cloud"));
        RunId id = open(plan(step("clean")));

        Awaitility.await()
                .untilAsserted(() -> assertThat(engine.failing(List.of(id.toString(), "another")))
                        .singleElement()
                        .satisfies(failure -> {
                            assertThat(failure.reason()).isEqualTo("no answer from the cloud");
                            assertThat(failure.kind()).isEqualTo("run");
                            assertThat(failure.tries()).isPositive();
                        }));
        world.fail(null);

        assertThat(end(id).state()).isEqualTo(RunState.SUCCEEDED);
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(engine.failing(List.of(id.toString()))).isEmpty());
    }

    @Test
    void aTaskThatSucceedsOnItsSecondAttemptSucceeds() {
        world.script("clean", Observed.Job.failed("exit code 1"), Observed.Job.SUCCEEDED);
        RunId id = open(plan(step("clean", 1)));

        assertThat(end(id).state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(world.settled).containsExactly("clean-1 FAILED", "clean-2 SUCCEEDED");
    }

    @Test
    void aLostEnvironmentIsClearedAndTheNextAttemptGetsANewOne() {
        world.stay("train");
        RunId id = open(plan(step("train", 1)));
        Awaitility.await().until(() -> world.isActive(new AttemptId(id, "train", 1)));

        world.loseAllocation(id, "the cluster vanished");

        Awaitility.await().until(() -> world.isActive(new AttemptId(id, "train", 2)));
        assertThat(engine.find(id).orElseThrow().task("train").attempts().get(0).reason())
                .isEqualTo("the cluster vanished");
        assertThat(cancel(id, "enough")).isTrue();
        assertThat(end(id).state()).isEqualTo(RunState.CANCELLED);
    }

    @Test
    void cancellingStopsTheJobClearsTheEnvironmentAndSaysWhy() {
        world.stay("train");
        RunId id = open(plan(step("train"), inProcess("promote", "train")));
        Awaitility.await().until(() -> world.isActive(new AttemptId(id, "train", 1)));

        assertThat(cancel(id, "by hand")).isTrue();

        Run run = end(id);
        assertThat(run.state()).isEqualTo(RunState.CANCELLED);
        assertThat(run.status().reason()).isEqualTo("by hand");
        assertThat(run.task("promote").state()).isEqualTo(TaskState.CANCELLED);
        assertThat(world.isLeft(id)).isFalse();
        assertThat(cancel(id, "again")).isFalse();
    }

    @Test
    void aTaskThatTakesTooLongIsStoppedAndTimesOut() {
        world.stay("train");
        Plan.Step slow =
                new Plan.Step("train", List.of(), TriggerRule.ALL_SUCCESS, Retry.NONE, Duration.ofMillis(300), true);
        RunId id = open(plan(slow));

        Run run = end(id);

        assertThat(run.state()).isEqualTo(RunState.FAILED);
        assertThat(run.task("train").attempts().get(0).state()).isEqualTo(AttemptState.TIMED_OUT);
    }

    @Test
    void runsOfOneFlowQueueInOrder() {
        world.stay("train");
        RunId first = open(plan(step("train")));
        RunId second = open(plan(step("train")));
        Awaitility.await().until(() -> world.isActive(new AttemptId(first, "train", 1)));

        assertThat(engine.find(second).orElseThrow().state()).isEqualTo(RunState.QUEUED);
        cancel(first, "make way");

        Awaitility.await().until(() -> world.isActive(new AttemptId(second, "train", 1)));
        cancel(second, "done");
        end(second);
    }

    @Test
    void aFailedRunIsRetriedFromItsFailedTaskAndWhatSucceededStays() {
        world.script("train", Observed.Job.failed("out of memory"), Observed.Job.SUCCEEDED);
        RunId id = open(plan(step("clean"), step("train", "clean"), inProcess("promote", "train")));
        assertThat(end(id).state()).isEqualTo(RunState.FAILED);

        boolean again = retry(id, Set.of());

        assertThat(again).isTrue();
        Run run = end(id);
        assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(run.task("clean").attempts()).hasSize(1);
        assertThat(run.task("train").attempts()).hasSize(2);
        assertThat(run.task("promote").attempts()).hasSize(1);
        assertThat(retry(id, Set.of())).as("nothing is left to do").isFalse();
        assertThat(retry(id, Set.of("train"))).isTrue();
        assertThat(end(id).task("promote").attempts()).hasSize(2);
    }

    @Test
    void aTaskThatWaitsForAFailureRunsAfterOneAndIsSkippedOtherwiseAndTheRunStaysFailed() {
        Plan.Step alarm = step("alarm", TriggerRule.ONE_FAILED, Retry.NONE, false, "train");
        world.script("train", Observed.Job.failed("exit code 1"), Observed.Job.SUCCEEDED);
        RunId id = open(plan(step("train"), alarm));

        Run failed = end(id);
        assertThat(failed.state()).isEqualTo(RunState.FAILED);
        assertThat(failed.task("alarm").state()).isEqualTo(TaskState.SUCCEEDED);

        retry(id, Set.of("train"));
        Run succeeded = end(id);
        assertThat(succeeded.state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(succeeded.task("alarm").state()).isEqualTo(TaskState.SKIPPED);
    }

    @Test
    void aTaskWhoseEnvironmentIsRefusedFailsAtOnceWhateverItsRetries() {
        world.refuse("cores: 64 (expected: at most 32)");
        RunId id = open(plan(step("train", 5)));

        Run run = end(id);

        assertThat(run.state()).isEqualTo(RunState.FAILED);
        assertThat(run.status().reason()).isEqualTo("task train: cores: 64 (expected: at most 32)");
        assertThat(run.task("train").attempts()).hasSize(1);
    }

    @Test
    void theSameDedupeKeyOpensOneRun() {
        NewRun run = new NewRun("flow", "flow@2026-01-01T00:00:00Z", plan(step("clean")));

        Engine.Opened first = database.inTransaction(tx -> engine.open(tx, run));
        Engine.Opened again = database.inTransaction(tx -> engine.open(tx, run));

        assertThat(first.fresh()).isTrue();
        assertThat(again).isEqualTo(new Engine.Opened(first.id(), false));
    }

    @Test
    void anotherProcessGoesOnWhereOneStopped() {
        world.stay("train");
        RunId id = open(plan(step("train")));
        Awaitility.await().until(() -> world.isActive(new AttemptId(id, "train", 1)));
        processes.remove(0).close();

        process("two");
        cancel(id, "over");

        assertThat(end(id).state()).isEqualTo(RunState.CANCELLED);
        assertThat(world.started).as("submitted once").hasSize(1);
    }

    @Test
    void twoProcessesShareManyRunsAndStartEveryAttemptOnce() {
        process("two");
        List<RunId> ids = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            String flow = "flow-" + n;
            ids.add(database.inTransaction(tx ->
                            engine.open(tx, new NewRun(flow, flow, plan(step("clean"), step("train", "clean")))))
                    .id());
        }

        ids.forEach(id -> assertThat(end(id).state()).isEqualTo(RunState.SUCCEEDED));
        assertThat(world.started).hasSize(80).doesNotHaveDuplicates();
    }

    @Test
    void aRunThatAnotherHasMovedIsNotWritten() {
        world.stay("train");
        RunId id = open(plan(step("train")));
        Awaitility.await().until(() -> world.isActive(new AttemptId(id, "train", 1)));
        processes.forEach(Wakeups::close);
        RunStore store = new PostgresRunStore(database);
        Run stale = store.find(id).orElseThrow();
        assertThat(store.save(stale, stale.with(stale.status().cancelled("first"))))
                .isTrue();

        assertThat(store.save(stale, stale.with(stale.status().cancelled("second"))))
                .isFalse();
        assertThat(store.find(id).orElseThrow().status().cancelReason()).isEqualTo("first");
    }

    private RunId open(Plan plan) {
        return database.inTransaction(tx ->
                        engine.open(tx, new NewRun("flow", UUID.randomUUID().toString(), plan)))
                .id();
    }

    private boolean retry(RunId id, Set<String> also) {
        return database.inTransaction(tx -> engine.retry(tx, id, also));
    }

    private Run end(RunId id) {
        Instant begin = Instant.now();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> engine.find(id).orElseThrow().state().isTerminal());
        Run run = engine.find(id).orElseThrow();
        assertThat(run.timestamps().ended())
                .as("times do not depend on the session's zone")
                .isBetween(begin.minusSeconds(60), Instant.now().plusSeconds(1));
        return run;
    }

    private static Plan plan(Plan.Step... steps) {
        return new Plan(List.of(steps), new Plan.Limits(Duration.ofHours(1), 1));
    }

    private static Plan.Step step(String name, String... needs) {
        return step(name, TriggerRule.ALL_SUCCESS, Retry.NONE, true, needs);
    }

    private static Plan.Step step(String name, int retries) {
        return step(name, TriggerRule.ALL_SUCCESS, new Retry(retries, Duration.ofMillis(10), 0.5), true);
    }

    private static Plan.Step inProcess(String name, String... needs) {
        return step(name, TriggerRule.ALL_SUCCESS, Retry.NONE, false, needs);
    }

    private static Plan.Step step(
            String name, TriggerRule trigger, Retry retry, boolean needsAllocation, String... needs) {
        return new Plan.Step(name, List.of(needs), trigger, retry, Duration.ofHours(1), needsAllocation);
    }
}
