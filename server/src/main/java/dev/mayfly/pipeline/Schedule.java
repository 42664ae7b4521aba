package dev.mayfly.pipeline;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
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

    /** The data intervals that begin on a local date, in order. */
    public List<DataInterval> intervalsOn(LocalDate date) {
        List<DataInterval> intervals = new ArrayList<>();
        Instant due = nextAfter(date.minusDays(1).atStartOfDay(zone).toInstant());
        DataInterval interval = intervalEndingAt(due);
        while (!interval.date().isAfter(date)) {
            if (interval.date().equals(date)) {
                intervals.add(interval);
            }
            due = nextAfter(due);
            interval = intervalEndingAt(due);
        }
        return intervals;
    }

    /** The data interval that an instant lies in. */
    public DataInterval intervalAt(Instant instant) {
        return intervalEndingAt(nextAfter(instant));
    }

    private Cron.Due lastBefore(Instant instant) {
        return found(Cron.parse(cron).lastBefore(instant, zone));
    }

    private Cron.Due found(Optional<Cron.Due> due) {
        return due.orElseThrow(() -> new IllegalStateException("no date matches " + cron));
    }
}
