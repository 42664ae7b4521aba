package dev.mayfly.retraining;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.capacity.Capacity;
import dev.mayfly.capacity.DataSize;
import dev.mayfly.capacity.Resources;
import dev.mayfly.capacity.Unit;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.RunState;
import dev.mayfly.pipeline.PipelineText;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.slice.Slice;
import dev.mayfly.slice.Slices;
import dev.mayfly.testing.FakeClusters;
import dev.mayfly.testing.Installation;
import dev.mayfly.tracking.Tracking;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines on real PostgreSQL, with clusters and jobs made up. */
abstract class OnInstallation {

    @TempDir
    Path folder;

    final FakeClusters provider = new FakeClusters();
    Installation installation;
    Clusters clusters;
    Tracking tracking;
    Slices slices;
    Retraining retraining;

    @BeforeEach
    void start() throws IOException {
        Resources limit = Resources.of(Unit.SSD, DataSize.parse("200 GB").bytes());
        installation = new Installation(
                TestPostgres.database("engine", "server"), provider, new Capacity(Map.of("fake", limit)), folder, 4);
        clusters = installation.clusters;
        tracking = installation.tracking;
        slices = installation.slices;
        retraining = installation.retraining;
    }

    @AfterEach
    void stop() {
        installation.close();
    }

    RunId onlyRun(String pipeline) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> retraining.runs().newest(Scope.EVERYTHING, pipeline, 10), runs -> runs.size() == 1)
                .get(0)
                .id();
    }

    List<Slice.State> states(String pipeline) {
        return slices.of(pipeline).stream().map(Slice::state).toList();
    }

    Retraining.Applied apply(String yaml) {
        return retraining.apply(Actor.OWNER, PipelineText.alone("test.yaml", yaml), false);
    }

    RunId run(String pipeline) {
        return retraining
                .byHand()
                .open(Actor.OWNER, pipeline, new RunsByHand.Wanted(Map.of(), null, false))
                .runs()
                .get(0);
    }

    RunsByHand.Backfilled backfill(String pipeline, String from, String to) {
        return backfill(pipeline, from, to, RunsByHand.Redo.NONE);
    }

    RunsByHand.Backfilled backfill(String pipeline, String from, String to, RunsByHand.Redo again) {
        return retraining.byHand().backfill(Actor.OWNER, pipeline, new RunsByHand.Span(from, to, again, Map.of()));
    }

    PipelineRuns.Details details(RunId run) {
        return retraining.runs().details(run.toString());
    }

    RunState end(RunId run) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> details(run).run().state(), RunState::isTerminal);
    }

    static String pipeline(String name, String mainClass, String ssd) {
        return """
                name: %s
                cluster:
                  provider: fake
                  workers: {memory: 1 GB, disk: %s, disk_type: ssd}
                tasks:
                  task:
                    spark: {package: jobs, main_class: %s, arguments: []}
                """.formatted(name, ssd, mainClass);
    }
}
