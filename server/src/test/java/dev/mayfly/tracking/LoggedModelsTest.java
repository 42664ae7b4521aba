package dev.mayfly.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.idempotency.IdempotentCreate;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoggedModelsTest {

    private static final LoggedModels.Data MAY = new LoggedModels.Data("it's <may> :x", "1");
    private static final LoggedModels.Data JUNE = new LoggedModels.Data("june", "2");

    private Database database;
    private LoggedModels models;
    private ExperimentId experiment;
    private TrackingRunId run;
    private Tracking tracking;

    @BeforeEach
    void open() {
        database = TestPostgres.database("server");
        tracking = new Tracking(database, Clock.systemUTC());
        models = new LoggedModels(database, tracking, Clock.systemUTC());
        experiment = tracking.experiments().create(Actor.OWNER, "fraud", "", Map.of());
        run = tracking.createRun(Actor.OWNER, new NewRun(experiment, "a", "ann", Instant.EPOCH, Map.of()))
                .id();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void model(String name, double onMay, double onJune) {
        String id = models.create(
                        Actor.OWNER,
                        new LoggedModels.NewModel(experiment, name, null, null, Map.of(), Map.of()),
                        IdempotentCreate.ALWAYS_NEW)
                .info()
                .id();
        for (int step = 0; step < 2; step++) {
            // the first measurement is of no account
            tracking.log(
                    Actor.OWNER,
                    run,
                    Batch.of(new Metric("auc", step, Instant.ofEpochMilli(step), step)),
                    Map.of(id, List.of(measured(MAY, step * onMay, step), measured(JUNE, step * onJune, step))));
        }
    }

    private LoggedModel.Evaluation measured(LoggedModels.Data data, double value, int step) {
        return new LoggedModel.Evaluation(
                new Metric("auc", value, Instant.ofEpochMilli(step), step), run.value(), data.name(), data.digest());
    }

    private List<String> names(String filter, List<LoggedModels.Data> data, LoggedModels.Sort... orders) {
        return models
                .search(
                        Scope.EVERYTHING,
                        new LoggedModels.Search(List.of(experiment), filter, data, List.of(orders), 10, ""))
                .items()
                .stream()
                .map(model -> model.info().name())
                .toList();
    }

    @Test
    void metricsCountOnTheDataThatIsAskedFor() {
        model("early", 0.9, 0.5);
        model("late", 0.6, 0.8);

        assertThat(names("metrics.auc > 0.7", List.of(MAY))).containsExactly("early");
        assertThat(names("metrics.auc > 0.7", List.of(JUNE))).containsExactly("late");
        assertThat(names("metrics.auc > 0.7", List.of(MAY, JUNE))).containsExactlyInAnyOrder("early", "late");
        assertThat(names("", List.of(new LoggedModels.Data("june", "")))).hasSize(2);
        assertThat(names("", List.of(new LoggedModels.Data("june", "3")))).isEmpty();
    }

    @Test
    void anOrderByAMetricIsByItsLatestOnThatData() {
        model("early", 0.9, 0.5);
        model("late", 0.6, 0.8);

        assertThat(names("", List.of(), new LoggedModels.Sort("metrics.auc", true, Optional.of(MAY))))
                .containsExactly("early", "late");
        assertThat(names("", List.of(), new LoggedModels.Sort("metrics.auc", true, Optional.of(JUNE))))
                .containsExactly("late", "early");
        assertThat(names("", List.of(), new LoggedModels.Sort("metrics.auc", false, Optional.of(JUNE))))
                .containsExactly("early", "late");
    }
}
