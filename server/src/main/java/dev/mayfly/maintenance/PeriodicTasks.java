package dev.mayfly.maintenance;

import dev.mayfly.postgres.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats tasks until it is closed, each on a thread of its own, so that a slow one delays no other. The database
 * records by name when each last succeeded or failed; servers on one database share the row. Thread-safe.
 */
public final class PeriodicTasks implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PeriodicTasks.class);

    /** A success is recorded at most this often, since some tasks run every second. */
    private static final Duration LEAST_BETWEEN_SUCCESSES = Duration.ofSeconds(30);

    private final Database database;
    private final Clock clock;
    private final List<ScheduledExecutorService> threads = new ArrayList<>();
    private final Map<String, Instant> written = new ConcurrentHashMap<>();

    public PeriodicTasks(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Repeats a task until this is closed, the first time at once.
     *
     * @param pause between the end of one round and the beginning of the next
     * @param name what it does, such as {@code purging}
     */
    public synchronized void every(Duration pause, String name, Runnable task) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread worker = new Thread(runnable, name);
            worker.setDaemon(true);
            return worker;
        });
        threads.add(thread);
        var unused = thread.scheduleWithFixedDelay(
                () -> round(pause, name, task), 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round(Duration pause, String name, Runnable task) {
        try {
            task.run();
            succeeded(name);
        } catch (RuntimeException | Error e) {
            // an error that got out would end the timer without a word
            log.warn("{} failed; next try in {} s", name, pause.toSeconds(), e);
            failed(name, e);
        }
    }

    private void succeeded(String name) {
        Instant now = clock.instant();
        Instant last = written.get(name);
        if (last == null || !now.isBefore(last.plus(LEAST_BETWEEN_SUCCESSES))) {
            database.useTransaction(tx -> PeriodicTaskStore.succeeded(tx, name, now));
            written.put(name, now);
        }
    }

    private void failed(String name, Throwable failure) {
        written.remove(name);
        try {
            database.useTransaction(
                    tx -> PeriodicTaskStore.failed(tx, name, clock.instant(), String.valueOf(failure.getMessage())));
        } catch (RuntimeException e) {
            log.debug("the failure of {} could not be recorded", name, e);
        }
    }

    /** The tasks of all servers, ordered by name. */
    public List<PeriodicTask> all() {
        return database.read(PeriodicTaskStore::all);
    }

    @Override
    public synchronized void close() {
        threads.forEach(ScheduledExecutorService::shutdownNow);
    }
}
