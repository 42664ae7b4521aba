package dev.mayfly.retraining;

import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.ClusterRefused;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunId;
import dev.mayfly.pipeline.DataInterval;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.Schedule;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Pipelines, their runs and slices. Every method is one transaction or none. Safe for use by any thread. */
public final class Retraining {

    private static final int MOST_AT_ONCE = 1_000;

    private final Database database;
    private final Clock clock;
    private final Engine engine;
    private final Rooms rooms;
    private final PipelineTexts texts;
    private final OpenRuns openRuns;
    private final RunLogs logs;

    public Retraining(
            Database database, Clock clock, Engine engine, Rooms rooms, PipelineTexts texts, PipelineTasks tasks) {
        this.database = database;
        this.clock = clock;
        this.engine = engine;
        this.rooms = rooms;
        this.texts = texts;
        this.openRuns = tasks.openRuns();
        this.logs = tasks.logs();
    }

    /** What {@link #apply} did. */
    public record Applied(String name, String hash, Change change) {

        public enum Change {
            CREATED,
            CHANGED,
            UNCHANGED
        }
    }

    /** A run with all that belongs to it. */
    public record RunDetails(
            Run run, PipelineRun pipelineRun, List<TaskExecution> executions, List<Cluster> clusters) {}

    /**
     * Stores a pipeline, or a new text of one. Runs that are under way keep the text they began with.
     *
     * @throws dev.mayfly.pipeline.InvalidPipeline with everything that is wrong in the text
     */
    public Applied apply(String file, String yaml) {
        Pipeline pipeline = texts.parse(file, yaml);
        check(pipeline);
        StoredPipeline.Source source = new StoredPipeline.Source(sha256(yaml), file, yaml);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Optional<PipelineStore.Row> before = PipelineStore.find(tx, pipeline.name());
            if (before.map(row -> row.source().hash().equals(source.hash())).orElse(false)) {
                return new Applied(pipeline.name(), source.hash(), Applied.Change.UNCHANGED);
            }
            PipelineStore.putVersion(tx, pipeline.name(), source, now);
            PipelineStore.put(tx, pipeline, source.hash(), nextDue(pipeline, now), now);
            return new Applied(
                    pipeline.name(),
                    source.hash(),
                    before.isPresent() ? Applied.Change.CHANGED : Applied.Change.CREATED);
        });
    }

    private void check(Pipeline pipeline) {
        try {
            pipeline.cluster().ifPresent(rooms.clusters()::check);
        } catch (ClusterRefused e) {
            throw Refused.invalid("cluster of pipeline '" + pipeline.name() + "': " + e.getMessage());
        }
    }

    public List<StoredPipeline> pipelines() {
        return database.inTransaction(PipelineStore::all).stream()
                .map(texts::stored)
                .toList();
    }

    public StoredPipeline pipeline(String name) {
        return texts.stored(database.inTransaction(tx -> PipelineStore.find(tx, name))
                .orElseThrow(() -> Refused.missing("pipeline '" + name + "' (expected: one of " + names() + ")")));
    }

    /** Stops or resumes what the pipeline does by itself; runs under way go on, and runs by hand stay possible. */
    public StoredPipeline pause(String name, boolean paused) {
        Pipeline pipeline = pipeline(name).pipeline();
        database.useTransaction(
                tx -> PipelineStore.pause(tx, name, paused, paused ? null : nextDue(pipeline, clock.instant())));
        return pipeline(name);
    }

    /** Forgets a pipeline; its runs and slices stay on record. Refused while a run is under way. */
    public void delete(String name) {
        pipeline(name);
        engine.unfinished(name).stream().findFirst().ifPresent(run -> {
            throw new Refused(
                    Refused.Kind.WRONG_STATE,
                    "pipeline '" + name + "' has run " + run.id().shortForm() + " under way (expected: none;"
                            + " cancel it first)");
        });
        database.useTransaction(tx -> PipelineStore.delete(tx, name));
    }

    /**
     * Opens a run by hand, for the last complete data interval if there is a schedule; with {@code allSlices} one for each
     * slice that waits. Empty: the pipeline has an input, and no slice of it waits.
     *
     * @param overrides values of declared parameters
     */
    public List<RunId> run(String name, Map<String, String> overrides, boolean allSlices) {
        StoredPipeline stored = pipeline(name);
        Map<String, String> parameters = openRuns.parameters(stored.pipeline(), overrides);
        Instant now = clock.instant();
        DataInterval interval = stored.pipeline()
                .trigger()
                .schedule()
                .flatMap(schedule -> schedule.lastUntil(now).map(schedule::intervalEndingAt))
                .orElseGet(() -> DataInterval.at(now));
        PipelineRun.Trigger trigger = new PipelineRun.Trigger(PipelineRun.Trigger.Kind.MANUAL, null);
        List<RunId> opened = new ArrayList<>();
        Optional<OpenRuns.Opened> next;
        do {
            OpenRuns.Opening opening =
                    new OpenRuns.Opening(trigger, interval, parameters, "manual:" + UUID.randomUUID());
            next = database.inTransaction(tx -> openRuns.open(tx, stored, opening));
            next.ifPresent(some -> opened.add(some.run()));
        } while (allSlices && next.isPresent() && stored.pipeline().input().isPresent());
        return opened;
    }

    /** Opens the run of a due time, once, and sets the next one. */
    void runDue(String name, Instant due) {
        StoredPipeline stored = pipeline(name);
        Schedule schedule = stored.pipeline().trigger().schedule().orElseThrow();
        Instant now = clock.instant();
        Instant last = schedule.catchup() ? due : schedule.lastUntil(now).orElse(due);
        Instant next = schedule.nextAfter(schedule.catchup() ? due : now).orElse(null);
        Map<String, String> parameters = openRuns.parameters(stored.pipeline(), Map.of());
        database.useTransaction(tx -> {
            if (PipelineStore.passDue(tx, name, due, next)) {
                openRuns.open(
                        tx, stored, OpenRuns.Opening.due(stored, PipelineRun.Trigger.Kind.SCHEDULE, last, parameters));
            }
        });
    }

    /**
     * Opens the runs of a schedule whose data intervals lie within a span of time, oldest first. An interval that had its run,
     * whatever opened it, gets no other. Returns the runs that were opened now.
     *
     * @throws Refused if the pipeline has no schedule, or the span holds no interval or more than {@value #MOST_AT_ONCE}
     */
    public List<RunId> backfill(String name, Instant from, Instant to, Map<String, String> overrides) {
        StoredPipeline stored = pipeline(name);
        Schedule schedule = stored.pipeline()
                .trigger()
                .schedule()
                .orElseThrow(() -> Refused.invalid("pipeline '" + name + "' (expected: one with a cron schedule)"));
        List<Instant> dues = dues(schedule, from, to);
        if (dues.isEmpty() || dues.size() > MOST_AT_ONCE) {
            throw Refused.invalid("interval " + from + " to " + to + " holds "
                    + (dues.isEmpty() ? "no" : "more than " + MOST_AT_ONCE) + " data intervals of '" + schedule.cron()
                    + "' (expected: 1 to " + MOST_AT_ONCE + ")");
        }
        Map<String, String> parameters = openRuns.parameters(stored.pipeline(), overrides);
        List<RunId> opened = new ArrayList<>();
        for (Instant due : dues) {
            OpenRuns.Opening opening = OpenRuns.Opening.due(stored, PipelineRun.Trigger.Kind.BACKFILL, due, parameters);
            database.inTransaction(tx -> openRuns.open(tx, stored, opening))
                    .filter(OpenRuns.Opened::fresh)
                    .ifPresent(some -> opened.add(some.run()));
        }
        return opened;
    }

    private static List<Instant> dues(Schedule schedule, Instant from, Instant to) {
        List<Instant> dues = new ArrayList<>();
        Optional<Instant> due = schedule.nextAfter(from);
        while (due.isPresent() && !due.get().isAfter(to) && dues.size() <= MOST_AT_ONCE) {
            if (!schedule.intervalEndingAt(due.get()).start().isBefore(from)) {
                dues.add(due.get());
            }
            due = schedule.nextAfter(due.get());
        }
        return dues;
    }

    /**
     * Does a finished run's work again where it did not succeed, and from the given tasks on; its slice is claimed again.
     *
     * @throws Refused if the run is not over, nothing is left to do, a task is unknown, or its slice is another run's by now
     */
    public void retry(RunId run, Set<String> from) {
        database.useTransaction(tx -> {
            try {
                if (!engine.retry(tx, run, from)) {
                    throw new Refused(
                            Refused.Kind.WRONG_STATE,
                            "run " + run.shortForm() + " (expected: a finished run with a task that did not succeed, or"
                                    + " a task to begin from)");
                }
            } catch (IllegalArgumentException e) {
                throw Refused.invalid(String.valueOf(e.getMessage()));
            }
            Optional<Slice> slice = PipelineRunStore.find(tx, run).flatMap(PipelineRun::slice);
            if (slice.isPresent() && !SliceStore.claimAgain(tx, run, clock.instant())) {
                throw new Refused(
                        Refused.Kind.WRONG_STATE,
                        "slice " + slice.get().number() + " of run " + run.shortForm() + " is "
                                + slice.get().state() + " by another run (expected: still this run's)");
            }
        });
    }

    /** The newest runs, newest first; of one pipeline only, if it is given. */
    public List<Run> runs(@Nullable String pipeline, int limit) {
        return engine.newest(pipeline, limit);
    }

    /** The run that an id or the unique beginning of one names. */
    public RunDetails run(String idOrPrefix) {
        List<RunId> ids = idOrPrefix.length() < 4 ? List.of() : engine.idsStartingWith(idOrPrefix);
        if (ids.size() != 1) {
            throw Refused.missing("run '" + idOrPrefix + "' (expected: the id of a run, or at least its first 4 digits"
                    + (ids.isEmpty() ? "" : "; several runs begin so") + ")");
        }
        RunId id = ids.get(0);
        Run run = engine.find(id).orElseThrow();
        return database.inTransaction(tx -> new RunDetails(
                run,
                PipelineRunStore.find(tx, id).orElseThrow(),
                PipelineRunStore.executions(tx, id),
                rooms.clusters().ofRun(id)));
    }

    /** Asks a run to stop. False: it is over already, or was asked before. */
    public boolean cancel(RunId run, String reason) {
        return engine.cancel(run, reason);
    }

    public List<Slice> slices(String pipeline) {
        return database.inTransaction(tx -> SliceStore.all(tx, pipeline));
    }

    /**
     * Moves a slice by hand: to {@link Slice.State#NEW} to have it worked off again, to {@link Slice.State#SKIPPED} to have it
     * left out.
     *
     * @param input the pattern that found it; null if its number says enough
     * @throws Refused if there is no such slice, there are several, or a run has it
     */
    public Slice moveSlice(String pipeline, @Nullable String input, int number, Slice.State to) {
        List<Slice> found = slices(pipeline).stream()
                .filter(slice -> slice.number() == number
                        && (input == null || slice.input().equals(input)))
                .toList();
        if (found.size() != 1) {
            throw Refused.missing("slice " + number + " of pipeline '" + pipeline + "': there are " + found.size()
                    + " (expected: one; --input tells those of different patterns apart)");
        }
        return database.inTransaction(tx -> {
            if (!SliceStore.move(tx, found.get(0), to, clock.instant())) {
                throw new Refused(
                        Refused.Kind.WRONG_STATE, "slice " + number + " is claimed by a run (expected: by none)");
            }
            Slice slice = found.get(0);
            return SliceStore.find(tx, slice.pipeline(), slice.input(), slice.number())
                    .orElseThrow();
        });
    }

    /** The names of an attempt's logs. */
    public List<String> logNames(AttemptId attempt) {
        if (logs.isKept(attempt)) {
            return logs.names(attempt);
        }
        return rooms.clusters()
                .current(attempt.run())
                .map(cluster -> rooms.clusters().provider(cluster).logs(cluster.ref(), attempt.jobName()))
                .orElse(List.of());
    }

    /** Up to {@code maxBytes} of a log from a byte offset; empty at its end so far. */
    public byte[] readLog(AttemptId attempt, String log, long offset, int maxBytes) {
        if (logs.isKept(attempt)) {
            return logs.read(attempt, log, offset, maxBytes);
        }
        return rooms.clusters()
                .current(attempt.run())
                .map(cluster -> rooms.clusters()
                        .provider(cluster)
                        .readLog(cluster.ref(), attempt.jobName(), log, offset, maxBytes))
                .orElse(new byte[0]);
    }

    private static @Nullable Instant nextDue(Pipeline pipeline, Instant now) {
        return pipeline.trigger()
                .schedule()
                .flatMap(schedule -> schedule.nextAfter(from(schedule, now)))
                .orElse(null);
    }

    /** Catching up begins where the schedule does: a due time that had its run gets no other. */
    private static Instant from(Schedule schedule, Instant now) {
        return schedule.start()
                .filter(start -> schedule.catchup() || start.isAfter(now))
                .orElse(now);
    }

    private List<String> names() {
        return database.inTransaction(PipelineStore::all).stream()
                .map(PipelineStore.Row::name)
                .toList();
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
