package dev.mayfly.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** The last Sundays of March and October 2026 have 23 and 25 hours. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '=',
            value = {
                "30 2 * * * = 2026-03-28T01:30:00Z 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z",
                "30 2 * * * = 2026-10-24T00:30:00Z 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z",
                "0 0 * * * = 2026-03-28T23:00:00Z 2026-03-29T22:00:00Z",
                "0,30 2 * * * = 2026-03-28T01:30:00Z 2026-03-29T01:00:00Z 2026-03-30T00:00:00Z 2026-03-30T00:30:00Z",
                "0 * * * * = 2026-10-24T23:00:00Z 2026-10-25T00:00:00Z 2026-10-25T01:00:00Z 2026-10-25T02:00:00Z",
                "0 * * * * = 2026-03-29T00:00:00Z 2026-03-29T01:00:00Z 2026-03-29T02:00:00Z",
                "30 */2 * * * = 2026-10-25T00:30:00Z 2026-10-25T01:30:00Z 2026-10-25T03:30:00Z",
                "0 12 L * * = 2026-02-28T11:00:00Z 2026-03-31T10:00:00Z 2026-04-30T10:00:00Z",
                "0 12 1,L 2 * = 2028-02-01T11:00:00Z 2028-02-29T11:00:00Z 2029-02-01T11:00:00Z",
                "0 12 29 2 * = 2028-02-29T11:00:00Z 2032-02-29T11:00:00Z",
                "0 12 13 * FRI = 2026-02-13T11:00:00Z 2026-02-20T11:00:00Z",
                "0 12 */2 * 1 = 2026-03-09T11:00:00Z 2026-03-23T11:00:00Z",
                "0 12 * jan-mar/2 sun = 2026-01-25T11:00:00Z 2026-03-01T11:00:00Z",
                "0 12 * * 5-7 = 2026-02-20T11:00:00Z 2026-02-21T11:00:00Z 2026-02-22T11:00:00Z 2026-02-27T11:00:00Z",
                "0 12 * * fri-sun = 2026-02-20T11:00:00Z 2026-02-21T11:00:00Z 2026-02-22T11:00:00Z 2026-02-27T11:00:00Z",
                "@daily = 2026-02-20T23:00:00Z 2026-02-21T23:00:00Z",
                "@WEEKLY = 2026-02-21T23:00:00Z 2026-02-28T23:00:00Z"
            })
    void dueTimesFollowEachOther(String cron, String instants) {
        List<Instant> expected = new ArrayList<>();
        for (String instant : instants.split(" ", -1)) {
            expected.add(Instant.parse(instant));
        }
        Instant end = expected.get(expected.size() - 1);

        assertThat(forwards(Cron.parse(cron), BERLIN, expected.get(0).minusSeconds(1), end))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0 3 * *",
                "0 3 * * * *",
                "60 3 * * *",
                "0 24 * * *",
                "0 3 0 * *",
                "0 3 32 * *",
                "0 3 * 13 *",
                "0 3 * * 8",
                "0 3 * * || 0 4 * * *",
                "*/0 * * * *",
                "5-1 * * * *",
                "1-2-3 * * * *",
                "1//2 * * * *",
                "1, * * * *",
                "a * * * *",
                "0 3 * * MONDAY",
                "0 3 L-1 * *",
                "0 3 * L *",
                "0 3 LW * *",
                "0 3 * * 1#2",
                "0 3 ? * *",
                "@reboot",
                "@",
                "-1 * * * *",
                "+1 * * * *",
                "0x1 * * * *",
                "*-5 * * * *",
                "1.5 * * * *",
                "* * * * * #",
                "99999999999 * * * *",
                "0 3 30 2 *",
                "0 3 31 4,6,9,11 *"
            })
    void whatFiveFieldCronDoesNotMeanIsRefusedWithWhatIsExpected(String cron) {
        assertThatThrownBy(() -> new Schedule(cron, BERLIN, false, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: ");
    }

    /**
     * Every zone, at a change of its clocks if it has any, against a plain reading of the rule: all local times of some
     * days, and all minutes.
     */
    @Test
    void everyZoneKeepsTheRule() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int cases = 0;
        int dues = 0;
        for (String name : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
            ZoneId zone = ZoneId.of(name);
            for (int n = 0; n < Integer.getInteger("mayfly.crons", 1); n++) {
                String text = randomCron(random);
                Cron cron = Cron.parse(text);
                Instant middle = moment(zone.getRules(), random);
                Instant from = middle.minus(Duration.ofMinutes(random.nextInt(1_500)));
                Instant to = middle.plus(Duration.ofMinutes(random.nextInt(1_500)));
                List<Instant> found = forwards(cron, zone, from, to);
                assertThat(found)
                        .as("%s in %s from %s to %s, seed %d", text, name, from, to, seed)
                        .isEqualTo(plainly(text, zone, from, to))
                        .isEqualTo(backwards(cron, zone, from, to));
                cases++;
                dues += found.size();
            }
        }
        System.out.println("seed " + seed + ": " + cases + " crons, zones and spans, " + dues + " due times");
    }

    /** Also in zones that lost a day, as Samoa did its 30th of December 2011. */
    @Test
    void aDailyScheduleHasEveryDateOnce() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (String name : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
            ZoneId zone = ZoneId.of(name);
            String text = random.nextInt(60) + " " + random.nextInt(24) + " * * *";
            Schedule schedule = new Schedule(text, zone, false, Optional.empty());
            Instant due = schedule.nextAfter(moment(zone.getRules(), random).minus(Duration.ofDays(5)));
            DataInterval before = schedule.intervalEndingAt(due);
            for (int day = 0; day < 10; day++) {
                due = schedule.nextAfter(due);
                DataInterval interval = schedule.intervalEndingAt(due);
                assertThat(interval.start()).isEqualTo(before.end());
                assertThat(interval.date())
                        .as("%s in %s on %s, seed %d", text, name, due, seed)
                        .isEqualTo(before.date().plusDays(1));
                before = interval;
            }
        }
    }

    @Test
    void aDayThatAZoneLostHasItsRunWhereTheClockGoesOn() {
        Schedule schedule = new Schedule("30 2 * * *", ZoneId.of("Pacific/Apia"), false, Optional.empty());
        Instant change = Instant.parse("2011-12-30T10:00:00Z");

        assertThat(schedule.nextAfter(change.minusSeconds(1))).isEqualTo(change);
        assertThat(schedule.intervalEndingAt(schedule.nextAfter(change)).date()).isEqualTo(LocalDate.of(2011, 12, 30));
    }

    private static List<Instant> forwards(Cron cron, ZoneId zone, Instant from, Instant to) {
        List<Instant> found = new ArrayList<>();
        Instant next = cron.nextAfter(from, zone).orElseThrow().instant();
        while (!next.isAfter(to)) {
            found.add(next);
            next = cron.nextAfter(next, zone).orElseThrow().instant();
        }
        return found;
    }

    private static List<Instant> backwards(Cron cron, ZoneId zone, Instant from, Instant to) {
        List<Instant> found = new ArrayList<>();
        Instant last = cron.lastBefore(to.plusNanos(1), zone).orElseThrow().instant();
        while (last.isAfter(from)) {
            found.add(0, last);
            last = cron.lastBefore(last, zone).orElseThrow().instant();
        }
        return found;
    }

    /** Reads times, not dates: goes through all seconds at which a minute of the local clock can begin. */
    private static List<Instant> plainly(String text, ZoneId zone, Instant from, Instant to) {
        String[] fields = text.split(" ", -1);
        boolean isElapsed = fields[1].contains("*") || fields[1].contains("/");
        ZoneRules rules = zone.getRules();
        TreeSet<Instant> found = new TreeSet<>();
        LocalDateTime local = LocalDateTime.ofInstant(from, ZoneOffset.UTC)
                .minusDays(3)
                .withSecond(0)
                .withNano(0);
        LocalDateTime end = LocalDateTime.ofInstant(to, ZoneOffset.UTC).plusDays(3);
        for (; local.isBefore(end); local = local.plusMinutes(1)) {
            if (isMatching(fields, local)) {
                List<ZoneOffset> offsets = rules.getValidOffsets(local);
                if (isElapsed) {
                    for (ZoneOffset offset : offsets) {
                        found.add(local.toInstant(offset));
                    }
                } else if (offsets.isEmpty()) {
                    found.add(rules.getTransition(local).getInstant());
                } else {
                    found.add(local.toInstant(offsets.get(0)));
                }
            }
        }
        return List.copyOf(found.subSet(from, false, to, true));
    }

    private static boolean isMatching(String[] fields, LocalDateTime local) {
        boolean day = isIn(fields[2], local.getDayOfMonth());
        boolean weekday = isIn(fields[4], local.getDayOfWeek().getValue() % 7);
        boolean isDay = (fields[2].startsWith("*") || fields[4].startsWith("*")) ? day && weekday : day || weekday;
        return isDay
                && isIn(fields[0], local.getMinute())
                && isIn(fields[1], local.getHour())
                && isIn(fields[3], local.getMonthValue());
    }

    /** Understands what {@link #randomCron} writes. */
    private static boolean isIn(String field, int value) {
        if (field.startsWith("*")) {
            return value % Integer.parseInt(field.length() == 1 ? "1" : field.substring(2)) == 0;
        }
        for (String part : field.split(",", -1)) {
            String[] range = part.split("-", -1);
            if (value >= Integer.parseInt(range[0]) && value <= Integer.parseInt(range[range.length - 1])) {
                return true;
            }
        }
        return false;
    }

    private static String randomCron(Random random) {
        return field(random, 60) + " " + field(random, 24) + " "
                + (random.nextInt(3) > 0 ? "*" : 1 + random.nextInt(15) + "-" + (16 + random.nextInt(16))) + " * "
                + (random.nextInt(3) > 0 ? "*" : random.nextInt(7) + ",3");
    }

    private static String field(Random random, int values) {
        return switch (random.nextInt(5)) {
            case 0 -> "*";
            case 1 -> "*/" + (2 + random.nextInt(values / 2));
            case 2 -> random.nextInt(values) + "," + random.nextInt(values);
            case 3 -> random.nextInt(values / 2) + "-" + (values / 2 + random.nextInt(values / 2));
            default -> Integer.toString(random.nextInt(values));
        };
    }

    /** A change of the zone's clocks of any time, if it has any; otherwise any moment. */
    private static Instant moment(ZoneRules rules, Random random) {
        Instant any = Instant.ofEpochSecond(-2_000_000_000L + (long) (random.nextDouble() * 4_100_000_000L));
        ZoneOffsetTransition next = rules.nextTransition(any);
        ZoneOffsetTransition change = next == null ? rules.previousTransition(any) : next;
        return change == null ? any : change.getInstant();
    }
}
