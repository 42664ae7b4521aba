package dev.mayfly.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.engine.RunId;
import dev.mayfly.pipeline.Pipelines;
import dev.mayfly.problem.Refused;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.slice.Slice;
import dev.mayfly.slice.Slices;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /api/v1/pipelines}. */
final class PipelineRoutes {

    private final Retraining retraining;
    private final Slices slices;

    PipelineRoutes(Retraining retraining, Slices slices) {
        this.retraining = retraining;
        this.slices = slices;
    }

    void add(RoutesConfig routes) {
        routes.get(
                "/api/v1/pipeline-schema",
                request -> request.contentType("application/schema+json").result(Pipelines.schema()));
        routes.get("/api/v1/pipelines", this::list);
        routes.post("/api/v1/pipelines", this::apply);
        routes.get("/api/v1/pipelines/{name}", this::show);
        routes.delete("/api/v1/pipelines/{name}", this::delete);
        routes.post("/api/v1/pipelines/{name}/pause", request -> pause(request, true));
        routes.post("/api/v1/pipelines/{name}/resume", request -> pause(request, false));
        routes.post("/api/v1/pipelines/{name}/runs", this::run);
        routes.post("/api/v1/pipelines/{name}/backfill", this::backfill);
        routes.get("/api/v1/pipelines/{name}/slices", this::slices);
        routes.post("/api/v1/pipelines/{name}/slices/{number}/retry", request -> move(request, Slice.State.NEW));
        routes.post("/api/v1/pipelines/{name}/slices/{number}/skip", request -> move(request, Slice.State.SKIPPED));
    }

    private void list(Context request) {
        WebRoutes.answer(
                request,
                retraining.pipelines().stream()
                        .map(pipeline -> Answers.PipelineAnswer.of(pipeline, false))
                        .toList());
    }

    private void apply(Context request) {
        String file = Optional.ofNullable(request.queryParam("file")).orElse("pipeline.yaml");
        Retraining.Applied applied = retraining.apply(file, request.body());
        WebRoutes.answer(
                request, new Answers.AppliedAnswer(applied.name(), applied.hash(), Answers.lower(applied.change())));
    }

    private void show(Context request) {
        WebRoutes.answer(request, Answers.PipelineAnswer.of(retraining.pipeline(request.pathParam("name")), true));
    }

    private void delete(Context request) {
        retraining.delete(request.pathParam("name"));
        WebRoutes.answer(request, Map.of("deleted", request.pathParam("name")));
    }

    private void pause(Context request, boolean paused) {
        WebRoutes.answer(
                request, Answers.PipelineAnswer.of(retraining.pause(request.pathParam("name"), paused), false));
    }

    private void run(Context request) {
        JsonNode body = Json.read(request.body());
        answer(
                request,
                retraining.openRuns(
                        request.pathParam("name"),
                        parameters(body),
                        body.path("all_slices").asBoolean(false)));
    }

    private void backfill(Context request) {
        JsonNode body = Json.read(request.body());
        answer(
                request,
                retraining.backfill(
                        request.pathParam("name"), instant(body, "from"), instant(body, "to"), parameters(body)));
    }

    private static void answer(Context request, List<RunId> runs) {
        WebRoutes.answer(
                request,
                new Answers.OpenedAnswer(runs.stream().map(RunId::toString).toList()));
    }

    /** A date means its beginning in UTC. */
    private static Instant instant(JsonNode body, String name) {
        String text = body.path(name).asText();
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw Refused.invalid(
                    name + " '" + text + "' (expected: a date such as 2026-01-31, or a time with its zone)");
        }
    }

    private static Map<String, String> parameters(JsonNode body) {
        Map<String, String> parameters = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : body.path("parameters").properties()) {
            if (entry.getValue().isContainerNode()) {
                throw Refused.invalid(
                        "parameter '" + entry.getKey() + "': " + entry.getValue() + " (expected: a text)");
            }
            parameters.put(entry.getKey(), entry.getValue().asText());
        }
        return parameters;
    }

    private void move(Context request, Slice.State to) {
        String number = request.pathParam("number");
        if (!number.matches("[1-9][0-9]{0,8}")) {
            throw Refused.invalid("slice '" + number + "' (expected: a number)");
        }
        WebRoutes.answer(
                request,
                Answers.SliceAnswer.of(slices.move(
                        request.pathParam("name"), request.queryParam("input"), Integer.parseInt(number), to)));
    }

    private void slices(Context request) {
        WebRoutes.answer(
                request,
                slices.of(retraining.pipeline(request.pathParam("name")).name()).stream()
                        .map(Answers.SliceAnswer::of)
                        .toList());
    }
}
