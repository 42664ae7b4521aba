package dev.mayfly.retraining;

import dev.mayfly.access.Actor;
import dev.mayfly.audit.Audit;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.RunState;
import dev.mayfly.pipeline.DataInterval;
import dev.mayfly.pipeline.Schedule;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import dev.mayfly.task.PipelineRun;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Opens runs that a person asks for: one now, or those of the past. Thread-safe. */
public final class RunsByHand {

    private static final int MOST_AT_ONCE = 1_000;

    private final Database database;
    private final Engine engine;
    private final PipelineRevisions revisions;
    private final RunOpener opener;
    private final Clock clock;

    RunsByHand(Database database, Engine engine, PipelineRevisions revisions, RunOpener opener, Clock clock) {
        this.database = database;
        this.engine = engine;
        this.revisions = revisions;
        this.opener = opener;
        this.clock = clock;
    }

    /**
     * Which run to open.
     *
     * @param overrides values of declared parameters
     * @param interval a date, or a time that the data interval begins at, in the schedule's zone; null for the last
     *     complete one
     * @param allSlices whether to open one for each slice that waits
     */
    public record Wanted(
            Map<String, String> overrides, @Nullable String interval, boolean allSlices) {}

    /**
     * The runs that were opened; none if the pipeline has an input and no slice of it waits.
     *
     * @param leftOut the input files that were not taken, each with its reason
     */
    public record Opened(List<RunId> runs, List<String> leftOut) {}

    /**
     * Opens a run by hand.
     *
     * @throws Refused if the pipeline or a parameter is unknown, or no complete data interval begins then
     */
    public Opened open(Actor actor, String name, Wanted wanted) {
        StoredPipeline stored = revisions.named(name);
        Map<String, String> parameters = parameters(actor, stored, wanted.overrides());
        DataInterval interval = wanted.interval() == null ? last(stored) : interval(stored, wanted.interval());
        PipelineRun.Trigger trigger = new PipelineRun.Trigger(PipelineRun.Trigger.Kind.MANUAL, actor.name());
        List<RunId> opened = new ArrayList<>();
        Set<String> leftOut = new LinkedHashSet<>();
        Optional<RunOpener.Opened> next;
        do {
            RunOpener.OpenRequest request =
                    new RunOpener.OpenRequest(trigger, interval, parameters, "manual:" + UUID.randomUUID());
            RunOpener.Result result = open(actor, "pipeline run", stored, request);
            next = result.opened();
            next.ifPresent(some -> opened.add(some.run()));
            leftOut.addAll(result.leftOut());
        } while (wanted.allSlices()
                && next.isPresent()
                && stored.pipeline().input().isPresent());
        return new Opened(opened, List.copyOf(leftOut));
    }

    private RunOpener.Result open(Actor actor, String action, StoredPipeline stored, RunOpener.OpenRequest request) {
        RunOpener.Prepared prepared = opener.prepare(stored, request);
        return database.inTransaction(tx -> {
            RunOpener.Result result = opener.open(tx, prepared);
            result.opened().filter(RunOpener.Opened::fresh).ifPresent(opened -> {
                String interval = "interval " + request.interval().start() + " to "
                        + request.interval().end();
                Audit.done(tx, actor, action, PipelineRuns.object(opened.run(), stored.name()), interval);
            });
            return result;
        });
    }

    private Map<String, String> parameters(Actor actor, StoredPipeline stored, Map<String, String> overrides) {
        Map<String, String> parameters = opener.parameters(stored.pipeline(), overrides);
        Map<String, String> usual = opener.parameters(stored.pipeline(), Map.of());
        PipelineRights.checkParameters(actor, stored.pipeline(), opener.values(usual), opener.values(parameters));
        return parameters;
    }

    /** The last complete data interval; without a schedule this instant. */
    private DataInterval last(StoredPipeline stored) {
        Instant now = clock.instant();
        return stored.pipeline()
                .trigger()
                .schedule()
                .map(schedule -> schedule.intervalEndingAt(schedule.lastUntil(now)))
                .orElseGet(() -> DataInterval.at(now));
    }

    /** Without a schedule, a date means that day in UTC. */
    private DataInterval interval(StoredPipeline stored, String text) {
        Optional<Schedule> schedule = stored.pipeline().trigger().schedule();
        Optional<LocalDate> date = Moments.date(text);
        DataInterval interval;
        if (schedule.isPresent()) {
            interval = date.isPresent()
                    ? on(schedule.get(), date.get())
                    : beginning(
                            schedule.get(),
                            Moments.instant("interval", text, schedule.get().zone()));
        } else {
            LocalDate day = date.orElseThrow(() -> Refused.invalid("interval '" + text
                    + "' (expected: a date such as 2026-01-31; without a schedule it is a day in UTC)"));
            interval = new DataInterval(start(day), start(day.plusDays(1)), day);
        }
        if (interval.end().isAfter(clock.instant())) {
            throw Refused.invalid("interval '" + text + "' ends at " + interval.end()
                    + " (expected: a data interval that is complete)");
        }
        return interval;
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static DataInterval on(Schedule schedule, LocalDate date) {
        List<DataInterval> intervals = schedule.intervalsOn(date);
        if (intervals.size() == 1) {
            return intervals.get(0);
        }
        DataInterval around =
                schedule.intervalAt(date.atStartOfDay(schedule.zone()).toInstant());
        throw Refused.invalid("interval '" + date + "': "
                + (intervals.isEmpty()
                        ? "no data interval of '" + schedule.cron() + "' begins on that date (expected: one that does;"
                                + " the one around it begins at " + around.start() + ")"
                        : intervals.size() + " data intervals of '" + schedule.cron()
                                + "' begin on that date (expected:"
                                + " the time at which one begins, such as "
                                + intervals.get(0).start() + ")"));
    }

    private static DataInterval beginning(Schedule schedule, Instant start) {
        DataInterval interval = schedule.intervalAt(start);
        if (!interval.start().equals(start)) {
            throw Refused.invalid("interval '" + start + "' (expected: the time at which a data interval of '"
                    + schedule.cron() + "' begins; the one around it begins at " + interval.start() + ")");
        }
        return interval;
    }

    /** Which of the data intervals that had a run are done again. */
    public enum Redo {
        NONE,
        /** Those whose last run did not succeed. */
        FAILED,
        ALL
    }

    /**
     * What to backfill: the data intervals that lie within a span of time.
     *
     * @param from a date, a local time in the schedule's zone, or a time with its offset
     * @param to likewise, and not in the future
     * @param overrides values of declared parameters
     */
    public record Span(String from, String to, Redo redo, Map<String, String> overrides) {}

    /**
     * What a backfill did.
     *
     * @param opened the runs that it opened
     * @param had how many data intervals had a run and got no other, by the state of their last run
     */
    public record Backfilled(List<RunId> opened, Map<RunState, Integer> had) {}

    /**
     * Opens the runs of a schedule whose data intervals lie within a span of time, oldest first. An interval that had a
     * run, whatever opened it, gets another one only if the span says so and none of its runs is active.
     *
     * @throws Refused if the pipeline has no schedule, or the span is not in order, reaches into the future, or holds no
     *     interval or more than {@value #MOST_AT_ONCE}
     */
    public Backfilled backfill(Actor actor, String name, Span span) {
        StoredPipeline stored = revisions.named(name);
        Schedule schedule = stored.pipeline()
                .trigger()
                .schedule()
                .orElseThrow(() -> Refused.invalid("pipeline '" + name + "' (expected: one with a cron schedule)"));
        List<Instant> dues = dues(schedule, span);
        Map<String, String> parameters = parameters(actor, stored, span.overrides());
        List<PipelineRunStore.OfInterval> before =
                database.read(tx -> PipelineRunStore.ofIntervals(tx, name, dues.get(0), dues.get(dues.size() - 1)));
        List<RunId> opened = new ArrayList<>();
        Map<RunState, Integer> had = new HashMap<>();
        for (Instant due : dues) {
            DataInterval interval = schedule.intervalEndingAt(due);
            List<RunId> runs = before.stream()
                    .filter(run -> run.interval().start().equals(interval.start())
                            && run.interval().end().equals(interval.end()))
                    .map(PipelineRunStore.OfInterval::run)
                    .toList();
            Optional<RunState> last = runs.isEmpty()
                    ? Optional.empty()
                    : engine.find(runs.get(runs.size() - 1)).map(run -> run.state());
            if (last.isEmpty() || isWanted(last.get(), span.redo())) {
                RunOpener.OpenRequest request = request(stored, due, parameters, runs);
                open(actor, "pipeline backfill", stored, request)
                        .opened()
                        .filter(RunOpener.Opened::fresh)
                        .ifPresent(some -> opened.add(some.run()));
            } else {
                had.merge(last.get(), 1, Integer::sum);
            }
        }
        return new Backfilled(opened, had);
    }

    private static boolean isWanted(RunState last, Redo redo) {
        return switch (redo) {
            case NONE -> false;
            case FAILED -> last == RunState.FAILED || last == RunState.CANCELLED;
            case ALL -> last.isTerminal();
        };
    }

    /** Two who do the same interval again at once open one run: the number of its runs so far is part of the key. */
    private static RunOpener.OpenRequest request(
            StoredPipeline stored, Instant due, Map<String, String> parameters, List<RunId> before) {
        RunOpener.OpenRequest first =
                RunOpener.OpenRequest.due(stored, PipelineRun.Trigger.Kind.BACKFILL, due, parameters);
        return before.isEmpty()
                ? first
                : new RunOpener.OpenRequest(
                        first.trigger(),
                        first.interval(),
                        parameters,
                        first.dedupeKey() + "#" + (before.size() + 1),
                        Optional.of(before.get(before.size() - 1)));
    }

    private List<Instant> dues(Schedule schedule, Span span) {
        ZoneId zone = schedule.zone();
        Instant from = Moments.instant("from", span.from(), zone);
        Instant to = Moments.instant("to", span.to(), zone);
        Instant now = clock.instant();
        if (to.isAfter(now) || !from.isBefore(to)) {
            throw Refused.invalid(
                    to.isAfter(now)
                            ? "to '" + span.to() + "' lies in the future: it means " + to + ", and it is " + now
                                    + " (expected: a span of the past)"
                            : "from '" + span.from() + "', to '" + span.to() + "' (expected: in this order)");
        }
        List<Instant> dues = new ArrayList<>();
        Instant due = schedule.nextAfter(from);
        while (!due.isAfter(to) && dues.size() <= MOST_AT_ONCE) {
            if (!schedule.intervalEndingAt(due).start().isBefore(from)) {
                dues.add(due);
            }
            due = schedule.nextAfter(due);
        }
        if (dues.isEmpty() || dues.size() > MOST_AT_ONCE) {
            throw Refused.invalid(
                    "span " + from + " to " + to + " holds " + (dues.isEmpty() ? "no" : "more than " + MOST_AT_ONCE)
                            + " data intervals of '" + schedule.cron() + "' (expected: 1 to " + MOST_AT_ONCE + ")");
        }
        return dues;
    }
}
