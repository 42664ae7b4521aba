package dev.mayfly.pipeline;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.BitSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A five-field cron expression: minute, hour, day of the month (L is the last), month, day of the week (0 and 7 are Sunday), or a
 * name such as {@code @daily}. As in Vixie cron, a day must match both day fields if one of them begins with {@code *}, and either
 * of them otherwise.
 *
 * <p>When clocks are changed: with an hour field of fixed values, each local time comes once; one that the clock skips comes at the
 * moment of the change, one that it shows twice at the first. With {@code *} or a step in the hour field, every moment comes whose local
 * time matches, so that the same time passes between two. Immutable.
 */
final class Cron {

    private static final int LONGEST = 500;
    private static final int MONTHS_FROM = 1;
    /** After so many days the Gregorian calendar repeats itself, days of the week included. */
    private static final int CALENDAR_DAYS = 146_097;

    private static final LocalDate FIRST_OF_CALENDAR = LocalDate.of(2000, 1, 1);
    /** No zone has ever moved its clocks by more than a day. */
    private static final int MOST_DAYS_MOVED = 2;

    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    private static final List<String> WEEKDAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
    private static final Map<String, String> NAMED = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");

    private final BitSet minutes;
    private final BitSet hours;
    private final boolean isEveryHour;
    private final BitSet days;
    private final boolean isLastDay;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean isBothDays;

    private Cron(String[] fields) {
        this.minutes = values("minute", fields[0], 0, 59, List.of());
        this.hours = values("hour", fields[1], 0, 23, List.of());
        this.isEveryHour = fields[1].contains("*") || fields[1].contains("/");
        String dayField = fields[2].toUpperCase(Locale.ROOT);
        this.isLastDay = List.of(dayField.split(",", -1)).contains("L");
        String others = String.join(
                ",",
                List.of(dayField.split(",", -1)).stream()
                        .filter(part -> !part.equals("L"))
                        .toList());
        this.days = isLastDay && others.isEmpty() ? new BitSet() : values("day of the month", others, 1, 31, List.of());
        this.months = values("month", fields[3], MONTHS_FROM, 12, MONTHS);
        this.weekdays = values("day of the week", fields[4], 0, 7, WEEKDAYS);
        if (weekdays.get(7)) {
            weekdays.set(0);
        }
        this.isBothDays = fields[2].startsWith("*") || fields[4].startsWith("*");
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException if it is none; it says which field is wrong and what is expected
     */
    static Cron parse(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(text.length() + " characters long (expected: at most " + LONGEST + ")");
        }
        String cron = text.trim();
        if (cron.startsWith("@")) {
            String named = NAMED.get(cron.toLowerCase(Locale.ROOT));
            if (named == null) {
                throw new IllegalArgumentException(cron + " (expected: one of "
                        + String.join(", ", NAMED.keySet().stream().sorted().toList()) + ")");
            }
            cron = named;
        }
        String[] fields = cron.split("[ \t]+", -1);
        if (fields.length != 5) {
            throw new IllegalArgumentException(
                    "it has " + fields.length
                            + " fields (expected: 5: minute, hour, day of the month, month and day of the week, such as '0 3 * * *')");
        }
        return new Cron(fields);
    }

    /** Whether there is a date that matches; not so for the 30th of February. */
    boolean isPossible() {
        for (int day = 0; day < CALENDAR_DAYS; day++) {
            if (matches(FIRST_OF_CALENDAR.plusDays(day))) {
                return true;
            }
        }
        return false;
    }

    /** When a run is due, and the local date that this is for: in a day that the clock skips, the skipped one. */
    record Due(Instant instant, LocalDate date) {}

    /** The first due time after an instant. */
    Optional<Due> nextAfter(Instant instant, ZoneId zone) {
        return nearest(instant, zone, 1);
    }

    /** The last due time before an instant. */
    Optional<Due> lastBefore(Instant instant, ZoneId zone) {
        return nearest(instant, zone, -1);
    }

    /**
     * Looks through the dates in one direction, beginning a little before the instant: where the clock was moved over
     * midnight, times of two dates mix. For the same reason the dates just behind the first one with a due time count.
     */
    private Optional<Due> nearest(Instant instant, ZoneId zone, int direction) {
        ZoneRules rules = zone.getRules();
        LocalDate from = LocalDate.ofInstant(instant, zone).minusDays((long) direction * MOST_DAYS_MOVED);
        Due nearest = null;
        int behind = 0;
        for (int day = 0; day < CALENDAR_DAYS && behind <= MOST_DAYS_MOVED; day++) {
            LocalDate date = from.plusDays((long) direction * day);
            behind += nearest == null ? 0 : 1;
            if (!matches(date)) {
                continue;
            }
            boolean isPlain = isPlain(date, rules);
            Optional<Due> found =
                    isPlain ? ofPlainDay(date, instant, rules, direction) : ofAnyDay(date, instant, rules, direction);
            if (found.isPresent() && (nearest == null || isNearer(found.get(), nearest, direction))) {
                nearest = found.get();
            }
            if (isPlain && nearest != null) {
                return Optional.of(nearest);
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Of two dates with the same due time, the earlier counts. */
    private static boolean isNearer(Due one, Due other, int direction) {
        int order = direction * one.instant.compareTo(other.instant);
        return order < 0 || (order == 0 && one.date.isBefore(other.date));
    }

    /** Whether the clocks stay as they are on a date and for some days around it. */
    private static boolean isPlain(LocalDate date, ZoneRules rules) {
        ZoneOffsetTransition change = rules.nextTransition(before(date));
        return change == null || change.getInstant().isAfter(behind(date));
    }

    private static Instant before(LocalDate date) {
        return date.minusDays(MOST_DAYS_MOVED + 1).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    private static Instant behind(LocalDate date) {
        return date.plusDays(MOST_DAYS_MOVED + 2).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    private Optional<Due> ofPlainDay(LocalDate date, Instant instant, ZoneRules rules, int direction) {
        ZoneOffset offset = rules.getOffset(date.atStartOfDay());
        LocalDateTime local = LocalDateTime.ofInstant(instant, offset);
        int most = 24 * 60;
        long minute = ChronoUnit.MINUTES.between(date.atStartOfDay(), local);
        boolean isWhole = local.equals(local.truncatedTo(ChronoUnit.MINUTES));
        if (direction > 0) {
            long from = local.isBefore(date.atStartOfDay()) ? 0 : minute + 1;
            return due(date, from >= most ? -1 : minuteFrom((int) from), offset);
        }
        long until = local.isBefore(date.atStartOfDay()) ? -1 : Math.min(most - 1L, isWhole ? minute - 1 : minute);
        return due(date, until < 0 ? -1 : minuteUntil((int) until), offset);
    }

    private static Optional<Due> due(LocalDate date, int minuteOfDay, ZoneOffset offset) {
        return minuteOfDay < 0
                ? Optional.empty()
                : Optional.of(
                        new Due(date.atTime(minuteOfDay / 60, minuteOfDay % 60).toInstant(offset), date));
    }

    /** The first minute of a day at or after one; -1 if there is none. */
    private int minuteFrom(int from) {
        for (int hour = hours.nextSetBit(from / 60); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
            int minute = minutes.nextSetBit(hour == from / 60 ? from % 60 : 0);
            if (minute >= 0) {
                return hour * 60 + minute;
            }
        }
        return -1;
    }

    /** The last minute of a day at or before one; -1 if there is none. */
    private int minuteUntil(int until) {
        for (int hour = hours.previousSetBit(until / 60); hour >= 0; hour = hours.previousSetBit(hour - 1)) {
            int minute = minutes.previousSetBit(hour == until / 60 ? until % 60 : 59);
            if (minute >= 0) {
                return hour * 60 + minute;
            }
        }
        return -1;
    }

    /** Tries the times of a date near which the clocks are changed, hour by hour, as far as they can be nearer than what is found. */
    private Optional<Due> ofAnyDay(LocalDate date, Instant instant, ZoneRules rules, int direction) {
        IntSummaryStatistics offsets = offsets(date, rules);
        Instant nearest = null;
        for (int hour = hours.nextSetBit(0); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
            Instant local = date.atTime(hour, 0).toInstant(ZoneOffset.UTC);
            Instant earliest = local.minusSeconds(offsets.getMax());
            Instant latest = local.minusSeconds(offsets.getMin()).plusSeconds(3_600);
            boolean isBehind = (direction > 0 ? latest : earliest).compareTo(instant) * direction <= 0;
            boolean isFarther =
                    nearest != null && (direction > 0 ? earliest : latest).compareTo(nearest) * direction >= 0;
            if (!isBehind && !isFarther) {
                nearest = nearestOfHour(date.atTime(hour, 0), instant, rules, direction, nearest);
            }
        }
        return Optional.ofNullable(nearest).map(due -> new Due(due, date));
    }

    private @Nullable Instant nearestOfHour(
            LocalDateTime hour, Instant instant, ZoneRules rules, int direction, @Nullable Instant before) {
        Instant nearest = before;
        for (int minute = minutes.nextSetBit(0); minute >= 0; minute = minutes.nextSetBit(minute + 1)) {
            for (Instant due : instants(hour.withMinute(minute), rules)) {
                boolean isThere = direction * due.compareTo(instant) > 0;
                if (isThere && (nearest == null || direction * due.compareTo(nearest) < 0)) {
                    nearest = due;
                }
            }
        }
        return nearest;
    }

    /** The offsets, in seconds, that a zone has on a date and some days around it. */
    private static IntSummaryStatistics offsets(LocalDate date, ZoneRules rules) {
        IntSummaryStatistics offsets = new IntSummaryStatistics();
        Instant at = before(date);
        offsets.accept(rules.getOffset(at).getTotalSeconds());
        ZoneOffsetTransition change = rules.nextTransition(at);
        while (change != null && !change.getInstant().isAfter(behind(date))) {
            offsets.accept(change.getOffsetAfter().getTotalSeconds());
            change = rules.nextTransition(change.getInstant());
        }
        return offsets;
    }

    private List<Instant> instants(LocalDateTime local, ZoneRules rules) {
        List<ZoneOffset> offsets = rules.getValidOffsets(local);
        if (isEveryHour) {
            return offsets.stream().map(local::toInstant).toList();
        }
        if (offsets.isEmpty()) {
            ZoneOffsetTransition change = rules.getTransition(local);
            return List.of(change.getInstant());
        }
        return List.of(local.toInstant(offsets.get(0)));
    }

    private boolean matches(LocalDate date) {
        if (!months.get(date.getMonthValue())) {
            return false;
        }
        boolean isDay = days.get(date.getDayOfMonth()) || (isLastDay && date.getDayOfMonth() == date.lengthOfMonth());
        boolean isWeekday = weekdays.get(date.getDayOfWeek().getValue() % DayOfWeek.values().length);
        return isBothDays ? isDay && isWeekday : isDay || isWeekday;
    }

    private static BitSet values(String what, String field, int least, int most, List<String> names) {
        BitSet values = new BitSet();
        for (String part : field.split(",", -1)) {
            String[] step = part.split("/", -1);
            String[] range = step[0].split("-", -1);
            boolean isAll = step[0].equals("*");
            int from = isAll ? least : value(what, part, range[0], least, most, names);
            int to = isAll
                    ? most
                    : range.length > 1
                            ? value(what, part, range[1], least, most, names)
                            : step.length > 1 ? most : from;
            if (names.equals(WEEKDAYS) && to == 0 && range.length > 1) {
                to = 7; // FRI-SUN
            }
            int by = step.length > 1 ? value(what, part, step[1], 1, most, List.of()) : 1;
            if (step.length > 2 || range.length > 2 || from > to) {
                throw wrong(what, part, least, most);
            }
            for (int value = from; value <= to; value += by) {
                values.set(value);
            }
        }
        return values;
    }

    private static int value(String what, String part, String text, int least, int most, List<String> names) {
        int named = names.indexOf(text.toUpperCase(Locale.ROOT));
        int value = named >= 0
                ? named + (names.size() == MONTHS.size() ? MONTHS_FROM : 0)
                : text.matches("[0-9]{1,2}") ? Integer.parseInt(text) : -1;
        if (value < least || value > most) {
            throw wrong(what, part, least, most);
        }
        return value;
    }

    private static IllegalArgumentException wrong(String what, String part, int least, int most) {
        return new IllegalArgumentException(what + " '" + part + "' (expected: * or " + least + " to " + most
                + ", or ranges, steps and lists of these, such as 1-5, */2 or 1,3)");
    }
}
