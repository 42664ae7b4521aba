package dev.mayfly.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.access.Actor;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.problem.Refused;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultExperimentTest {

    private Database database;
    private Tracking tracking;

    @BeforeEach
    void open() {
        database = TestPostgres.database("server");
        tracking = new Tracking(database, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Experiment experiment0() {
        return tracking.experiments().byId(ExperimentId.DEFAULT);
    }

    @Test
    void aNewServerHasIt() {
        assertThat(experiment0().name()).isEqualTo("Default");
        assertThat(experiment0().artifactLocation()).isEqualTo("mlflow-artifacts:/0");
        assertThat(tracking.experiments().create(Actor.OWNER, "next", "", Map.of()))
                .isNotEqualTo(ExperimentId.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"fraud;churn, Default", "fraud;Default, Default (1)", "Default (1);Default;Default (3), Default (2)"})
    void anUpgradedServerHasItUnderAFreeName(String names, String expected) {
        try (Database old = TestPostgres.database("server", 4)) {
            for (String name : names.split(";", -1)) {
                old.useTransaction(tx -> tx.execute(
                        "insert into experiment (name, artifact_location, lifecycle_stage, creation_time, last_update_time)"
                                + " values (?, '', 'ACTIVE', 1, 1)",
                        name));
            }

            old.migrate("server");

            Tracking upgraded = new Tracking(old, Clock.systemUTC());
            assertThat(upgraded.experiments().byId(ExperimentId.DEFAULT).name()).isEqualTo(expected);
            assertThat(List.of(names.split(";", -1)))
                    .allSatisfy(name -> assertThat(upgraded.experiments()
                                    .byName(name)
                                    .orElseThrow()
                                    .id())
                            .isNotEqualTo(ExperimentId.DEFAULT));
        }
    }

    @Test
    void whoDeletesItCanRestoreItForEver() {
        tracking.experiments().delete(Actor.OWNER, ExperimentId.DEFAULT);
        NewRun run = new NewRun(ExperimentId.DEFAULT, null, "ann", Instant.EPOCH, Map.of());
        assertThatThrownBy(() -> tracking.createRun(Actor.OWNER, run))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("Current state is deleted; restore it, or name another one");

        Purge purge = new Purge(database);
        Instant later = Instant.now().plus(Duration.ofDays(1));
        assertThat(purge.deleted(Deleted.Kind.EXPERIMENT, later, "", 10)).isEmpty();
        assertThat(purge.purge(
                        Actor.OWNER,
                        new Deleted(Deleted.Kind.EXPERIMENT, "0", experiment0().artifactLocation()),
                        later,
                        () -> {}))
                .isFalse();

        database.migrate("server");
        assertThat(experiment0().stage())
                .as("a start does not undo what somebody did")
                .isEqualTo(LifecycleStage.DELETED);
        tracking.experiments().restore(Actor.OWNER, ExperimentId.DEFAULT);
        assertThat(tracking.createRun(Actor.OWNER, run).info().experiment()).isEqualTo(ExperimentId.DEFAULT);
    }
}
