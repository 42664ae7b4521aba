package dev.mayfly.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.problem.Refused;
import dev.mayfly.search.Page;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrackingTest {

    private static final Instant START = Instant.ofEpochMilli(1_000_000);

    private Database database;
    private Tracking tracking;
    private ExperimentId experiment;

    @BeforeEach
    void open() {
        database = TestPostgres.database("server");
        tracking = new Tracking(database, Clock.systemUTC());
        experiment = tracking.experiments().create(Actor.OWNER, "fraud", "", Map.of());
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** Ten runs: auc 0.0 to 0.7, NaN for the ninth, none for the tenth; depth by halves; team a, b, a, b. */
    private List<TrackingRunId> tenRuns() {
        List<TrackingRunId> runs = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
            TrackingRunId run = tracking.createRun(
                            Actor.OWNER, new NewRun(experiment, "run-" + n, "ann", START.plusSeconds(n), Map.of()))
                    .id();
            if (n < 9) {
                tracking.log(Actor.OWNER, run, Batch.of(new Metric("auc", n == 8 ? Double.NaN : n / 10.0, START, 0)));
            }
            tracking.log(Actor.OWNER, run, Batch.ofParam("depth", n < 5 ? "3" : "5"));
            if (n % 3 > 0) {
                tracking.log(Actor.OWNER, run, Batch.ofTag("team", n % 2 == 0 ? "a" : "b"));
            }
            runs.add(run);
        }
        return runs;
    }

    private Page<TrackingRun> search(String filter, List<String> orderBy, int limit, String token) {
        return tracking.search(
                Scope.EVERYTHING,
                new RunQuery(List.of(experiment), filter, RunQuery.ViewType.ACTIVE_ONLY, orderBy, limit, token));
    }

    private List<String> names(String filter, String... orderBy) {
        return search(filter, List.of(orderBy), 100, "").items().stream()
                .map(run -> run.info().naming().name().replace("run-", ""))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            metrics.auc > 0.5                                      | 7 6
            metrics.auc != 0.5                                     | 8 7 6 4 3 2 1 0
            NOT metrics.auc <= 0.5                                 | 9 8 7 6
            metrics.auc >= 0.6 OR params.depth = '3' AND tags.team = 'a' | 7 6 4 2
            (metrics.auc >= 0.6 OR params.depth = '3') AND tags.team = 'a' | 4 2
            tags.team IS NULL                                      | 9 6 3 0
            tags.team IS NOT NULL AND params.depth != '3'          | 8 7 5
            params.depth IN ('5', '7') and start_time < 1006000    | 5
            run_name LIKE 'RUN-1'                                  | ''
            run_name ILIKE 'RUN-1'                                 | 1
            end_time IS NULL and run_name = 'run-2'                | 2
            """)
    void filtersFindWhatTheySay(String filter, String expected) {
        tenRuns();
        List<String> wanted = expected.strip().equals("''")
                ? List.of()
                : List.of(expected.strip().split(" ", -1));
        assertThat(names(filter.strip())).isEqualTo(wanted);
    }

    @Test
    void missingValuesComeLastAndNaNJustBeforeThemBothWays() {
        tenRuns();
        assertThat(names("", "metrics.auc ASC")).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(names("", "metrics.auc DESC")).containsExactly("7", "6", "5", "4", "3", "2", "1", "0", "8", "9");
        assertThat(names("", "tags.team ASC", "start_time ASC"))
                .containsExactly("2", "4", "8", "1", "5", "7", "0", "3", "6", "9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "metrics.auc DESC", "tags.team ASC", "params.depth DESC", "end_time ASC", "run_name DESC"})
    void pagesHoldEveryRunOnceAlsoWhenRunsAreAddedMeanwhile(String order) {
        List<TrackingRunId> runs = tenRuns();
        List<String> orderBy = order.isEmpty() ? List.of() : List.of(order);
        List<TrackingRunId> seen = new ArrayList<>();
        String token = "";
        do {
            Page<TrackingRun> page = search("", orderBy, 3, token);
            page.items().forEach(run -> seen.add(run.id()));
            token = page.next().orElse("");
            tracking.createRun(
                    Actor.OWNER, new NewRun(experiment, "zz-added", "ann", START.plusSeconds(1_000), Map.of()));
        } while (!token.isEmpty() && seen.size() < 100);

        assertThat(seen).doesNotHaveDuplicates().containsAll(runs);
    }

    @Test
    void aTokenOfAnotherSearchIsRefused() {
        tenRuns();
        String token = search("metrics.auc > 0", List.of(), 2, "").next().orElseThrow();
        assertThatThrownBy(() -> search("metrics.auc > 0.1", List.of(), 2, token))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("Invalid page token");
        assertThatThrownBy(() -> search("", List.of(), 2, "%%%")).hasMessageContaining("Invalid page token");
    }

    @Test
    void aBatchIsLoggedWholeOrNotAtAll() {
        TrackingRunId run = tenRuns().get(0);
        Batch changesAParameter = new Batch(
                List.of(new Metric("new", 1, START, 0)),
                List.of(new Batch.Entry("fresh", "1"), new Batch.Entry("depth", "99")),
                List.of(new Batch.Entry("fresh", "1")));

        assertThatThrownBy(() -> tracking.log(Actor.OWNER, run, changesAParameter))
                .hasMessageContaining("Changing param values");

        TrackingRun after = tracking.run(run);
        assertThat(after.params()).isEqualTo(Map.of("depth", "3"));
        assertThat(after.tags()).doesNotContainKey("fresh");
        assertThat(after.metrics()).extracting(Metric::key).containsExactly("auc");
    }

    @Test
    void theLatestPointIsTheOneOfTheGreatestStepThenTimeThenValue() {
        TrackingRunId run = tenRuns().get(9);
        List<Metric> points = new ArrayList<>();
        for (int step = -1; step < 3; step++) {
            for (int time = 0; time < 3; time++) {
                points.add(new Metric("m", step * 10 + time, START.plusMillis(time), step));
                points.add(new Metric("m", step * 10 - time, START.plusMillis(time), step));
            }
        }
        long seed = new Random().nextLong();
        Collections.shuffle(points, new Random(seed));
        points.forEach(point -> tracking.log(Actor.OWNER, run, Batch.of(point)));

        assertThat(tracking.run(run).metrics())
                .as("seed %s", seed)
                .containsExactly(new Metric("m", 22, START.plusMillis(2), 2));
        assertThat(tracking.history(run, "m", 1_000, null)).hasSize(20);
    }

    @Test
    void twentyWritersOfLargeBatchesOnOneRunDoNotLockEachOther() {
        TrackingRunId run = tenRuns().get(0);
        ExecutorService writers = Executors.newFixedThreadPool(20);
        try {
            List<CompletableFuture<Void>> all = IntStream.range(0, 20)
                    .mapToObj(writer -> CompletableFuture.runAsync(
                            () -> {
                                List<Metric> metrics = new ArrayList<>(IntStream.range(0, 500)
                                        .mapToObj(key -> new Metric("k" + key, writer, START, writer))
                                        .toList());
                                Collections.shuffle(metrics, new Random(writer));
                                tracking.log(Actor.OWNER, run, new Batch(metrics, List.of(), List.of()));
                            },
                            writers))
                    .toList();
            all.forEach(CompletableFuture::join);
        } finally {
            writers.shutdown();
        }
        assertThat(tracking.run(run).metrics())
                .filteredOn(metric -> metric.key().startsWith("k"))
                .hasSize(500)
                .allMatch(metric -> metric.step() == 19);
    }

    @Test
    void aRunThatIsEndedTakesWhatStandsBelowItAlong() {
        TrackingRunId parent = run("training", Map.of());
        TrackingRunId trial = run("trial", Map.of("mlflow.parentRunId", parent.value()));
        TrackingRunId fold = run("fold", Map.of("mlflow.parentRunId", trial.value()));
        TrackingRunId done = run("done", Map.of("mlflow.parentRunId", parent.value()));
        tracking.updateRun(Actor.OWNER, done, RunStatus.FINISHED, START, null);
        TrackingRunId other = run("other", Map.of());

        assertThat(tracking.endIfRunning(Actor.OWNER, parent, RunStatus.KILLED)).isTrue();

        assertThat(List.of(parent, trial, fold))
                .allSatisfy(run -> assertThat(tracking.run(run).info().status()).isEqualTo(RunStatus.KILLED));
        assertThat(tracking.run(done).info().status()).isEqualTo(RunStatus.FINISHED);
        assertThat(tracking.run(other).info().status()).isEqualTo(RunStatus.RUNNING);
    }

    private TrackingRunId run(String name, Map<String, String> tags) {
        return tracking.createRun(Actor.OWNER, new NewRun(experiment, name, "ann", START, tags))
                .id();
    }

    @Test
    void notANumberAndInfinitiesAreKeptExactly() {
        TrackingRunId run = tenRuns().get(9);
        for (double value : new double[] {
            Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, 0.1 + 0.2
        }) {
            tracking.log(Actor.OWNER, run, Batch.of(new Metric("v" + value, value, START, 0)));
            assertThat(tracking.run(run).metrics()).contains(new Metric("v" + value, value, START, 0));
        }
    }

    @Test
    void amongPointsOfOneMomentNaNCountsAs0AsInMlflow() {
        TrackingRunId run = tenRuns().get(9);
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1, Double.NaN}) {
            tracking.log(Actor.OWNER, run, Batch.of(new Metric("m", value, START, 0)));
        }
        assertThat(tracking.run(run).metrics()).containsExactly(new Metric("m", Double.POSITIVE_INFINITY, START, 0));
    }

    @Test
    void aDeletedExperimentTakesItsRunsAlongAndBringsThemBack() {
        TrackingRunId run = tenRuns().get(0);
        tracking.experiments().delete(Actor.OWNER, experiment);
        assertThat(tracking.run(run).info().stage()).isEqualTo(LifecycleStage.DELETED);
        assertThatThrownBy(() -> tracking.log(Actor.OWNER, run, Batch.ofTag("a", "b")))
                .hasMessageContaining("'active' state");
        tracking.experiments().restore(Actor.OWNER, experiment);
        tracking.log(Actor.OWNER, run, Batch.ofTag("a", "b"));
        assertThat(tracking.run(run).tags()).containsEntry("a", "b");
    }

    @Test
    void samplesKeepTheFirstAndLastPointOfEachRun() {
        TrackingRunId run = tenRuns().get(0);
        for (int from = 0; from < 3_000; from += 1_000) {
            int first = from;
            tracking.log(
                    Actor.OWNER,
                    run,
                    new Batch(
                            IntStream.range(first, first + 1_000)
                                    .mapToObj(step -> new Metric("loss", step, START.plusMillis(step), step))
                                    .toList(),
                            List.of(),
                            List.of()));
        }

        List<Metric> sampled =
                tracking.sampled(List.of(run.value()), "loss", null, null, 100).getOrDefault(run, List.of());

        assertThat(sampled).hasSizeBetween(100, 102);
        assertThat(sampled.get(0).step()).isZero();
        assertThat(sampled.get(sampled.size() - 1).step()).isEqualTo(2_999);
    }
}
