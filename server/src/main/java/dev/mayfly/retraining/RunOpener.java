package dev.mayfly.retraining;

import dev.mayfly.engine.Engine;
import dev.mayfly.engine.NewRun;
import dev.mayfly.engine.Plan;
import dev.mayfly.engine.RunId;
import dev.mayfly.pipeline.DataInterval;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.Template;
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
    private final Path dataFolder;

    RunOpener(Engine engine, Slices slices, Path dataFolder) {
        this.engine = engine;
        this.slices = slices;
        this.dataFolder = dataFolder;
    }

    /** A request to open a run. Requests with the same dedupe key open one run. */
    record OpenRequest(
            PipelineRun.Trigger trigger, DataInterval interval, Map<String, String> parameters, String dedupeKey) {

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

    /** The run, and whether this request opened it. */
    record Opened(RunId run, boolean fresh) {}

    /** Opens a run; returns empty if the pipeline has an input and no slice of it waits. */
    Optional<Opened> open(Handle tx, StoredPipeline stored, OpenRequest request) {
        Pipeline pipeline = stored.pipeline();
        Optional<Slice> slice = pipeline.input().flatMap(input -> nextSlice(tx, pipeline, input, request.parameters()));
        if (pipeline.input().isPresent() && slice.isEmpty()) {
            return Optional.empty();
        }
        Engine.Opened opened = engine.open(tx, new NewRun(stored.name(), request.dedupeKey(), plan(pipeline)));
        if (opened.fresh()) {
            slice.ifPresent(some -> slices.claim(tx, some, opened.id()));
            PipelineRunStore.insert(
                    tx,
                    new PipelineRun(
                            opened.id(),
                            stored.name(),
                            stored.revision().hash(),
                            request.trigger(),
                            request.interval(),
                            request.parameters(),
                            slice));
        }
        return Optional.of(new Opened(opened.id(), opened.fresh()));
    }

    /** Returns the values of all parameters: the overrides, and the defaults of the others. */
    Map<String, String> parameters(Pipeline pipeline, Map<String, String> overrides) {
        for (String name : new TreeSet<>(overrides.keySet())) {
            if (!pipeline.parameters().containsKey(name)) {
                throw Refused.invalid("parameter '" + name + "' (expected: one of "
                        + pipeline.parameters().keySet() + ")");
            }
        }
        Map<String, String> parameters = new HashMap<>(pipeline.parameters());
        parameters.putAll(overrides);
        parameters.replaceAll(this::filled);
        if (!overrides.isEmpty()) {
            pipeline.misfits(parameters).forEach((task, problem) -> {
                throw Refused.invalid("task '" + task + "': " + problem);
            });
        }
        return parameters;
    }

    private String filled(String name, String value) {
        try {
            return Template.fill(value, Map.of("data", dataFolder.toString()));
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("parameter '" + name + "': " + e.getMessage());
        }
    }

    private Optional<Slice> nextSlice(
            Handle tx, Pipeline pipeline, Pipeline.Input input, Map<String, String> parameters) {
        Map<String, String> values = new HashMap<>();
        parameters.forEach((key, value) -> values.put("parameters." + key, value));
        values.put("pipeline.name", pipeline.name());
        values.put("data", dataFolder.toString());
        return slices.next(tx, pipeline.name(), Template.fill(input.files(), values), input.filesPerSlice());
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
