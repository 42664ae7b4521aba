package dev.mayfly.retraining;

import dev.mayfly.cluster.Cluster;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.NewRun;
import dev.mayfly.engine.Plan;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunId;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.Template;
import dev.mayfly.postgres.Database;
import dev.mayfly.tracking.Refused;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Pipelines, their runs and slices. Every method is one transaction or none. Safe for use by any thread. */
public final class Retraining {

    private final Database database;
    private final Clock clock;
    private final Engine engine;
    private final Rooms rooms;
    private final PipelineTexts texts;
    private final RunLogs logs;
    private final Path dataFolder;

    public Retraining(
            Database database, Clock clock, Engine engine, Rooms rooms, PipelineTexts texts, PipelineTasks tasks) {
        this.database = database;
        this.clock = clock;
        this.engine = engine;
        this.rooms = rooms;
        this.texts = texts;
        this.logs = tasks.logs();
        this.dataFolder = tasks.dataFolder();
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
        pipeline.cluster()
                .ifPresent(spec -> rooms.clusters().provider(spec.provider()).check(spec));
        StoredPipeline.Source source = new StoredPipeline.Source(sha256(yaml), file, yaml);
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Optional<PipelineStore.Row> before = PipelineStore.find(tx, pipeline.name());
            if (before.map(row -> row.source().hash().equals(source.hash())).orElse(false)) {
                return new Applied(pipeline.name(), source.hash(), Applied.Change.UNCHANGED);
            }
            PipelineStore.putVersion(tx, pipeline.name(), source, now);
            PipelineStore.put(tx, pipeline.name(), source.hash(), nextDue(pipeline, now), now);
            return new Applied(
                    pipeline.name(),
                    source.hash(),
                    before.isPresent() ? Applied.Change.CHANGED : Applied.Change.CREATED);
        });
    }

    public List<StoredPipeline> pipelines() {
        return database.inTransaction(PipelineStore::all).stream()
                .map(this::stored)
                .toList();
    }

    public StoredPipeline pipeline(String name) {
        return stored(database.inTransaction(tx -> PipelineStore.find(tx, name))
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
        engine.newest(name, 100).stream()
                .filter(run -> !run.state().isTerminal())
                .findFirst()
                .ifPresent(run -> {
                    throw new Refused(
                            Refused.Kind.WRONG_STATE,
                            "pipeline '" + name + "' has run " + run.id().shortForm() + " under way (expected: none;"
                                    + " cancel it first)");
                });
        database.useTransaction(tx -> PipelineStore.delete(tx, name));
    }

    /**
     * Opens a run by hand; with {@code allSlices} one for each slice that waits. Empty: the pipeline has an input, and no
     * slice of it waits.
     *
     * @param overrides values of declared parameters
     */
    public List<RunId> run(String name, Map<String, String> overrides, boolean allSlices) {
        StoredPipeline stored = pipeline(name);
        PipelineRun.Trigger trigger = new PipelineRun.Trigger(PipelineRun.Trigger.Kind.MANUAL, null);
        Map<String, String> parameters = parameters(stored.pipeline(), overrides);
        List<RunId> opened = new ArrayList<>();
        Optional<RunId> next;
        do {
            next = database.inTransaction(tx -> open(tx, stored, trigger, parameters, "manual:" + UUID.randomUUID()));
            next.ifPresent(opened::add);
        } while (allSlices && next.isPresent() && stored.pipeline().input().isPresent());
        return opened;
    }

    /** Opens the run of a due time, once, and sets the next one. */
    void runDue(String name, Instant due) {
        StoredPipeline stored = pipeline(name);
        Map<String, String> parameters = parameters(stored.pipeline(), Map.of());
        database.useTransaction(tx -> {
            if (PipelineStore.passDue(tx, name, due, nextDue(stored.pipeline(), clock.instant()))) {
                open(
                        tx,
                        stored,
                        new PipelineRun.Trigger(PipelineRun.Trigger.Kind.SCHEDULE, due),
                        parameters,
                        name + "@" + due);
            }
        });
    }

    private Optional<RunId> open(
            Handle tx,
            StoredPipeline stored,
            PipelineRun.Trigger trigger,
            Map<String, String> parameters,
            String dedupeKey) {
        Optional<Slice> slice = Optional.empty();
        if (stored.pipeline().input().isPresent()) {
            slice = nextSlice(tx, stored.pipeline(), stored.pipeline().input().get(), parameters);
            if (slice.isEmpty()) {
                return Optional.empty();
            }
        }
        Engine.Opened opened = engine.open(tx, new NewRun(stored.name(), dedupeKey, plan(stored.pipeline())));
        if (opened.fresh()) {
            slice.ifPresent(some -> SliceStore.claim(tx, some, opened.id(), clock.instant()));
            PipelineRunStore.insert(
                    tx,
                    new PipelineRun(opened.id(), stored.name(), stored.source().hash(), trigger, parameters, slice));
        }
        return Optional.of(opened.id());
    }

    private Optional<Slice> nextSlice(
            Handle tx, Pipeline pipeline, Pipeline.Input input, Map<String, String> parameters) {
        Map<String, String> values = new HashMap<>();
        parameters.forEach((key, value) -> values.put("parameters." + key, value));
        values.put("pipeline.name", pipeline.name());
        values.put("data", dataFolder.toString());
        String pattern = Template.fill(input.files(), values);
        SliceStore.lock(tx, pipeline.name());
        Set<String> known = SliceStore.knownFiles(tx, pipeline.name());
        List<String> fresh =
                matching(pattern).stream().filter(file -> !known.contains(file)).toList();
        for (int from = 0; from < fresh.size(); from += input.filesPerSlice()) {
            int to = Math.min(from + input.filesPerSlice(), fresh.size());
            SliceStore.insert(tx, pipeline.name(), pattern, fresh.subList(from, to), clock.instant());
        }
        return SliceStore.nextWaiting(tx, pipeline.name(), pattern);
    }

    private static List<String> matching(String pattern) {
        try {
            return InputFiles.matching(pattern);
        } catch (IllegalArgumentException e) {
            throw Refused.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static Plan plan(Pipeline pipeline) {
        List<Plan.Step> steps = pipeline.tasks().stream()
                .map(task -> new Plan.Step(
                        task.name(),
                        task.needs(),
                        task.retry(),
                        task.timeout(),
                        task.work().onCluster()))
                .toList();
        return new Plan(steps, pipeline.limits().timeout(), pipeline.limits().maxActiveRuns());
    }

    private Map<String, String> parameters(Pipeline pipeline, Map<String, String> overrides) {
        for (String name : new TreeSet<>(overrides.keySet())) {
            if (!pipeline.parameters().containsKey(name)) {
                throw Refused.invalid("parameter '" + name + "' (expected: one of "
                        + pipeline.parameters().keySet() + ")");
            }
        }
        Map<String, String> parameters = new HashMap<>(pipeline.parameters());
        parameters.putAll(overrides);
        parameters.replaceAll((name, value) -> filled(name, value));
        return parameters;
    }

    private String filled(String name, String value) {
        try {
            return Template.fill(value, Map.of("data", dataFolder.toString()));
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("parameter '" + name + "': " + e.getMessage());
        }
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

    /** The names of an attempt's logs. */
    public List<String> logNames(AttemptId attempt) {
        if (logs.isKept(attempt)) {
            return logs.names(attempt);
        }
        return lastCluster(attempt)
                .map(cluster ->
                        rooms.clusters().provider(cluster.spec().provider()).logs(cluster.name(), attempt.jobName()))
                .orElse(List.of());
    }

    /** Up to {@code maxBytes} of a log from a byte offset; empty at its end so far. */
    public byte[] readLog(AttemptId attempt, String log, long offset, int maxBytes) {
        if (logs.isKept(attempt)) {
            return logs.read(attempt, log, offset, maxBytes);
        }
        return lastCluster(attempt)
                .map(cluster -> rooms.clusters()
                        .provider(cluster.spec().provider())
                        .readLog(cluster.name(), attempt.jobName(), log, offset, maxBytes))
                .orElse(new byte[0]);
    }

    private Optional<Cluster> lastCluster(AttemptId attempt) {
        List<Cluster> clusters = rooms.clusters().ofRun(attempt.run());
        return clusters.isEmpty() ? Optional.empty() : Optional.of(clusters.get(clusters.size() - 1));
    }

    private static @Nullable Instant nextDue(Pipeline pipeline, Instant now) {
        return pipeline.schedule().flatMap(schedule -> schedule.nextAfter(now)).orElse(null);
    }

    private StoredPipeline stored(PipelineStore.Row row) {
        return new StoredPipeline(
                texts.byHash(row.source().hash()), row.source(), row.paused(), row.nextDue(), row.applied());
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
