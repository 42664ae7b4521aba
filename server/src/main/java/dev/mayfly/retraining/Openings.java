package dev.mayfly.retraining;

import dev.mayfly.engine.Reconciler;
import dev.mayfly.engine.Waker;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import dev.mayfly.task.PipelineRun;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the runs that schedules and other pipelines asked for. Who asks is never held up by what can't be opened: that stays
 * on record with its reason, and is tried again, ever more rarely. Thread-safe; all state is in the database.
 */
final class Openings implements Reconciler {

    private static final Logger log = LoggerFactory.getLogger(Openings.class);
    private static final String KIND = "opening";
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final int MOST_DOUBLINGS = 8;

    private final Database database;
    private final PipelineRevisions revisions;
    private final RunOpener opener;
    private final Waker waker;
    private final Clock clock;

    Openings(Database database, PipelineRevisions revisions, RunOpener opener, Waker waker, Clock clock) {
        this.database = database;
        this.revisions = revisions;
        this.opener = opener;
        this.waker = waker;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Set<String> unfinished() {
        return database.read(OpeningStore::keys);
    }

    /** Those that could not be opened so far. */
    List<Opening> failing() {
        return database.read(OpeningStore::failing);
    }

    /** Asks for the run of a due time; unless the schedule catches up, it takes the place of an earlier one. */
    void ofDue(Handle tx, StoredPipeline stored, Instant due, boolean isCatchingUp) {
        if (!isCatchingUp) {
            OpeningStore.deleteDue(tx, stored.name());
        }
        RunOpener.OpenRequest request =
                RunOpener.OpenRequest.due(stored, PipelineRun.Trigger.Kind.SCHEDULE, due, Map.of());
        ask(tx, Opening.of(request.dedupeKey(), stored.name(), request.trigger(), request.interval(), clock.instant()));
    }

    boolean hasDue(String pipeline) {
        return database.read(tx -> OpeningStore.hasDue(tx, pipeline));
    }

    /** Asks for a run of every pipeline that runs after the succeeded one, once for each succeeded run. */
    void afterSuccess(Handle tx, PipelineRun succeeded) {
        String run = succeeded.id().toString();
        for (PipelineStore.Row row : PipelineStore.after(tx, succeeded.pipeline())) {
            if (!row.paused()) {
                ask(
                        tx,
                        Opening.of(
                                row.name() + "@after:" + run,
                                row.name(),
                                new PipelineRun.Trigger(PipelineRun.Trigger.Kind.UPSTREAM, run),
                                succeeded.interval(),
                                clock.instant()));
            }
        }
    }

    private void ask(Handle tx, Opening opening) {
        OpeningStore.insert(tx, opening, clock.instant());
        tx.afterCommit(() -> waker.wake(KIND, opening.key()));
    }

    @Override
    public Optional<Instant> reconcile(String key) {
        Instant now = clock.instant();
        Opening opening = database.read(tx -> OpeningStore.find(tx, key)).orElse(null);
        if (opening == null || opening.nextTry().isAfter(now)) {
            return Optional.ofNullable(opening).map(Opening::nextTry);
        }
        try {
            return open(opening, now);
        } catch (Refused | IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
            String reason = String.valueOf(e.getMessage());
            Instant next =
                    now.plus(pause(opening.failure().map(Opening.Failure::tries).orElse(0)));
            log.warn(
                    "{} of {} can't be opened: {}; trying again at {}",
                    opening.words(),
                    opening.pipeline(),
                    reason,
                    next);
            database.useTransaction(tx -> OpeningStore.fail(tx, key, reason, now, next));
            return Optional.of(next);
        }
    }

    /** While the pipeline is paused, the run waits; and while all its files may be half-written. */
    private Optional<Instant> open(Opening opening, Instant now) {
        StoredPipeline stored = revisions.stored(database.read(tx -> PipelineStore.find(tx, opening.pipeline()))
                .orElseThrow(() -> Refused.missing("pipeline '" + opening.pipeline() + "'")));
        if (stored.paused()) {
            return Optional.of(now.plus(LONGEST_PAUSE));
        }
        RunOpener.OpenRequest request = new RunOpener.OpenRequest(
                opening.trigger(), opening.interval(), opener.parameters(stored.pipeline(), Map.of()), opening.key());
        RunOpener.Prepared prepared = opener.prepare(stored, request);
        return database.inTransaction(tx -> {
            if (!OpeningStore.lock(tx, opening.key())) {
                return Optional.empty();
            }
            RunOpener.Result result = opener.open(tx, prepared);
            if (result.opened().isEmpty() && result.ripe().isPresent()) {
                OpeningStore.postpone(tx, opening.key(), result.ripe().get());
                return result.ripe();
            }
            OpeningStore.delete(tx, opening.key());
            return Optional.empty();
        });
    }

    /** Has those of a pipeline tried again now: they may have waited for it to be resumed. */
    void wake(Handle tx, String pipeline) {
        List<String> keys = OpeningStore.due(tx, pipeline);
        tx.afterCommit(() -> keys.forEach(key -> waker.wake(KIND, key)));
    }

    private static Duration pause(int tries) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries, MOST_DOUBLINGS));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
