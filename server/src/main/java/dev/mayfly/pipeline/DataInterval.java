package dev.mayfly.pipeline;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;

/**
 * The span of time that a run is for, from {@code start} up to {@code end}; both are equal if a run is for no span of
 * time.
 *
 * @param date the local date that the start is due on, in the schedule's zone
 */
public record DataInterval(Instant start, Instant end, LocalDate date) {

    public DataInterval {
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("data interval: " + start + " to " + end + " (expected: in order)");
        }
    }

    /** Returns the interval of a run that is for no span of time; {@code instant} is when it was opened. */
    public static DataInterval at(Instant instant) {
        return new DataInterval(instant, instant, LocalDate.ofInstant(instant, ZoneOffset.UTC));
    }

    /** Returns the values that texts of a pipeline may refer to. */
    public Map<String, String> values() {
        return Map.of(
                "interval.start", start.toString(),
                "interval.end", end.toString(),
                "interval.date", date.toString());
    }
}
