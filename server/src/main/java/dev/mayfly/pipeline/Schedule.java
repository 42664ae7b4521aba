package dev.mayfly.pipeline;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * When runs of a pipeline are due: a {@link Cron} expression in a time zone. As in Airflow, the run of a due time is for the
 * data interval that ends there.
 *
 * @param catchup whether every missed due time from {@code start} on gets a run, or only the last one
 * @param start every due time is after this
 */
public record Schedule(String cron, ZoneId zone, boolean catchup, Optional<Instant> start) {

    /** Throws {@link IllegalArgumentException} if the cron expression is not valid, or no date ever matches it. */
    public Schedule {
        if (!Cron.parse(cron).isPossible()) {
            throw new IllegalArgumentException("no date ever matches it (expected: one that comes)");
        }
    }

    /** The first due time after an instant. */
    public Instant nextAfter(Instant instant) {
        return found(Cron.parse(cron).nextAfter(instant, zone)).instant();
    }

    /** The last due time at or before an instant. */
    public Instant lastUntil(Instant instant) {
        return lastBefore(instant.plusNanos(1)).instant();
    }

    /** The data interval that ends at a due time: it begins at the due time before. */
    public DataInterval intervalEndingAt(Instant due) {
        Cron.Due before = lastBefore(due);
        return new DataInterval(before.instant(), due, before.date());
    }

    private Cron.Due lastBefore(Instant instant) {
        return found(Cron.parse(cron).lastBefore(instant, zone));
    }

    private Cron.Due found(Optional<Cron.Due> due) {
        return due.orElseThrow(() -> new IllegalStateException("no date matches " + cron));
    }
}
