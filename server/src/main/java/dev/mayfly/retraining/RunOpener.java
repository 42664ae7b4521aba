package dev.mayfly.retraining;

import dev.mayfly.engine.Engine;
import dev.mayfly.engine.NewRun;
import dev.mayfly.engine.Plan;
import dev.mayfly.engine.RunId;
import dev.mayfly.pipeline.DataInterval;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.Template;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import dev.mayfly.slice.Slice;
import dev.mayfly.slice.Slices;
import dev.mayfly.task.PipelineRun;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/**
 * Opens runs, whatever asked for them: fixes the revision, the parameters and the data interval, claims the next slice if the pipeline
 * has an input, and writes all of it in one transaction. Thread-safe.
 */
final class RunOpener {

    private final Engine engine;
    private final Slices slices;
    private final String data;
    private final Database database;

    RunOpener(Database database, Engine engine, Slices slices, Path dataFolder) {
        this.database = database;
        this.engine = engine;
        this.slices = slices;
        this.data = dataFolder.toString();
    }

    /**
     * A request to open a run. Requests with the same dedupe key open one run.
     *
     * @param again the run whose work it does again, on the same slice
     */
    record OpenRequest(
            PipelineRun.Trigger trigger,
            DataInterval interval,
            Map<String, String> parameters,
            String dedupeKey,
            Optional<RunId> again) {

        OpenRequest(
                PipelineRun.Trigger trigger, DataInterval interval, Map<String, String> parameters, String dedupeKey) {
            this(trigger, interval, parameters, dedupeKey, Optional.empty());
        }

        /** Requests the run of a due time; a schedule and a backfill use the same dedupe key for it. */
        static OpenRequest due(
                StoredPipeline stored, PipelineRun.Trigger.Kind kind, Instant due, Map<String, String> parameters) {
            DataInterval interval = stored.pipeline()
                    .trigger()
                    .schedule()
                    .map(schedule -> schedule.intervalEndingAt(due))
                    .orElseGet(() -> DataInterval.at(due));
            return new OpenRequest(
                    new PipelineRun.Trigger(kind, due.toString()), interval, parameters, stored.name() + "@" + due);
        }
    }

    /**
     * A request whose input was listed, which is done before a transaction: a folder may be slow.
     *
     * @param listing empty without an input, and if the run does a slice again
     */
    record Prepared(StoredPipeline stored, OpenRequest request, Optional<Slices.Listing> listing) {}

    /**
     * Lists the input of a pipeline.
     *
     * @throws Refused if it can't be listed
     */
    Prepared prepare(StoredPipeline stored, OpenRequest request) {
        boolean hasSlice = request.again()
                .flatMap(run -> database.read(tx -> PipelineRunStore.find(tx, slices, run)))
                .flatMap(PipelineRun::slice)
                .isPresent();
        Optional<Slices.Listing> listing = stored.pipeline()
                .input()
                .filter(input -> !hasSlice)
                .map(input -> slices.list(inputFiles(stored.pipeline(), request.parameters()), input.rules()));
        return new Prepared(stored, request, listing);
    }

    /** The pattern of a pipeline's input, filled with parameters. */
    String inputFiles(Pipeline pipeline, Map<String, String> parameters) {
        Map<String, String> values = new HashMap<>(Template.parameters(parameters, data));
        values.put("pipeline.name", pipeline.name());
        values.put("data", data);
        return Template.fill(pipeline.input().orElseThrow().files(), values);
    }

    /** The run, and whether this request opened it. */
    record Opened(RunId run, boolean fresh) {}

    /** What became of a request: a run, or none since no slice waits; and the files that were left out. */
    record Result(Optional<Opened> opened, List<String> leftOut, Optional<Instant> ripe) {}

    /**
     * Opens a run, unless the pipeline has an input and no slice of it waits.
     *
     * @throws Refused if its jobs could not be started, for instance since an argument would be too long
     */
    Result open(Handle tx, Prepared prepared) {
        StoredPipeline stored = prepared.stored();
        OpenRequest request = prepared.request();
        Pipeline pipeline = stored.pipeline();
        Slices.Next next = pipeline.input().isPresent() ? next(tx, prepared) : Slices.Next.NONE;
        if (pipeline.input().isPresent() && next.slice().isEmpty()) {
            return new Result(Optional.empty(), next.leftOut(), next.ripe());
        }
        Engine.Opened opened = engine.open(tx, new NewRun(stored.name(), request.dedupeKey(), plan(pipeline)));
        if (opened.fresh()) {
            next.slice().ifPresent(slice -> claim(tx, pipeline, slice, request, opened.id()));
            PipelineRun run = new PipelineRun(
                    opened.id(),
                    stored.name(),
                    stored.revision().hash(),
                    request.trigger(),
                    request.interval(),
                    request.parameters(),
                    next.slice());
            check(pipeline, run);
            PipelineRunStore.insert(tx, run);
        }
        return new Result(Optional.of(new Opened(opened.id(), opened.fresh())), next.leftOut(), next.ripe());
    }

    private void claim(Handle tx, Pipeline pipeline, Slice slice, OpenRequest request, RunId run) {
        if (request.again().isEmpty()) {
            slices.claim(tx, slice, run, pipeline.input().orElseThrow().rules());
        } else if (!slices.claimAgain(tx, request.again().get(), run)) {
            throw Refused.wrongState("slice " + slice.number() + " of run "
                    + request.again().get().shortForm() + " is " + slice.state()
                    + " by another run (expected: still this run's)");
        }
    }

    private void check(Pipeline pipeline, PipelineRun run) {
        run.slice()
                .flatMap(slice -> slice.files().stream()
                        .filter(file -> file.contains(","))
                        .findFirst())
                .filter(file -> pipeline.joinsFiles())
                .ifPresent(file -> {
                    throw Refused.invalid("input file '" + file + "': ${slice.files} puts commas between the names"
                            + " (expected: names without commas, or ${slice.manifest}, a file that lists them)");
                });
        Map<String, String> values = new HashMap<>(run.values(data));
        values.put("slice.manifest", "");
        pipeline.longArguments(values).forEach((task, problem) -> {
            throw Refused.invalid("task '" + task + "': " + problem);
        });
    }

    /**
     * Gives a queued run the newest text of its pipeline.
     *
     * @return why it keeps its own; empty if it was moved
     */
    Optional<String> move(Handle tx, PipelineRun run, Pipeline old, StoredPipeline newest) {
        try {
            Map<String, String> parameters = parameters(newest.pipeline(), overrides(run, old));
            if (!engine.replan(tx, run.id(), plan(newest.pipeline()))) {
                return Optional.of("it has begun before, and a retry keeps its text");
            }
            PipelineRunStore.move(tx, run.id(), newest.revision().hash(), parameters);
            return Optional.empty();
        } catch (Refused e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The parameters of a run that differ from its pipeline's own. */
    Map<String, String> overrides(PipelineRun run, Pipeline pipeline) {
        Map<String, String> own = parameters(pipeline, Map.of());
        Map<String, String> overrides = new HashMap<>(run.parameters());
        overrides.entrySet().removeIf(entry -> entry.getValue().equals(own.get(entry.getKey())));
        return overrides;
    }

    /** Returns all parameters as they were said: the overrides, and the defaults of the others. */
    Map<String, String> parameters(Pipeline pipeline, Map<String, String> overrides) {
        for (String name : new TreeSet<>(overrides.keySet())) {
            if (!pipeline.parameters().containsKey(name)) {
                throw Refused.invalid("parameter '" + name + "' (expected: one of "
                        + pipeline.parameters().keySet() + ")");
            }
        }
        Map<String, String> parameters = new HashMap<>(pipeline.parameters());
        parameters.putAll(overrides);
        Map<String, String> values = values(parameters);
        if (!overrides.isEmpty()) {
            pipeline.misfits(values).forEach((task, problem) -> {
                throw Refused.invalid("task '" + task + "': " + problem);
            });
        }
        return parameters;
    }

    /** What references to parameters stand for. */
    Map<String, String> values(Map<String, String> parameters) {
        Map<String, String> values = new HashMap<>();
        parameters.forEach((name, text) -> {
            try {
                values.putAll(Template.parameters(Map.of(name, text), data));
            } catch (IllegalArgumentException e) {
                throw Refused.invalid("parameter '" + name + "': " + e.getMessage());
            }
        });
        return values;
    }

    private Slices.Next next(Handle tx, Prepared prepared) {
        return prepared.listing()
                .map(listing -> slices.next(tx, prepared.stored().name(), listing))
                .orElseGet(() -> new Slices.Next(
                        prepared.request()
                                .again()
                                .flatMap(run -> PipelineRunStore.find(tx, slices, run))
                                .flatMap(PipelineRun::slice),
                        List.of(),
                        Optional.empty()));
    }

    private static Plan plan(Pipeline pipeline) {
        List<Plan.Step> steps = pipeline.tasks().stream()
                .map(task -> new Plan.Step(
                        task.name(),
                        task.needs(),
                        task.rule(),
                        task.retry(),
                        task.timeout(),
                        task.work().onCluster()))
                .toList();
        return new Plan(
                steps,
                new Plan.Limits(pipeline.limits().timeout(), pipeline.limits().maxActiveRuns()));
    }
}
