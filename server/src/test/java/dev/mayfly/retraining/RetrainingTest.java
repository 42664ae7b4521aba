package dev.mayfly.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.OrphanedClusters;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.RunState;
import dev.mayfly.problem.Refused;
import dev.mayfly.reaper.ReapOrphans;
import dev.mayfly.slice.Slice;
import dev.mayfly.tracking.RunStatus;
import dev.mayfly.tracking.TrackingRunId;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Pipelines on real PostgreSQL, with clusters and jobs made up. */
class RetrainingTest extends OnInstallation {

    @Test
    void twoPipelinesThatTogetherWantMoreThanThereIsRunOneAfterTheOtherWithoutAnError() {
        apply(pipeline("one", "Stay", "120 GB"));
        apply(pipeline("two", "Good", "120 GB"));
        RunId first = run("one");
        Awaitility.await().until(() -> provider.submitted.size() == 1);
        RunId second = run("two");

        Awaitility.await()
                .until(() -> clusters.ofRun(second).stream()
                        .anyMatch(cluster -> !cluster.status().waitReason().isEmpty()));
        assertThat(clusters.ofRun(second).get(0).status().waitReason())
                .isEqualTo("waits for SSD: needs 120 GB, 80 GB of 200 GB free");
        retraining.runs().cancel(Actor.OWNER, first, "make way");

        assertThat(end(second)).isEqualTo(RunState.SUCCEEDED);
        assertThat(details(second).run().task("task").attempts()).hasSize(1);
    }

    @Test
    void aClusterThatCanNeverFitFailsItsRunAtOnceOrIsRefusedWhenThePipelineIsApplied() {
        assertThatThrownBy(() -> apply(pipeline("huge", "Good", "300 GB")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("SSD: 300 GB (expected: at most 200 GB in pool fake)");
    }

    @Test
    void pipelinesThatStartEachOtherInACircleAreRefusedAndAnUnknownOneIsAWarning() {
        assertThat(apply(after("b", "a")).warnings())
                .containsExactly("after 'a': there is no such pipeline yet, so nothing opens runs of this one");
        assertThat(apply(after("c", "b")).warnings()).isEmpty();

        assertThatThrownBy(() -> apply(after("a", "c")))
                .hasMessage(
                        "after 'c': a after c after b after a is a circle (expected: no pipeline that runs after itself)");
        assertThat(apply(pipeline("a", "Good", "20 GB")).warnings()).isEmpty();
        assertThat(apply(after("b", "a")).warnings()).as("applied again").isEmpty();
        assertThatThrownBy(() -> apply(after("a", "c"))).hasMessageContaining("is a circle");
        assertThat(apply(after("a", "z")).warnings()).hasSize(1);
    }

    private static String after(String name, String upstream) {
        return pipeline(name, "Good", "20 GB").replace("tasks:", "schedule: {after: " + upstream + "}\ntasks:");
    }

    @Test
    void aWarmClusterIsUsedByTheNextRunAndIsGoneWhenNobodyComes() {
        apply(pipeline("warm", "Good", "20 GB").replace("disk_type: ssd}", "disk_type: ssd}\n  keep_warm: 2 s"));
        RunId first = run("warm");
        assertThat(end(first)).isEqualTo(RunState.SUCCEEDED);
        RunId second = run("warm");
        assertThat(end(second)).isEqualTo(RunState.SUCCEEDED);

        assertThat(provider.made).hasSize(1);
        assertThat(provider.submitted).hasSize(2);
        assertThat(clusters.ofRun(first)).isEqualTo(clusters.ofRun(second));
        Awaitility.await().until(() -> provider.existing().isEmpty());
        Awaitility.await().until(() -> clusters.ofRun(second).get(0).state().isTerminal());
    }

    @Test
    void whereTheInstallationIsIsForItsJobsAlone() {
        apply("parameters: {lake: \"${data}/lake\", price: \"$${data}\"}\n"
                + pipeline("lake", "Good", "20 GB")
                        .replace("arguments: []", "arguments: [\"${parameters.lake}\", \"${parameters.price}\"]"));
        RunId run = run("lake");
        assertThat(end(run)).isEqualTo(RunState.SUCCEEDED);
        assertThat(details(run).pipelineRun().parameters()).containsEntry("lake", "${data}/lake");
        assertThat(provider.submitted.get(0).arguments()).containsExactly(folder + "/lake", "${data}");
    }

    @Test
    void aBackfillOpensEachDataIntervalOnceWhateverOpenedItBefore() {
        apply(pipeline("daily", "Good", "20 GB")
                .replace("tasks:", "schedule: {cron: \"0 3 * * *\"}\nmax_active_runs: 5\ntasks:")
                .replace("arguments: []", "arguments: [\"${interval.date}\", \"${interval.end}\"]"));

        List<RunId> opened = backfill("daily", "2026-01-01", "2026-01-04T12:00").opened();
        List<RunId> again = backfill("daily", "2026-01-01", "2026-01-05T12:00").opened();

        assertThat(opened).hasSize(3);
        assertThat(again).hasSize(1);
        opened.forEach(run -> assertThat(end(run)).isEqualTo(RunState.SUCCEEDED));
        assertThat(details(opened.get(0)).pipelineRun().interval().start())
                .isEqualTo(Instant.parse("2026-01-01T03:00:00Z"));
        assertThat(provider.submitted.stream().map(job -> job.arguments().get(0)))
                .contains("2026-01-01", "2026-01-02", "2026-01-03");
        assertThatThrownBy(() -> backfill("daily", "2026-01-01", "2026-01-01 00:01"))
                .hasMessageContaining("holds no data intervals of '0 3 * * *'");
    }

    @Test
    void aScheduleThatCatchesUpOpensARunForEveryIntervalSinceItsStart() {
        Instant start = Instant.now().minus(Duration.ofDays(3));
        String date = start.atOffset(ZoneOffset.UTC).toLocalDate().toString();
        apply(pipeline("late", "Good", "20 GB")
                .replace(
                        "tasks:",
                        "schedule: {cron: \"0 0 * * *\", start: \"" + date
                                + "\", catchup: true}\nmax_active_runs: 5\ntasks:"));

        Awaitility.await()
                .until(() ->
                        retraining.runs().newest(Scope.EVERYTHING, "late", 10).size() == 3);
        assertThat(retraining.runs().newest(Scope.EVERYTHING, "late", 10))
                .allSatisfy(run -> assertThat(end(run.id())).isEqualTo(RunState.SUCCEEDED));
        assertThat(retraining.runs().newest(Scope.EVERYTHING, "late", 10)).hasSize(3);
    }

    @Test
    void aDueTimeThatLiesAheadIsWaitedForAndOpensOneRun() {
        apply(pipeline("timed", "Good", "20 GB")
                .replace("tasks:", "schedule: {cron: \"0 0 1 1 *\", start: 2026-01-01, catchup: true}\ntasks:"));
        Awaitility.await()
                .until(() -> retraining.runs().newest(Scope.EVERYTHING, "timed", 9).stream()
                        .allMatch(run -> run.state().isTerminal()));
        int before = retraining.runs().newest(Scope.EVERYTHING, "timed", 9).size();
        Instant due = Instant.now().plusMillis(700);
        installation.database.useTransaction(
                tx -> tx.execute("update pipeline set next_due = ? where name = 'timed'", Timestamp.from(due)));
        installation.wakeups.wake("schedule", "timed");

        Awaitility.await()
                .until(() ->
                        retraining.runs().newest(Scope.EVERYTHING, "timed", 9).size() == before + 1);

        Run run = retraining.runs().newest(Scope.EVERYTHING, "timed", 1).get(0);
        assertThat(run.timestamps().created()).isAfterOrEqualTo(due.truncatedTo(ChronoUnit.MILLIS));
        assertThat(end(run.id())).isEqualTo(RunState.SUCCEEDED);
    }

    @Test
    void aPipelineRunsAfterTheSuccessOfAnotherOnceAndNotAfterItsFailure() {
        apply(pipeline("train", "Good", "20 GB").replace("tasks:", "schedule: {after: clean}\ntasks:"));
        apply(pipeline("clean", "FailOnce", "20 GB"));
        RunId clean = run("clean");
        assertThat(end(clean)).isEqualTo(RunState.FAILED);
        assertThat(retraining.runs().newest(Scope.EVERYTHING, "train", 10)).isEmpty();

        retraining.runs().retry(Actor.OWNER, clean, Set.of());

        assertThat(end(clean)).isEqualTo(RunState.SUCCEEDED);
        RunId train = onlyRun("train");
        assertThat(end(train)).isEqualTo(RunState.SUCCEEDED);
        assertThat(details(train).pipelineRun().trigger().cause()).isEqualTo(clean.toString());
        assertThatThrownBy(() -> retraining.runs().retry(Actor.OWNER, clean, Set.of()))
                .hasMessageContaining("expected: a finished run with a task that did not succeed");
        assertThatThrownBy(() -> retraining.runs().retry(Actor.OWNER, clean, Set.of("trian")))
                .hasMessageContaining("task trian");
    }

    @Test
    void aSliceThatFailsLetsTheOthersPassAndCanBeSkippedOrRetriedByHand() throws IOException {
        Files.createDirectories(folder.resolve("in"));
        for (String name : List.of("a", "b", "c")) {
            Files.writeString(folder.resolve("in/" + name + ".csv"), "");
        }
        apply(pipeline("slices", "Fail", "20 GB")
                .replace("tasks:", "input: {files: \"${data}/in/*.csv\", min_age: 0 s}\ntasks:"));
        RunId first = run("slices");
        assertThat(end(first)).isEqualTo(RunState.FAILED);
        assertThat(end(run("slices"))).isEqualTo(RunState.FAILED);
        assertThat(states("slices")).containsExactly(Slice.State.FAILED, Slice.State.FAILED, Slice.State.NEW);

        slices.move(Actor.OWNER, "slices", null, 1, Slice.State.SKIPPED);
        assertThat(states("slices")).containsExactly(Slice.State.SKIPPED, Slice.State.FAILED, Slice.State.NEW);
        slices.move(Actor.OWNER, "slices", null, 1, Slice.State.NEW);
        RunId third = run("slices");
        assertThat(details(third).pipelineRun().slice().orElseThrow().number())
                .as("new ones come before those that failed")
                .isEqualTo(1);
        end(third);
        assertThatThrownBy(() -> retraining.runs().retry(Actor.OWNER, first, Set.of()))
                .hasMessageContaining("by another run");
        assertThatThrownBy(() -> slices.move(Actor.OWNER, "slices", null, 9, Slice.State.NEW))
                .hasMessageContaining("there are 0");
    }

    @Test
    void anOrphanIsDeletedAtTheSecondLookAndItsTrackingRunIsClosedWithTheReason() {
        apply(pipeline("one", "Stay", "20 GB"));
        RunId run = run("one");
        Awaitility.await().until(() -> provider.submitted.size() == 1);
        Cluster cluster = clusters.ofRun(run).get(0);
        ClusterProvider.Owner owner = new ClusterProvider.Owner(cluster.name().split("-", -1)[1]);
        provider.plant(new ClusterProvider.ClusterRequest(
                UUID.randomUUID(),
                "mayfly-" + owner.value() + "-unknown-1",
                cluster.spec(),
                new ClusterProvider.Labels(owner, "", Instant.now().plusSeconds(999))));
        ReapOrphans reap = new ReapOrphans(clusters, tracking, Clock.systemUTC());

        assertThat(clusters.orphaned().orphans())
                .extracting(OrphanedClusters.Orphan::reason)
                .containsExactly("it has no row");
        assertThat(reap.round()).singleElement().asString().startsWith("suspected ");
        assertThat(provider.existing()).hasSize(2);
        assertThat(clusters.delete(Actor.OWNER, "mayfly-" + owner.value() + "-unknown-1"))
                .isTrue();
        assertThat(clusters.delete(Actor.OWNER, "nowhere")).isFalse();
        assertThat(provider.existing()).containsExactly(cluster.name());

        String trackingRun = details(run).bindings().get(0).trackingRun().value();
        assertThat(clusters.delete(Actor.OWNER, cluster.name())).isTrue();
        assertThat(end(run)).isEqualTo(RunState.FAILED);
        assertThat(tracking.run(new TrackingRunId(trackingRun)).info().status()).isEqualTo(RunStatus.FAILED);
        assertThat(details(run).run().status().reason()).isEqualTo("task task: the cluster was deleted by owner");
    }

    @Test
    void anUpstreamEndsWhateverBecomesOfWhatRunsAfterIt() throws IOException {
        apply(pipeline("up", "Good", "20 GB"));
        apply(after("down", "up").replace("tasks:", "input: {files: \"${data}/missing/*.csv\", min_age: 0 s}\ntasks:"));
        apply(after("other", "up"));
        RunId up = run("up");

        assertThat(end(up)).isEqualTo(RunState.SUCCEEDED);
        assertThat(end(onlyRun("other"))).isEqualTo(RunState.SUCCEEDED);
        Opening failing = Awaitility.await()
                .until(() -> retraining.failingOpenings(Scope.EVERYTHING), some -> some.size() == 1)
                .get(0);
        assertThat(failing.pipeline()).isEqualTo("down");
        assertThat(failing.words()).isEqualTo("the run after " + up);
        assertThat(failing.failure().orElseThrow().reason()).contains("(expected: an existing folder");
        assertThat(retraining.failingOpenings(new Scope(List.of("other")))).isEmpty();
        assertThat(retraining.runs().cancel(Actor.OWNER, up, "over")).isFalse();
        retraining.delete(Actor.OWNER, "up");

        Files.createDirectories(folder.resolve("missing"));
        Files.writeString(folder.resolve("missing/a.csv"), "");

        assertThat(end(onlyRun("down"))).isEqualTo(RunState.SUCCEEDED);
        assertThat(details(onlyRun("down")).pipelineRun().trigger().cause()).isEqualTo(up.toString());
        assertThat(retraining.failingOpenings(Scope.EVERYTHING)).isEmpty();
    }

    @Test
    void aScheduleThatCanNotOpenItsRunSaysSoAndOpensItLater() throws IOException {
        String late = pipeline("late", "Good", "20 GB")
                .replace(
                        "tasks:",
                        "schedule: {cron: \"0 0 * * *\", start: \"" + daysAgo(2)
                                + "\", catchup: true}\ninput: {files: \"${data}/missing/*.csv\", min_age: 0 s}\ntasks:");
        apply(late);
        List<Opening> failing =
                Awaitility.await().until(() -> retraining.failingOpenings(Scope.EVERYTHING), some -> !some.isEmpty());
        assertThat(failing)
                .singleElement()
                .satisfies(one -> assertThat(one.words()).startsWith("the run due at "));

        Files.createDirectories(folder.resolve("missing"));
        Files.writeString(folder.resolve("missing/a.csv"), "");
        Files.writeString(folder.resolve("missing/b.csv"), "");

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        retraining.runs().newest(Scope.EVERYTHING, "late", 10).size() == 2);
        assertThat(retraining.failingOpenings(Scope.EVERYTHING)).isEmpty();
    }

    @Test
    void catchingUpOpensNoMoreRunsAtATimeThanMayBeActiveAndGoesOnAfterAChange() {
        String late = pipeline("late", "Stay", "20 GB")
                .replace(
                        "tasks:",
                        "schedule: {cron: \"0 0 * * *\", start: \"" + daysAgo(9)
                                + "\", catchup: true}\nmax_active_runs: 2\ntasks:");
        apply(late);
        Awaitility.await()
                .until(() ->
                        retraining.runs().newest(Scope.EVERYTHING, "late", 10).size() == 2);
        Instant next = retraining.pipeline("late").nextDue();

        apply(late.replace("name: late", "name: late\ndescription: changed"));
        retraining.pause(Actor.OWNER, "late", false);
        assertThat(retraining.resume(Actor.OWNER, "late").nextDue()).isEqualTo(next);
        Awaitility.await()
                .during(Duration.ofMillis(1_500))
                .until(() ->
                        retraining.runs().newest(Scope.EVERYTHING, "late", 10).size() == 2);
        retraining
                .runs()
                .cancel(
                        Actor.OWNER,
                        retraining
                                .runs()
                                .newest(Scope.EVERYTHING, "late", 1)
                                .get(0)
                                .id(),
                        "make way");
        Awaitility.await()
                .until(() ->
                        retraining.runs().newest(Scope.EVERYTHING, "late", 10).size() == 3);
    }

    private static String daysAgo(int days) {
        return Instant.now()
                .minus(Duration.ofDays(days))
                .atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .toString();
    }
}
