package dev.mayfly.engine;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.exceptions.ExecutionException;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timers: call each {@link Reconciler} for each of its unfinished ids when the id is due. db-scheduler stores the
 * wake-ups, so several control planes share them and take over those of a dead one within seconds. A lost wake-up does
 * no harm: every few seconds a sweep schedules unfinished ids that have none. Thread-safe.
 */
public final class Wakeups implements Waker, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Wakeups.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
    private static final int SWEEP_SECONDS = 3;

    /** Due times within one tick share one poll at its end, since a poll of the database is not free. */
    private static final long TICK_MILLIS = 5;

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final int MISSED_HEARTBEATS = 5;
    private static final Duration POLL = Duration.ofMillis(500);

    private final Database database;
    private final Clock clock;
    private final Map<String, CustomTask<Void>> tasks = new HashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<TaskInstanceId> hintedWhileLookedAt = ConcurrentHashMap.newKeySet();
    private final Set<Long> ticks = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread thread = new Thread(runnable, "wakeups");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Scheduler scheduler;
    private volatile Instant lastSweep;

    public Wakeups(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.lastSweep = clock.instant();
    }

    /** Starts to call the reconcilers. {@code name} distinguishes this process from others on the same database. */
    public void start(String name, int threads, List<Reconciler> reconcilers) {
        reconcilers.forEach(reconciler -> tasks.put(reconciler.kind(), task(reconciler)));
        Scheduler started = Scheduler.create(database.asyncCommitSource(), List.copyOf(tasks.values()))
                .schedulerName(new SchedulerName.Fixed(name))
                .threads(threads)
                .pollUsingLockAndFetch(0.5, 3.0)
                .pollingInterval(POLL)
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .enableImmediateExecution()
                .shutdownMaxWait(Duration.ofSeconds(10))
                .build();
        scheduler = started;
        sweep(reconcilers);
        started.start();
        var unused =
                timers.scheduleWithFixedDelay(() -> sweep(reconcilers), SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void wake(String kind, String id) {
        Scheduler current = scheduler;
        CustomTask<Void> task = tasks.get(kind);
        if (current == null || task == null || closed.get()) {
            return;
        }
        try {
            if (!current.scheduleIfNotExists(task.instance(id), clock.instant())) {
                current.reschedule(TaskInstanceId.of(kind, id), clock.instant());
            }
        } catch (TaskInstanceCurrentlyExecutingException | ExecutionException e) {
            // it is being reconciled, or was picked between our read and our update
            hintedWhileLookedAt.add(TaskInstanceId.of(kind, id));
        } catch (TaskInstanceNotFoundException e) {
            log.debug("{} {} was reconciled just now", kind, id);
        } catch (RuntimeException e) {
            log.warn("{} {} could not be woken; the next sweep, within {} s, tries again", kind, id, SWEEP_SECONDS, e);
        }
    }

    @Override
    public void close() {
        closed.set(true);
        timers.shutdownNow();
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
                            "{} {} could not be reconciled; next try in {} s",
                            reconciler.kind(),
                            complete.getExecution().taskInstance.getId(),
                            AFTER_FAILURE.toSeconds(),
                            complete.getCause().orElse(null));
                    complete.getCause()
                            .ifPresent(cause -> record(
                                    reconciler.kind(),
                                    complete.getExecution().taskInstance.getId(),
                                    cause));
                    operations.reschedule(complete, clock.instant().plus(AFTER_FAILURE));
                })
                .execute((instance, context) -> {
                    Optional<Instant> again = reconciler.reconcile(instance.getId());
                    if (context.getExecution().consecutiveFailures > 0) {
                        database.useTransaction(
                                tx -> WakeupStore.succeeded(tx, instance.getTaskName(), instance.getId()));
                    }
                    boolean hinted =
                            hintedWhileLookedAt.remove(TaskInstanceId.of(instance.getTaskName(), instance.getId()));
                    CompletionHandler<Void> completion = again.map(due -> hinted ? clock.instant() : due)
                            .<CompletionHandler<Void>>map(due -> (complete, operations) -> {
                                operations.reschedule(complete, due);
                                lookAt(due);
                            })
                            .orElse((complete, operations) -> operations.stop());
                    return completion;
                });
    }

    private void record(String kind, String id, Throwable cause) {
        try {
            database.useTransaction(tx -> WakeupStore.failed(tx, kind, id, cause, clock.instant()));
        } catch (RuntimeException e) {
            log.warn("the failure of {} {} could not be recorded", kind, id, e);
        }
    }

    /** Schedules a poll of the database for when something is due, so that this process need not poll all the time. */
    private void lookAt(Instant due) {
        long now = clock.millis();
        long wait = Math.max(0, due.toEpochMilli() - now);
        if (closed.get()) {
            return;
        }
        if (wait >= POLL.toMillis() * 2) {
            var unused = timers.schedule(() -> lookAt(due), wait - POLL.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        // at the end of the tick: a later due time in the same tick relies on this poll
        long tick = (now + wait) / TICK_MILLIS;
        if (ticks.add(tick)) {
            long end = (tick + 1) * TICK_MILLIS - now;
            var unused = timers.schedule(() -> lookNow(tick), end, TimeUnit.MILLISECONDS);
        }
    }

    private void lookNow(long tick) {
        ticks.remove(tick);
        Scheduler current = scheduler;
        if (current != null) {
            current.triggerCheckForDueExecutions();
        }
    }

    /** When the last sweep ended: while it is long ago, nothing is carried on. */
    public Instant lastSweep() {
        return lastSweep;
    }

    private void sweep(List<Reconciler> reconcilers) {
        boolean isComplete = true;
        for (Reconciler reconciler : reconcilers) {
            try {
                Set<String> missing = new HashSet<>(reconciler.unfinished());
                missing.removeAll(database.read(tx -> WakeupStore.scheduled(tx, reconciler.kind())));
                missing.forEach(id -> wake(reconciler.kind(), id));
            } catch (RuntimeException | Error e) {
                // an error that got out would end the timer without a word
                log.warn(
                        "sweep for unfinished ids of kind {} failed; next try in {} s",
                        reconciler.kind(),
                        SWEEP_SECONDS,
                        e);
                isComplete = false;
            }
        }
        if (isComplete) {
            lastSweep = clock.instant();
        }
    }
}
