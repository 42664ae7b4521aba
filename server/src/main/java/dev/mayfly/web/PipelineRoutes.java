package dev.mayfly.web;

import dev.mayfly.access.Actor;
import dev.mayfly.api.PipelineApi;
import dev.mayfly.engine.RunId;
import dev.mayfly.pipeline.Pipelines;
import dev.mayfly.problem.Refused;
import dev.mayfly.retraining.Opening;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.retraining.StoredPipeline;
import dev.mayfly.slice.Slice;
import dev.mayfly.slice.Slices;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/pipelines}. */
final class PipelineRoutes {

    private final Retraining retraining;
    private final Slices slices;

    PipelineRoutes(Retraining retraining, Slices slices) {
        this.retraining = retraining;
        this.slices = slices;
    }

    void bind(JsonRoutes routes) {
        routes.bind(PipelineApi.SCHEMA, (actor, request) -> Pipelines.schema().getBytes(StandardCharsets.UTF_8));
        routes.bind(PipelineApi.LIST, (actor, request) -> {
            List<Opening> failing = retraining.failingOpenings(actor.scope());
            return retraining.pipelines(actor.scope()).stream()
                    .map(pipeline -> answer(pipeline, failing, false))
                    .toList();
        });
        routes.bind(PipelineApi.APPLY, this::apply);
        routes.bind(PipelineApi.SHOW, (actor, request) -> answer(actor, retraining.pipeline(request.name()), true));
        routes.bind(PipelineApi.DELETE, (actor, request) -> {
            retraining.delete(actor, request.name());
            return new PipelineApi.Deleted(request.name());
        });
        routes.bind(
                PipelineApi.PAUSE,
                (actor, request) -> answer(actor, retraining.pause(actor, request.name(), true), false));
        routes.bind(
                PipelineApi.RESUME,
                (actor, request) -> answer(actor, retraining.pause(actor, request.name(), false), false));
        routes.bind(
                PipelineApi.OPEN,
                (actor, request) -> opened(retraining.openRuns(
                        actor,
                        request.name(),
                        parameters(request.parameters()),
                        Boolean.TRUE.equals(request.allSlices()))));
        routes.bind(
                PipelineApi.BACKFILL,
                (actor, request) -> opened(retraining.backfill(
                        actor,
                        request.name(),
                        instant("from", request.from()),
                        instant("to", request.to()),
                        parameters(request.parameters()))));
        routes.bind(
                PipelineApi.SLICES,
                (actor, request) -> slices
                        .of(retraining.pipeline(request.name()).name())
                        .stream()
                        .map(PipelineRoutes::answer)
                        .toList());
        routes.bind(PipelineApi.RETRY_SLICE, (actor, request) -> move(actor, request, Slice.State.NEW));
        routes.bind(PipelineApi.SKIP_SLICE, (actor, request) -> move(actor, request, Slice.State.SKIPPED));
    }

    private PipelineApi.Applied apply(Actor actor, PipelineApi.Apply request) {
        String file = Optional.ofNullable(request.file()).orElse("pipeline.yaml");
        Retraining.Applied applied = retraining.apply(actor, file, request.text());
        return new PipelineApi.Applied(
                applied.name(), applied.hash(), WebRoutes.lower(applied.change()), applied.warnings());
    }

    static PipelineApi.Opened opened(List<RunId> runs) {
        return new PipelineApi.Opened(runs.stream().map(RunId::toString).toList());
    }

    private static Map<String, String> parameters(@Nullable Map<String, String> given) {
        return given == null ? Map.of() : given;
    }

    /** Reads a date, which means its first instant in UTC, or a time with a zone. */
    private static Instant instant(String name, String text) {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw Refused.invalid(
                    name + " '" + text + "' (expected: a date such as 2026-01-31, or a time with its zone)");
        }
    }

    private PipelineApi.Slice move(Actor actor, PipelineApi.MoveSlice request, Slice.State to) {
        return answer(slices.move(actor, request.name(), request.input(), request.number(), to));
    }

    private PipelineApi.Pipeline answer(Actor actor, StoredPipeline stored, boolean withYaml) {
        return answer(stored, retraining.failingOpenings(actor.scope()), withYaml);
    }

    private static PipelineApi.Pipeline answer(StoredPipeline stored, List<Opening> failing, boolean withYaml) {
        var trigger = stored.pipeline().trigger();
        return new PipelineApi.Pipeline(
                stored.name(),
                stored.pipeline().description(),
                new PipelineApi.Revision(
                        stored.revision().hash(),
                        stored.revision().file(),
                        stored.applied(),
                        withYaml ? stored.revision().yaml() : null),
                stored.paused(),
                new PipelineApi.Trigger(
                        trigger.schedule().map(some -> some.cron()).orElse(null),
                        trigger.schedule().map(some -> some.zone().getId()).orElse(null),
                        trigger.after().orElse(null),
                        stored.paused() ? null : stored.nextDue()),
                stored.pipeline().parameters(),
                stored.pipeline().tasks().stream().map(task -> task.name()).toList(),
                failing.stream()
                        .filter(opening -> opening.pipeline().equals(stored.name()))
                        .flatMap(opening -> opening.failure().stream()
                                .map(failure -> new PipelineApi.NotOpened(
                                        opening.words(), failure.since(), failure.reason(), opening.nextTry())))
                        .toList());
    }

    static PipelineApi.Slice answer(Slice slice) {
        return new PipelineApi.Slice(
                slice.input(),
                slice.number(),
                WebRoutes.lower(slice.state()),
                slice.files().size(),
                slice.files().get(0),
                slice.files().get(slice.files().size() - 1),
                slice.run() == null ? null : slice.run().toString());
    }
}
