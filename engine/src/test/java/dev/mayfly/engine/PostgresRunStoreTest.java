package dev.mayfly.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class PostgresRunStoreTest extends RunStoreContract {

    private Database database;
    private PostgresRunStore store;

    @BeforeEach
    void open() {
        database = TestPostgres.database("engine");
        store = new PostgresRunStore(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Override
    RunStore store() {
        return store;
    }

    @Override
    void insert(Run run) {
        database.useTransaction(
                tx -> assertThat(PostgresRunStore.insert(tx, run, run.id().toString()))
                        .isTrue());
    }
}
