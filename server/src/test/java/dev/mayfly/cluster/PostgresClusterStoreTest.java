package dev.mayfly.cluster;

import dev.mayfly.engine.Engine;
import dev.mayfly.engine.NewRun;
import dev.mayfly.engine.Plan;
import dev.mayfly.engine.Retry;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.TriggerRule;
import dev.mayfly.engine.Waker;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class PostgresClusterStoreTest extends ClusterStoreContract {

    private Database database;
    private PostgresClusterStore store;

    @BeforeEach
    void open() {
        database = TestPostgres.database("engine", "server");
        store = new PostgresClusterStore(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Override
    ClusterStore store() {
        return store;
    }

    @Override
    RunId run(boolean isRunning) {
        String flow = UUID.randomUUID().toString();
        Waker none = (kind, id) -> {};
        Engine engine = new Engine(database, none, Clock.systemUTC());
        Plan.Step step =
                new Plan.Step("task", List.of(), TriggerRule.ALL_SUCCESS, Retry.NONE, Duration.ofHours(1), true);
        Plan plan = new Plan(List.of(step), new Plan.Limits(Duration.ofHours(1), 1));
        RunId run = database.inTransaction(tx -> engine.open(tx, new NewRun(flow, flow, plan)))
                .id();
        if (isRunning) {
            database.useTransaction(tx -> tx.execute("update run set state = 'RUNNING' where id = ?", run.value()));
        }
        return run;
    }
}
