package dev.mayfly.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.access.Actor;
import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.RegistryEvents;
import dev.mayfly.tracking.Batch;
import dev.mayfly.tracking.Deleted;
import dev.mayfly.tracking.ExperimentId;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.NewRun;
import dev.mayfly.tracking.Purge;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRun;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    Path folder;

    private Database database;
    private Tracking tracking;
    private ModelRegistry registry;
    private FolderArtifacts artifacts;

    @BeforeEach
    void open() {
        database = TestPostgres.database("server");
        Clock clock = Clock.fixed(NOW, java.time.ZoneOffset.UTC);
        tracking = new Tracking(database, clock);
        artifacts = new FolderArtifacts(folder);
        registry = new ModelRegistry(database, artifacts, clock, RegistryEvents.NO_LISTENER);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Retention.Purged purge(Duration later, Duration age, boolean rehearsal) {
        Clock clock = Clock.fixed(NOW.plus(later), java.time.ZoneOffset.UTC);
        return new Retention(new Purge(database), registry, artifacts, clock).purge(Actor.OWNER, age, rehearsal);
    }

    private TrackingRun runWithFile(ExperimentId experiment) {
        TrackingRun run = tracking.createRun(Actor.OWNER, new NewRun(experiment, "a", "ann", NOW, Map.of()));
        tracking.log(Actor.OWNER, run.id(), Batch.of(new Metric("auc", 0.5, NOW, 0)));
        artifacts.store(model(run).child("MLmodel"), new ByteArrayInputStream(new byte[] {1}));
        return run;
    }

    private static ArtifactPath model(TrackingRun run) {
        return ArtifactPath.ofLocation(run.info().artifactUri()).orElseThrow().child("model");
    }

    @Test
    void whatWasDeletedLongEnoughAgoGoesWithItsFiles() {
        ExperimentId experiment = tracking.experiments().create(Actor.OWNER, "fraud", "", Map.of());
        TrackingRun deleted = runWithFile(experiment);
        TrackingRun left = runWithFile(experiment);
        tracking.deleteRun(Actor.OWNER, deleted.id());

        assertThat(purge(Duration.ofDays(29), Duration.ofDays(30), false)).isEqualTo(new Retention.Purged(0, 0, 0, 0));
        assertThat(purge(Duration.ofDays(31), Duration.ofDays(30), true)).isEqualTo(new Retention.Purged(0, 1, 0, 0));
        assertThat(tracking.findRun(deleted.id())).isPresent();
        assertThat(purge(Duration.ofDays(31), Duration.ofDays(30), false)).isEqualTo(new Retention.Purged(0, 1, 0, 0));

        assertThat(tracking.findRun(deleted.id())).isEmpty();
        assertThat(tracking.history(deleted.id(), "auc", 10, null)).isEmpty();
        assertThat(artifacts.find(model(deleted))).isEmpty();
        assertThat(tracking.findRun(left.id())).isPresent();
        assertThat(artifacts.find(model(left))).isPresent();
    }

    @Test
    void theNameOfAPurgedExperimentIsFree() {
        ExperimentId experiment = tracking.experiments().create(Actor.OWNER, "fraud", "", Map.of());
        runWithFile(experiment);
        tracking.experiments().delete(Actor.OWNER, experiment);
        assertThatThrownBy(() -> tracking.experiments().create(Actor.OWNER, "fraud", "", Map.of()))
                .isInstanceOf(Refused.class);

        assertThat(purge(Duration.ofSeconds(1), Duration.ZERO, true)).isEqualTo(new Retention.Purged(1, 1, 0, 0));
        assertThat(purge(Duration.ofSeconds(1), Duration.ZERO, false)).isEqualTo(new Retention.Purged(1, 1, 0, 0));

        assertThat(tracking.experiments().create(Actor.OWNER, "fraud", "", Map.of()))
                .isNotEqualTo(experiment);
    }

    @Test
    void whatAVersionNeedsStays() {
        ExperimentId experiment = tracking.experiments().create(Actor.OWNER, "fraud", "", Map.of());
        TrackingRun run = runWithFile(experiment);
        registry.create(Actor.OWNER, "fraud", "", Map.of());
        ModelVersion version = registry.addVersion(
                Actor.OWNER,
                "fraud",
                ModelVersion.Origin.of(
                        run.info().artifactUri() + "/model", run.id().value()),
                "",
                Map.of());
        tracking.experiments().delete(Actor.OWNER, experiment);

        assertThat(purge(Duration.ofDays(1), Duration.ZERO, false)).isEqualTo(new Retention.Purged(0, 0, 0, 2));
        assertThat(artifacts.list(model(run))).hasSize(1);

        registry.delete(Actor.OWNER, version.key());
        assertThat(purge(Duration.ofDays(1), Duration.ZERO, false)).isEqualTo(new Retention.Purged(1, 1, 0, 0));
    }

    @Test
    void whatWasRestoredStays() {
        ExperimentId experiment = tracking.experiments().create(Actor.OWNER, "fraud", "", Map.of());
        TrackingRun run = runWithFile(experiment);
        tracking.deleteRun(Actor.OWNER, run.id());
        tracking.restoreRun(Actor.OWNER, run.id());

        assertThat(purge(Duration.ofDays(99), Duration.ZERO, false)).isEqualTo(new Retention.Purged(0, 0, 0, 0));
        assertThat(List.of(tracking.run(run.id()).metrics().get(0).key())).containsExactly("auc");
    }

    @Test
    void aRestoreInTheMiddleOfAPurgeWaitsAndFindsNothing() {
        ExperimentId experiment = tracking.experiments().create(Actor.OWNER, "fraud", "", Map.of());
        TrackingRun run = runWithFile(experiment);
        tracking.deleteRun(Actor.OWNER, run.id());
        Instant later = NOW.plusSeconds(1);
        Purge purge = new Purge(database);
        Deleted deleted = purge.deleted(Deleted.Kind.RUN, later, "", 10).get(0);
        List<CompletableFuture<Void>> restores = new ArrayList<>();

        boolean purged = purge.purge(Actor.OWNER, deleted, later, () -> {
            restores.add(CompletableFuture.runAsync(() -> tracking.restoreRun(Actor.OWNER, run.id())));
            assertThatThrownBy(() -> restores.get(0).get(200, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
        });

        assertThat(purged).isTrue();
        assertThatThrownBy(() -> restores.get(0).get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(Refused.class);
        assertThat(tracking.findRun(run.id())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "d", "-1d", "30 d", "1.5d", "9999999d"})
    void anAgeThatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> Age.parse(text)).hasMessageContaining("(expected: a number and d, h, m or s");
    }
}
