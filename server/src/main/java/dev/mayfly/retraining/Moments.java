package dev.mayfly.retraining;

import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import dev.mayfly.problem.Years;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;

/** Reads dates and times as people write them, in the zone of a schedule. */
final class Moments {

    private Moments() {}

    /** The date that a text is; empty if it is none. */
    static Optional<LocalDate> date(String text) {
        try {
            LocalDate date = LocalDate.parse(text.trim());
            Years.checked(date.atStartOfDay(ZoneOffset.UTC).toInstant());
            return Optional.of(date);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads a date, which means its first instant, a local time, or a time with its offset. A local time that clocks
     * skip is the instant at which they skip it; of one that comes twice it is the first.
     *
     * @param name what messages call the value
     * @throws Refused if the text is none of them
     */
    static Instant instant(String name, String text, ZoneId zone) {
        try {
            return Years.checked(anyInstant(text, zone));
        } catch (DateTimeException e) {
            throw Refused.invalid(
                    name + " '" + TextLimit.shown(text) + "' (expected: a date such as 2026-01-31, a local"
                            + " time such as 2026-01-31T02:30, or one with its offset such as 2026-01-31T02:30+01:00, of the"
                            + " years 1 to 9999)");
        }
    }

    private static Instant anyInstant(String text, ZoneId zone) {
        Optional<LocalDate> date = date(text);
        if (date.isPresent()) {
            return date.get().atStartOfDay(zone).toInstant();
        }
        String time = text.trim().replaceFirst("^([0-9-]{10}) +", "$1T");
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeException e) {
            LocalDateTime local = LocalDateTime.parse(time);
            ZoneOffsetTransition change = zone.getRules().getTransition(local);
            return change != null && change.isGap()
                    ? change.getInstant()
                    : local.atZone(zone).toInstant();
        }
    }
}
