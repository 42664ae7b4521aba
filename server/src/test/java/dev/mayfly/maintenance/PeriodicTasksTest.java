package dev.mayfly.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeriodicTasksTest {

    private Database database;
    private PeriodicTasks tasks;

    @BeforeEach
    void open() {
        database = TestPostgres.database("engine", "server");
        tasks = new PeriodicTasks(database, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        tasks.close();
        database.close();
    }

    @Test
    void aTaskThatHangsDelaysNoOther() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch rounds = new CountDownLatch(3);
        tasks.every(Duration.ofMillis(1), "hanging", () -> await(never));
        tasks.every(Duration.ofMillis(1), "working", rounds::countDown);

        rounds.await();

        Awaitility.await().until(() -> !tasks.all().isEmpty());
        assertThat(tasks.all()).extracting(PeriodicTask::name).containsExactly("working");
    }

    @Test
    void aFailureIsRecordedAndTheTaskIsTriedAgain() {
        AtomicInteger rounds = new AtomicInteger();
        tasks.every(Duration.ofMillis(1), "purging", () -> {
            if (rounds.incrementAndGet() < 3) {
                throw new IllegalStateException("no such bucket");
            }
        });

        Awaitility.await().until(() -> tasks.all().stream().anyMatch(task -> task.lastSuccess() != null));

        PeriodicTask task = tasks.all().get(0);
        assertThat(task.failure()).isEqualTo("no such bucket");
        assertThat(task.lastFailure()).isNotNull().isBeforeOrEqualTo(task.lastSuccess());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
