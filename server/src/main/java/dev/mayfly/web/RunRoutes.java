package dev.mayfly.web;

import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunId;
import dev.mayfly.log.AttemptLogs;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.task.AttemptBinding;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRun;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/runs}. */
final class RunRoutes {

    private static final int LOG_PAGE = 1 << 20;

    private final Retraining retraining;
    private final AttemptLogs logs;
    private final Tracking tracking;
    private final ModelRegistry registry;

    RunRoutes(Retraining retraining, AttemptLogs logs, Tracking tracking, ModelRegistry registry) {
        this.retraining = retraining;
        this.logs = logs;
        this.tracking = tracking;
        this.registry = registry;
    }

    void add(RoutesConfig routes) {
        routes.get("/api/v1/runs", this::list);
        routes.get("/api/v1/runs/{run}", this::show);
        routes.post("/api/v1/runs/{run}/cancel", this::cancel);
        routes.post("/api/v1/runs/{run}/retry", this::retry);
        routes.get("/api/v1/runs/{run}/logs", this::logNames);
        routes.get("/api/v1/runs/{run}/logs/{task}/{attempt}/{log}", this::log);
    }

    private void list(Context request) {
        int limit = WebRoutes.limit(request, 50);
        WebRoutes.answer(
                request,
                retraining.runs(request.queryParam("pipeline"), limit).stream()
                        .map(Answers.RunAnswer::of)
                        .toList());
    }

    private void show(Context request) {
        Retraining.RunDetails details = retraining.details(request.pathParam("run"));
        Map<AttemptId, AttemptBinding> bindings =
                details.bindings().stream().collect(Collectors.toMap(AttemptBinding::attempt, Function.identity()));
        List<Answers.TaskAnswer> tasks = details.run().tasks().stream()
                .map(task -> Answers.TaskAnswer.of(task, attempts(task, bindings)))
                .toList();
        WebRoutes.answer(
                request,
                Answers.RunAnswer.of(
                        details.run(),
                        tasks,
                        Answers.RunOrigin.of(details.pipelineRun()),
                        details.clusters().stream()
                                .map(Answers.ClusterAnswer::of)
                                .toList()));
    }

    private List<Answers.AttemptAnswer> attempts(Run.Task task, Map<AttemptId, AttemptBinding> bindings) {
        return task.attempts().stream()
                .map(attempt -> {
                    AttemptBinding binding = bindings.get(attempt.id());
                    Answers.PromotionAnswer promotion = task.step().needsAllocation()
                            ? null
                            : registry.promotions()
                                    .by(attempt.id().toString())
                                    .map(Answers.PromotionAnswer::of)
                                    .orElse(null);
                    return Answers.AttemptAnswer.of(attempt, binding, metrics(binding), promotion);
                })
                .toList();
    }

    private @Nullable Map<String, Double> metrics(@Nullable AttemptBinding binding) {
        return Optional.ofNullable(binding)
                .flatMap(some -> tracking.findRun(some.trackingRun()))
                .map(RunRoutes::metrics)
                .orElse(null);
    }

    static Map<String, Double> metrics(TrackingRun run) {
        Map<String, Double> metrics = new TreeMap<>();
        for (Metric metric : run.metrics()) {
            metrics.put(metric.key(), metric.value());
        }
        return metrics;
    }

    private void cancel(Context request) {
        Run run = retraining.details(request.pathParam("run")).run();
        String reason = Optional.ofNullable(request.queryParam("reason")).orElse("cancelled by hand");
        WebRoutes.answer(request, new Answers.CancelledAnswer(retraining.cancel(run.id(), reason)));
    }

    private void retry(Context request) {
        RunId run = retraining.details(request.pathParam("run")).run().id();
        retraining.retry(run, Set.copyOf(request.queryParams("from")));
        WebRoutes.answer(request, new Answers.OpenedAnswer(List.of(run.toString())));
    }

    private void logNames(Context request) {
        Run run = retraining.details(request.pathParam("run")).run();
        List<Answers.LogAnswer> answers = new ArrayList<>();
        for (Run.Task task : run.tasks()) {
            for (Run.Attempt attempt : task.attempts()) {
                for (String name : logs.names(attempt.id())) {
                    answers.add(new Answers.LogAnswer(
                            task.step().name(), attempt.id().number(), name));
                }
            }
        }
        WebRoutes.answer(request, new Answers.LogNamesAnswer(answers));
    }

    private void log(Context request) {
        Run run = retraining.details(request.pathParam("run")).run();
        String number = request.pathParam("attempt");
        String offset = Optional.ofNullable(request.queryParam("offset")).orElse("0");
        if (!number.matches("[1-9][0-9]{0,4}") || !offset.matches("[0-9]{1,15}")) {
            throw Refused.invalid("attempt '" + number + "', offset '" + offset + "' (expected: whole numbers)");
        }
        AttemptId attempt = new AttemptId(run.id(), request.pathParam("task"), Integer.parseInt(number));
        if (run.tasks().stream().noneMatch(task -> task.step().name().equals(attempt.task()))) {
            throw Refused.missing("task '" + attempt.task() + "' (expected: one of "
                    + run.tasks().stream().map(task -> task.step().name()).toList() + ")");
        }
        byte[] page = logs.read(attempt, request.pathParam("log"), Long.parseLong(offset), LOG_PAGE);
        request.contentType("text/plain; charset=utf-8").result(page);
    }
}
