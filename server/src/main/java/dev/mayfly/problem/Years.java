package dev.mayfly.problem;

import java.time.DateTimeException;
import java.time.Instant;

/** The times that people may name: Java counts a billion years both ways, and a database far fewer. */
public final class Years {

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

    private Years() {}

    /**
     * Returns a time of the years 1 to 9999.
     *
     * @throws DateTimeException if it is of another one
     */
    public static Instant checked(Instant time) {
        if (time.isBefore(FIRST) || time.isAfter(LAST)) {
            throw new DateTimeException(time + " (expected: a year from 1 to 9999)");
        }
        return time;
    }
}
