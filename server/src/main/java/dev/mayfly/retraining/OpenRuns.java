package dev.mayfly.retraining;

import dev.mayfly.engine.Engine;
import dev.mayfly.engine.NewRun;
import dev.mayfly.engine.Plan;
import dev.mayfly.engine.RunId;
import dev.mayfly.pipeline.DataInterval;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.Template;
import dev.mayfly.problem.Refused;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/**
 * Opens runs, whatever asked for them: fixes the text, the parameters and the data interval, claims the next slice if the
 * pipeline works on slices, and writes all of it in one transaction. Safe for use by any thread.
 */
public final class OpenRuns {

    private final Engine engine;
    private final PipelineTexts texts;
    private final Clock clock;
    private final Path dataFolder;

    public OpenRuns(Engine engine, PipelineTexts texts, Clock clock, Path dataFolder) {
        this.engine = engine;
        this.texts = texts;
        this.clock = clock;
        this.dataFolder = dataFolder;
    }

    /** What is asked for. Two openings with one dedupe key are one run. */
    record Opening(
            PipelineRun.Trigger trigger, DataInterval interval, Map<String, String> parameters, String dedupeKey) {

        /** The run of a due time: the same however it comes to be opened. */
        static Opening due(
                StoredPipeline stored, PipelineRun.Trigger.Kind kind, Instant due, Map<String, String> parameters) {
            DataInterval interval = stored.pipeline()
                    .trigger()
                    .schedule()
                    .map(schedule -> schedule.intervalEndingAt(due))
                    .orElseGet(() -> DataInterval.at(due));
            return new Opening(
                    new PipelineRun.Trigger(kind, due.toString()), interval, parameters, stored.name() + "@" + due);
        }
    }

    /** What was opened; {@code fresh}: the run was not there before. */
    record Opened(RunId run, boolean fresh) {}

    /** Empty: the pipeline works on slices, and none waits. */
    Optional<Opened> open(Handle tx, StoredPipeline stored, Opening opening) {
        Pipeline pipeline = stored.pipeline();
        Optional<Slice> slice = pipeline.input().flatMap(input -> nextSlice(tx, pipeline, input, opening.parameters()));
        if (pipeline.input().isPresent() && slice.isEmpty()) {
            return Optional.empty();
        }
        Engine.Opened opened = engine.open(tx, new NewRun(stored.name(), opening.dedupeKey(), plan(pipeline)));
        if (opened.fresh()) {
            slice.ifPresent(some -> SliceStore.claim(tx, some, opened.id(), clock.instant()));
            PipelineRunStore.insert(
                    tx,
                    new PipelineRun(
                            opened.id(),
                            stored.name(),
                            stored.source().hash(),
                            opening.trigger(),
                            opening.interval(),
                            opening.parameters(),
                            slice));
        }
        return Optional.of(new Opened(opened.id(), opened.fresh()));
    }

    /** Opens, once for a run that succeeded, a run of every pipeline that is to run after it. */
    void afterSuccess(Handle tx, PipelineRun succeeded) {
        for (PipelineStore.Row row : PipelineStore.after(tx, succeeded.pipeline())) {
            StoredPipeline stored = texts.stored(row);
            if (!stored.paused()) {
                String run = succeeded.id().toString();
                open(
                        tx,
                        stored,
                        new Opening(
                                new PipelineRun.Trigger(PipelineRun.Trigger.Kind.UPSTREAM, run),
                                succeeded.interval(),
                                parameters(stored.pipeline(), Map.of()),
                                stored.name() + "@after:" + run));
            }
        }
    }

    /** The values of all parameters: the defaults, and those that are given instead. */
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
