package dev.mayfly.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepeatsTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private Database database;
    private Tracking tracking;
    private ExperimentId experiment;

    @BeforeEach
    void open() {
        database = TestPostgres.database();
        database.migrate("server");
        tracking = new Tracking(database, Clock.systemUTC());
        experiment = tracking.createExperiment("fraud", "", Map.of());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Repeats server(Duration later) {
        return new Repeats(database, Clock.fixed(NOW.plus(later), ZoneOffset.UTC));
    }

    private TrackingRunId create(Once once) {
        return tracking.createRun(new NewRun(experiment, "a", "ann", NOW, Map.of()), once)
                .id();
    }

    @Test
    void aRepeatAfterAFailedAnswerMakesNothingNew() {
        Repeats server = server(Duration.ZERO);
        Repeats.Request first = server.request("content", false);
        TrackingRunId run = create(first);
        first.answered(false);

        assertThat(create(server.request("content", false))).isEqualTo(run);
    }

    @Test
    void aRepeatAfterTheServerDiedMakesNothingNew() {
        TrackingRunId run = create(server(Duration.ZERO).request("content", false));

        assertThat(create(server(Duration.ofMinutes(14)).request("content", false)))
                .isEqualTo(run);
        assertThat(create(server(Duration.ofMinutes(16)).request("content", false)))
                .isNotEqualTo(run);
    }

    @Test
    void theSameAgainAfterAnAnswerThatArrivedIsAnotherRun() {
        Repeats server = server(Duration.ZERO);
        Repeats.Request first = server.request("content", false);
        TrackingRunId run = create(first);
        first.answered(true);
        TrackingRunId second = create(server.request("content", false));
        assertThat(second).isNotEqualTo(run);

        server.forget();
        assertThat(create(server(Duration.ZERO).request("content", false))).isNotIn(run, second);
    }

    @Test
    void theSameFromTwoClientsAtOnceIsTwoRuns() {
        Repeats server = server(Duration.ZERO);

        assertThat(create(server.request("content", false))).isNotEqualTo(create(server.request("content", false)));
    }

    @Test
    void aKeyCountsForADay() {
        Repeats server = server(Duration.ZERO);
        Repeats.Request first = server.request("key", true);
        TrackingRunId run = create(first);
        first.answered(true);
        server.forget();

        assertThat(create(server(Duration.ofHours(23)).request("key", true))).isEqualTo(run);
        assertThat(create(server(Duration.ofHours(23)).request("another", true)))
                .isNotEqualTo(run);
        assertThat(create(server(Duration.ofHours(25)).request("key", true))).isNotEqualTo(run);
    }
}
