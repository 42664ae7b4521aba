package dev.mayfly.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.RunState;
import dev.mayfly.packages.PackageKey;
import dev.mayfly.packages.PackageKind;
import dev.mayfly.packages.Wheels;
import dev.mayfly.pipeline.DataInterval;
import dev.mayfly.pipeline.PipelineText;
import dev.mayfly.problem.Refused;
import dev.mayfly.slice.Slice;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Doing the work of a data interval by hand, and again. */
class IntervalsTest extends OnInstallation {

    private static String daily(String name, String mainClass) {
        return pipeline(name, mainClass, "20 GB")
                .replace("tasks:", "schedule: {cron: \"30 2 * * *\", zone: Europe/Berlin}\nmax_active_runs: 5\ntasks:");
    }

    private DataInterval interval(RunId run) {
        return details(run).pipelineRun().interval();
    }

    private RunId open(String pipeline, String interval) {
        return retraining
                .byHand()
                .open(Actor.OWNER, pipeline, new RunsByHand.Wanted(Map.of(), interval, false))
                .runs()
                .get(0);
    }

    @Test
    void aRunByHandIsForTheIntervalOfADateOrOfTheTimeAtWhichItBegins() {
        apply(daily("daily", "Good"));

        DataInterval ofDate = interval(open("daily", "2026-03-28"));
        assertThat(ofDate)
                .isEqualTo(new DataInterval(
                        Instant.parse("2026-03-28T01:30:00Z"),
                        Instant.parse("2026-03-29T01:00:00Z"),
                        LocalDate.parse("2026-03-28")));
        assertThat(interval(open("daily", "2026-03-28T02:30"))).isEqualTo(ofDate);
        assertThat(interval(open("daily", "2026-03-28 02:30"))).isEqualTo(ofDate);
        assertThat(interval(open("daily", "2026-03-28T01:30Z"))).isEqualTo(ofDate);
        assertThat(interval(open("daily", "2026-03-29T02:30")).start())
                .as("the clock jumps from 2 to 3")
                .isEqualTo(ofDate.end());
        assertThatThrownBy(() -> open("daily", "2026-03-28T02:31"))
                .hasMessageContaining("the one around it begins at 2026-03-28T01:30:00Z");
        assertThatThrownBy(() -> open("daily", "2999-01-01")).hasMessageContaining("complete");
        assertThatThrownBy(() -> open("daily", "tomorrow"))
                .hasMessageStartingWith("interval 'tomorrow' (expected: a date such as 2026-01-31, a local time");
    }

    @Test
    void aDateOnWhichNoIntervalOrSeveralBeginIsRefused() {
        apply(daily("weekly", "Good").replace("30 2 * * *", "0 3 * * 1"));
        apply(daily("hourly", "Good").replace("30 2 * * *", "0 * * * *"));
        apply(pipeline("never", "Good", "20 GB"));

        assertThatThrownBy(() -> open("weekly", "2026-03-04"))
                .hasMessage("interval '2026-03-04': no data interval of '0 3 * * 1' begins on that date (expected: one"
                        + " that does; the one around it begins at 2026-03-02T02:00:00Z)");
        assertThatThrownBy(() -> open("hourly", "2026-03-29"))
                .hasMessageContaining("23 data intervals of '0 * * * *' begin on that date");
        assertThat(interval(open("never", "2026-03-29")))
                .isEqualTo(new DataInterval(
                        Instant.parse("2026-03-29T00:00:00Z"),
                        Instant.parse("2026-03-30T00:00:00Z"),
                        LocalDate.parse("2026-03-29")));
    }

    @Test
    void theDatesOfABackfillAreInTheZoneOfTheScheduleAndOfThePast() {
        apply(daily("daily", "Good"));

        List<RunId> opened =
                backfill("daily", "2026-03-28T02:30", "2026-03-30 02:30").opened();

        assertThat(opened).hasSize(2);
        assertThat(interval(opened.get(0)).start()).isEqualTo(Instant.parse("2026-03-28T01:30:00Z"));
        assertThat(interval(opened.get(1)).end()).isEqualTo(Instant.parse("2026-03-30T00:30:00Z"));
        for (String odd :
                List.of("-999999999-01-01T00:00:00Z", "+999999999-12-31", "+10000-01-01", "-0001-01-01T00:00")) {
            assertThatThrownBy(() -> backfill("daily", odd, "2026-03-28"))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("years 1 to 9999");
            assertThatThrownBy(() ->
                            retraining.byHand().open(Actor.OWNER, "daily", new RunsByHand.Wanted(Map.of(), odd, false)))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("years 1 to 9999");
            assertThatThrownBy(() ->
                            apply(daily("odd", "Good").replace("schedule: {", "schedule: {start: \"" + odd + "\", ")))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("expected: a date");
        }
        assertThatThrownBy(() -> backfill("daily", "2026-03-28", "2999-01-01"))
                .hasMessageStartingWith("to '2999-01-01' lies in the future: it means 2998-12-31T23:00:00Z");
        assertThatThrownBy(() -> backfill("daily", "2026-03-28", "2026-03-28"))
                .hasMessage("from '2026-03-28', to '2026-03-28' (expected: in this order)");
    }

    @Test
    void intervalsThatFailedAreDoneAgainWithTheNewestTextIfTheBackfillSaysSo() {
        apply(daily("daily", "Fail"));
        RunId failed = backfill("daily", "2026-03-01", "2026-03-03").opened().get(0);
        assertThat(end(failed)).isEqualTo(RunState.FAILED);
        apply(daily("daily", "Good"));
        RunId good = backfill("daily", "2026-03-02", "2026-03-04").opened().get(0);
        assertThat(end(good)).isEqualTo(RunState.SUCCEEDED);

        RunsByHand.Backfilled none = backfill("daily", "2026-03-01", "2026-03-04");
        assertThat(none.opened()).isEmpty();
        assertThat(none.had()).isEqualTo(Map.of(RunState.FAILED, 1, RunState.SUCCEEDED, 1));

        RunsByHand.Backfilled again = backfill("daily", "2026-03-01", "2026-03-04", RunsByHand.Redo.FAILED);
        assertThat(again.had()).isEqualTo(Map.of(RunState.SUCCEEDED, 1));
        RunId second = again.opened().get(0);
        assertThat(end(second)).isEqualTo(RunState.SUCCEEDED);
        assertThat(interval(second)).isEqualTo(interval(failed));
        assertThat(backfill("daily", "2026-03-01", "2026-03-04", RunsByHand.Redo.FAILED)
                        .opened())
                .as("the last run of the interval counts")
                .isEmpty();

        RunsByHand.Backfilled all = backfill("daily", "2026-03-01", "2026-03-04", RunsByHand.Redo.ALL);
        assertThat(all.opened()).hasSize(2);
        all.opened().forEach(this::end);
    }

    @Test
    void anIntervalWithAnActiveRunIsNotDoneAgain() {
        apply(daily("daily", "Stay"));
        RunId active = backfill("daily", "2026-03-01", "2026-03-03").opened().get(0);
        Awaitility.await().until(() -> details(active).run().state() == RunState.RUNNING);

        assertThat(backfill("daily", "2026-03-01", "2026-03-03", RunsByHand.Redo.ALL))
                .isEqualTo(new RunsByHand.Backfilled(List.of(), Map.of(RunState.RUNNING, 1)));

        retraining.runs().cancel(Actor.OWNER, active, "enough");
        end(active);
    }

    @Test
    void aRetryRunsTheSameTextAndBytesAndWithLatestAnotherRunTakesTheNewest() throws IOException {
        String text = daily("daily", "FailOnce")
                .replace("arguments: []", "arguments: [\"${parameters.days}\"]")
                .replace("tasks:", "parameters: {days: 7}\ntasks:");
        apply(text);
        RunId run = retraining
                .byHand()
                .open(Actor.OWNER, "daily", new RunsByHand.Wanted(Map.of("days", "9"), "2026-03-01", false))
                .runs()
                .get(0);
        assertThat(end(run)).isEqualTo(RunState.FAILED);
        String first = provider.submitted.get(0).program().toString();
        installation
                .packages
                .index()
                .storeOwn(
                        new PackageKey(PackageKind.JAR, "jobs", "2"),
                        Files.write(folder.resolve("new.jar"), Wheels.zip(Map.of("Main.class", "other bytes"))));
        String hash = apply(text.replace("FailOnce", "Good")).hash();

        RunsAgain again = new RunsAgain(retraining.runs().again(Actor.OWNER, run));
        retraining.runs().retry(Actor.OWNER, run, Set.of());

        assertThat(end(run)).isEqualTo(RunState.SUCCEEDED);
        assertThat(end(again.run())).isEqualTo(RunState.SUCCEEDED);
        assertThat(provider.submitted.stream()
                        .filter(job -> job.name().startsWith(run.shortForm()))
                        .map(job -> job.program().toString()))
                .as("the same class of the same bytes")
                .containsExactly(first, first);
        assertThat(provider.submitted.stream()
                        .filter(job -> job.name().startsWith(again.run().shortForm())))
                .singleElement()
                .satisfies(job -> {
                    assertThat(job.arguments()).containsExactly("9");
                    assertThat(job.program().toString()).isNotEqualTo(first);
                });
        assertThat(again.changes()).hasSize(2);
        assertThat(again.changes().get(0)).startsWith("text: ").endsWith(hash.substring(0, 12));
        assertThat(again.changes().get(1)).startsWith("jar jobs: ");
        assertThat(details(again.run()).pipelineRun().interval()).isEqualTo(interval(run));
        assertThatThrownBy(() -> retraining.runs().again(Actor.OWNER, run))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(
                        "was done again before, by run " + again.run().shortForm());
    }

    private record RunsAgain(RunId run, List<String> changes) {
        RunsAgain(PipelineRuns.Again again) {
            this(again.run(), again.changes());
        }
    }

    @Test
    void aRunThatDoesAnotherOnesWorkAgainHasItsSlice() throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("in")).resolve("a.csv"), "");
        String text = pipeline("slices", "Fail", "20 GB")
                .replace("tasks:", "input: {files: \"${data}/in/*.csv\", min_age: 0 s}\ntasks:");
        apply(text);
        RunId run = run("slices");
        assertThat(end(run)).isEqualTo(RunState.FAILED);
        apply(text.replace("Fail", "Good"));

        RunId again = retraining.runs().again(Actor.OWNER, run).run();

        assertThat(end(again)).isEqualTo(RunState.SUCCEEDED);
        assertThat(details(again).pipelineRun().slice().orElseThrow().number()).isEqualTo(1);
        assertThat(states("slices")).containsExactly(Slice.State.DONE);
        assertThatThrownBy(() -> retraining.runs().retry(Actor.OWNER, run, Set.of()))
                .hasMessageContaining("by another run");
    }

    @Test
    void queuedRunsKeepTheirTextUnlessTheyAreMoved() {
        String text = pipeline("queue", "Stay", "20 GB").replace("tasks:", "parameters: {days: 7}\ntasks:");
        apply(text);
        RunId active = run("queue");
        Awaitility.await().until(() -> provider.submitted.size() == 1);
        RunId queued = run("queue");

        Retraining.Applied kept = apply(text.replace("Stay", "Good"));
        assertThat(kept.kept()).isEqualTo(Map.of(queued, "it was opened with that text"));
        assertThat(kept.moved()).isEmpty();

        Retraining.Applied moved =
                retraining.apply(Actor.OWNER, PipelineText.alone("p.yaml", text.replace("Stay", "Good")), true);
        assertThat(moved.change()).isEqualTo(Retraining.Applied.Change.UNCHANGED);
        assertThat(moved.moved()).containsExactly(queued);
        assertThat(details(queued).pipelineRun().hash()).isEqualTo(moved.hash());
        assertThat(details(active).pipelineRun().hash()).isNotEqualTo(moved.hash());

        retraining.runs().cancel(Actor.OWNER, active, "make way");
        assertThat(end(queued)).isEqualTo(RunState.SUCCEEDED);
    }

    @Test
    void aQueuedRunWhoseParameterIsGoneKeepsItsText() {
        String text = pipeline("queue", "Stay", "20 GB").replace("tasks:", "parameters: {days: 7}\ntasks:");
        apply(text);
        RunId active = run("queue");
        Awaitility.await().until(() -> provider.submitted.size() == 1);
        RunId queued = retraining
                .byHand()
                .open(Actor.OWNER, "queue", new RunsByHand.Wanted(Map.of("days", "9"), null, false))
                .runs()
                .get(0);

        Retraining.Applied applied =
                retraining.apply(Actor.OWNER, PipelineText.alone("p.yaml", text.replace("days", "weeks")), true);

        assertThat(applied.moved()).isEmpty();
        assertThat(applied.kept().get(queued)).startsWith("parameter 'days' (expected: one of [weeks])");
        retraining.runs().cancel(Actor.OWNER, queued, "enough");
        retraining.runs().cancel(Actor.OWNER, active, "enough");
        end(active);
    }

    @Test
    void aPauseHoldsQueuedRunsButNotThoseOpenedByHandLater() {
        apply(pipeline("queue", "Stay", "20 GB").replace("tasks:", "max_active_runs: 1\ntasks:"));
        RunId active = run("queue");
        Awaitility.await().until(() -> provider.submitted.size() == 1);
        RunId held = run("queue");
        retraining.pause(Actor.OWNER, "queue", false);
        RunId later = run("queue");

        retraining.runs().cancel(Actor.OWNER, active, "make way");

        Awaitility.await().until(() -> details(later).run().state() == RunState.RUNNING);
        Run waiting = details(held).run();
        assertThat(waiting.state()).isEqualTo(RunState.QUEUED);
        assertThat(waiting.status().held()).isTrue();
        retraining.runs().cancel(Actor.OWNER, later, "make way");
        end(later);
        retraining.resume(Actor.OWNER, "queue");
        Awaitility.await().until(() -> details(held).run().state() == RunState.RUNNING);
        retraining.runs().cancel(Actor.OWNER, held, "enough");
        end(held);
    }

    @Test
    void aPauseThatKeepsTheQueueLetsItGo() {
        apply(pipeline("queue", "Stay", "20 GB"));
        RunId active = run("queue");
        RunId queued = run("queue");
        retraining.pause(Actor.OWNER, "queue", true);

        retraining.runs().cancel(Actor.OWNER, active, "make way");

        Awaitility.await().until(() -> details(queued).run().state() == RunState.RUNNING);
        retraining.runs().cancel(Actor.OWNER, queued, "enough");
        end(queued);
    }

    @Test
    void aTextThatCanNotBeReadAnyMoreHidesNoOther() {
        apply(pipeline("good", "Good", "20 GB"));
        installation.database.useTransaction(tx -> tx.execute(
                "insert into pipeline_version (hash, name, file, yaml, created_at) values (?, 'old', 'old.yaml', ?, now())",
                "0".repeat(64),
                pipeline("old", "Good", "20 GB").replace("provider: fake", "provider: gone")));
        installation.database.useTransaction(tx -> tx.execute(
                "insert into pipeline (name, hash, created_at, applied_at) values ('old', ?, now(), now())",
                "0".repeat(64)));

        Retraining.Pipelines pipelines = retraining.pipelines(Scope.EVERYTHING);

        assertThat(pipelines.readable()).extracting(StoredPipeline::name).containsExactly("good");
        assertThat(pipelines.unreadable()).singleElement().satisfies(old -> {
            assertThat(old.name()).isEqualTo("old");
            assertThat(old.reason()).contains("old.yaml:3:13: provider 'gone' (expected: one of [fake])");
        });
        assertThatThrownBy(() -> run("old")).hasMessageContaining("provider 'gone'");
        assertThat(apply(pipeline("old", "Good", "20 GB")).change()).isEqualTo(Retraining.Applied.Change.CHANGED);
        assertThat(end(run("old"))).isEqualTo(RunState.SUCCEEDED);
    }
}
