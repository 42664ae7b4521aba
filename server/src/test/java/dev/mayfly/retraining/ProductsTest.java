package dev.mayfly.retraining;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Grant;
import dev.mayfly.cluster.ClusterProvider.JobSpec;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.RunState;
import dev.mayfly.lineage.Lineage;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.tracking.Batch;
import dev.mayfly.tracking.ExperimentId;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.NewRun;
import dev.mayfly.tracking.RunStatus;
import dev.mayfly.tracking.TrackingRunId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A green task has made what it says. */
class ProductsTest extends OnInstallation {

    private Path out = Path.of("");

    private String producing(String name, String produces) {
        out = folder.resolve("out-" + name);
        return pipeline(name, "Good", "20 GB")
                .replace("arguments: []", "arguments: [], produces: " + produces.replace("OUT", out.toString()));
    }

    private String end(String name) {
        RunId run = run(name);
        RunState state = end(run);
        String reason = details(run).run().status().reason();
        return state == RunState.SUCCEEDED ? "good" : String.valueOf(reason);
    }

    private static TrackingRunId trackingRun(JobSpec job) {
        return new TrackingRunId(job.environment().getOrDefault("MLFLOW_RUN_ID", ""));
    }

    private void log(TrackingRunId run, String metric, double value) {
        tracking.log(
                Actor.SYSTEM,
                run,
                new Batch(List.of(new Metric(metric, value, Instant.now(), 0)), List.of(), List.of()));
    }

    private void write(String path, String text) {
        try {
            Files.createDirectories(out.resolve(path).getParent());
            Files.writeString(out.resolve(path), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void filesAreThereHaveBytesAndAreNoOldOnes() throws IOException {
        apply(producing("files", "{files: [OUT/scores]}"));
        assertThat(end("files")).contains("did not make what it produces: there is no " + out + "/scores");
        provider.work = job -> write("scores/_SUCCESS", "x");
        assertThat(end("files")).contains("holds no file with bytes that is newer than the attempt");
        provider.work = job -> write("scores/part-0.parquet", "");
        assertThat(end("files")).contains("holds no file");
        write("scores/part-0.parquet", "of another attempt");
        Files.setLastModifiedTime(
                out.resolve("scores/part-0.parquet"),
                FileTime.from(Instant.now().minusSeconds(60)));
        provider.work = job -> {};
        assertThat(end("files")).contains("holds no file");
        provider.work = job -> write("scores/day=1/part-0.parquet", "bytes");
        assertThat(end("files")).isEqualTo("good");
    }

    @Test
    void whatCanNotBeLookedForIsMissing() {
        apply(producing("relative", "{files: [out]}"));
        assertThat(end("relative")).endsWith("out is no absolute path");
        apply(producing("nul", "{files: [\"/\\0\"]}"));
        assertThat(end("nul")).contains("did not make what it produces");
    }

    @Test
    void metricsAreNumbers() {
        apply(producing("metrics", "{metrics: [auc, loss]}"));
        provider.work = job -> log(trackingRun(job), "auc", 0.9);
        assertThat(end("metrics")).endsWith("no number was logged as metric 'loss'");
        provider.work = job -> {
            log(trackingRun(job), "auc", Double.NaN);
            log(trackingRun(job), "loss", 1);
        };
        assertThat(end("metrics")).endsWith("no number was logged as metric 'auc'");
        provider.work = job -> {
            log(trackingRun(job), "auc", 0.9);
            log(trackingRun(job), "loss", 1);
        };
        assertThat(end("metrics")).isEqualTo("good");
    }

    @Test
    void aModelIsOfThisAttemptAndWhole() {
        apply(producing("model", "{model: m}"));
        assertThat(end("model")).contains("no version of model 'm' was registered by its runs");
        installation.registry.create(Actor.SYSTEM, "m", "", Map.of());
        provider.work = job -> {
            String run = trackingRun(job).value();
            installation.registry.addVersion(
                    Actor.SYSTEM,
                    "m",
                    ModelVersion.Origin.of("mlflow-artifacts:/1/" + run + "/artifacts/model", run),
                    "",
                    Map.of());
        };
        assertThat(end("model")).contains("did not make what it produces", "m version 1 is incomplete");
    }

    @Test
    void whatAJobMakesItselfIsLinkedToItsAttemptAndStaysNotOpen() {
        apply(producing("own", "{metrics: [auc]}"));
        provider.work = job -> {
            Map<String, String> of = job.environment();
            Actor actor = new Actor(
                    new Actor.Job("own", of.get("MAYFLY_RUN_ID") + "/" + of.get("MAYFLY_TASK") + "/1").account(),
                    List.of(Grant.EVERYTHING),
                    Actor.Via.ITSELF);
            ExperimentId experiment = tracking.experiments().ensure(actor, "a team's");
            TrackingRunId made = tracking.createRun(
                            actor,
                            new NewRun(experiment, "theirs", "ann", Instant.now(), Map.of("mayfly.job", "forged")))
                    .info()
                    .id();
            log(made, "auc", 0.7);
        };
        RunId run = run("own");
        assertThat(end(run)).isEqualTo(RunState.SUCCEEDED);
        Lineage.Result result = new Lineage(retraining, tracking, installation.registry)
                .run(run.toString())
                .results()
                .values()
                .iterator()
                .next();
        assertThat(result.metrics()).containsEntry("auc", 0.7);
        assertThat(result.own()).singleElement().satisfies(id -> {
            assertThat(tracking.run(id).info().status()).isEqualTo(RunStatus.FINISHED);
            assertThat(tracking.run(id).tags())
                    .containsEntry("mayfly.pipeline", "own")
                    .doesNotContainValue("forged");
        });
    }
}
