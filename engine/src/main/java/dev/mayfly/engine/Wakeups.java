package dev.mayfly.engine;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceNotFoundException;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.mayfly.postgres.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timers: calls each {@link Reconciler} for each of its unfinished ids when the id is due. Stored by db-scheduler, so
 * that several control planes share them; only a hint all the same, since every few seconds what is unfinished is scheduled
 * again. Safe for use by any thread.
 */
public final class Wakeups implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Wakeups.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
    private static final int SWEEP_SECONDS = 3;

    private final Database database;
    private final Clock clock;
    private final Map<String, CustomTask<Void>> tasks = new HashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread thread = new Thread(runnable, "wakeups-sweep");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Scheduler scheduler;

    public Wakeups(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Begins to call. {@code name} tells this process from others on the same database. */
    public void start(String name, int threads, List<Reconciler> reconcilers) {
        reconcilers.forEach(reconciler -> tasks.put(reconciler.kind(), task(reconciler)));
        Scheduler started = Scheduler.create(database.dataSource(), List.copyOf(tasks.values()))
                .schedulerName(new SchedulerName.Fixed(name))
                .threads(threads)
                .pollUsingLockAndFetch(0.5, 1.0)
                .pollingInterval(Duration.ofMillis(200))
                .heartbeatInterval(Duration.ofSeconds(2))
                .missedHeartbeatsLimit(4)
                .enableImmediateExecution()
                .shutdownMaxWait(Duration.ofSeconds(10))
                .build();
        scheduler = started;
        sweep(reconcilers);
        started.start();
        var unused = sweeper.scheduleWithFixedDelay(
                () -> sweep(reconcilers), SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /** Asks for a look at once. A hint: before {@link #start} and during a look at the same id it does nothing. */
    public void wake(String kind, String id) {
        Scheduler current = scheduler;
        CustomTask<Void> task = tasks.get(kind);
        if (current == null || task == null || closed.get()) {
            return;
        }
        if (!current.scheduleIfNotExists(task.instance(id), clock.instant())) {
            try {
                current.reschedule(TaskInstanceId.of(kind, id), clock.instant());
            } catch (TaskInstanceCurrentlyExecutingException | TaskInstanceNotFoundException e) {
                log.debug("{} {} is being looked at already", kind, id);
            }
        }
    }

    @Override
    public void close() {
        closed.set(true);
        sweeper.shutdownNow();
        Scheduler current = scheduler;
        if (current != null) {
            current.stop();
        }
    }

    private CustomTask<Void> task(Reconciler reconciler) {
        return Tasks.custom(reconciler.kind(), Void.class)
                .onDeadExecutionRevive()
                .onFailure((complete, operations) -> {
                    log.warn(
                            "{} {} could not be looked at; tried again in {} s",
                            reconciler.kind(),
                            complete.getExecution().taskInstance.getId(),
                            AFTER_FAILURE.toSeconds(),
                            complete.getCause().orElse(null));
                    operations.reschedule(complete, clock.instant().plus(AFTER_FAILURE));
                })
                .execute((instance, context) -> {
                    Optional<Instant> again = reconciler.reconcile(instance.getId());
                    CompletionHandler<Void> completion = again.<CompletionHandler<Void>>map(
                                    due -> (complete, operations) -> operations.reschedule(complete, due))
                            .orElse((complete, operations) -> operations.stop());
                    return completion;
                });
    }

    private void sweep(List<Reconciler> reconcilers) {
        Scheduler current = scheduler;
        if (current == null || closed.get()) {
            return;
        }
        for (Reconciler reconciler : reconcilers) {
            try {
                for (String id : reconciler.unfinished()) {
                    CustomTask<Void> task = tasks.get(reconciler.kind());
                    if (task != null) {
                        current.scheduleIfNotExists(task.instance(id), clock.instant());
                    }
                }
            } catch (RuntimeException e) {
                log.warn("{} could not be swept; tried again in {} s", reconciler.kind(), SWEEP_SECONDS, e);
            }
        }
    }
}
