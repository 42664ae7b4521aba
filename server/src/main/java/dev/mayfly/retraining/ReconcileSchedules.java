package dev.mayfly.retraining;

import dev.mayfly.engine.Engine;
import dev.mayfly.engine.Reconciler;
import dev.mayfly.pipeline.Schedule;
import dev.mayfly.postgres.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Asks for the runs of pipelines with a schedule when they are due. For due times missed while no server ran it asks for one
 * run, or for one each with {@code catchup}, and then for no more at a time than may be active.
 */
final class ReconcileSchedules implements Reconciler {

    static final String KIND = "schedule";
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration CATCHUP_PAUSE = Duration.ofSeconds(1);

    private final Database database;
    private final Engine engine;
    private final PipelineRevisions revisions;
    private final Openings openings;
    private final Clock clock;

    ReconcileSchedules(Database database, Engine engine, PipelineRevisions revisions, Openings openings, Clock clock) {
        this.database = database;
        this.engine = engine;
        this.revisions = revisions;
        this.openings = openings;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Set<String> unfinished() {
        return database.read(PipelineStore::scheduled);
    }

    @Override
    public Optional<Instant> reconcile(String name) {
        PipelineStore.Row row =
                database.read(tx -> PipelineStore.find(tx, name)).orElse(null);
        if (row == null || row.nextDue() == null || row.paused()) {
            return Optional.empty();
        }
        Instant due = row.nextDue();
        Instant now = clock.instant();
        if (due.isAfter(now)) {
            Instant latest = now.plus(LONGEST_WAIT);
            return Optional.of(due.isBefore(latest) ? due : latest);
        }
        return Optional.of(ask(revisions.stored(row), due, now));
    }

    private Instant ask(StoredPipeline stored, Instant due, Instant now) {
        Schedule schedule = stored.pipeline().trigger().schedule().orElseThrow();
        // in this order: what is no longer asked for is open, and counts then
        if (schedule.catchup() && (openings.hasDue(stored.name()) || isFull(stored))) {
            return now.plus(CATCHUP_PAUSE);
        }
        Instant last = schedule.catchup() ? due : schedule.lastUntil(now);
        Instant next = schedule.nextAfter(schedule.catchup() ? due : now);
        database.useTransaction(tx -> {
            if (PipelineStore.passDue(tx, stored.name(), due, next)) {
                openings.ofDue(tx, stored, last, schedule.catchup());
            }
        });
        return now;
    }

    private boolean isFull(StoredPipeline stored) {
        return engine.unfinished(stored.name()).size()
                >= stored.pipeline().limits().maxActiveRuns();
    }
}
