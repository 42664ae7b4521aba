package dev.mayfly.web;

import dev.mayfly.access.Actor;
import dev.mayfly.api.ClusterApi;
import dev.mayfly.api.PipelineApi;
import dev.mayfly.api.RunApi;
import dev.mayfly.api.Times;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.Run;
import dev.mayfly.lineage.Lineage;
import dev.mayfly.log.AttemptLogs;
import dev.mayfly.problem.Refused;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.task.PipelineRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/runs}. */
final class RunRoutes {

    private static final int MOST = 50;
    private static final int LOG_PAGE = 1 << 20;
    private static final Lineage.Result NOTHING = new Lineage.Result(Optional.empty(), Map.of(), Optional.empty());

    private final Retraining retraining;
    private final AttemptLogs logs;
    private final Lineage lineage;

    RunRoutes(Retraining retraining, AttemptLogs logs, Lineage lineage) {
        this.retraining = retraining;
        this.logs = logs;
        this.lineage = lineage;
    }

    void bind(JsonRoutes routes) {
        routes.bind(
                RunApi.LIST,
                (actor, request) ->
                        retraining
                                .runs(
                                        actor.scope(),
                                        request.pipeline(),
                                        request.limit() == null ? MOST : request.limit())
                                .stream()
                                .map(run -> answer(run, Map.of(), null, null))
                                .toList());
        routes.bind(RunApi.SHOW, (actor, request) -> answer(lineage.run(request.run())));
        routes.bind(RunApi.CANCEL, this::cancel);
        routes.bind(RunApi.RETRY, this::retry);
        routes.bind(RunApi.LOGS, (actor, request) -> logNames(request.run()));
        routes.bind(RunApi.LOG, (actor, request) -> log(request));
    }

    private RunApi.Cancelled cancel(Actor actor, RunApi.Cancel request) {
        String reason = Optional.ofNullable(request.reason()).orElse("cancelled by " + actor);
        Run run = retraining.resolve(request.run());
        return new RunApi.Cancelled(retraining.cancel(actor, run.id(), reason), WebRoutes.lower(run.state()));
    }

    private PipelineApi.Opened retry(Actor actor, RunApi.Retry request) {
        Run run = retraining.resolve(request.run());
        retraining.retry(actor, run.id(), request.from() == null ? Set.of() : Set.copyOf(request.from()));
        return PipelineRoutes.opened(List.of(run.id()));
    }

    private RunApi.Logs logNames(String id) {
        List<RunApi.LogName> names = new ArrayList<>();
        for (Run.Task task : retraining.resolve(id).tasks()) {
            for (Run.Attempt attempt : task.attempts()) {
                for (String name : logs.names(attempt.id())) {
                    names.add(
                            new RunApi.LogName(task.step().name(), attempt.id().number(), name));
                }
            }
        }
        return new RunApi.Logs(names);
    }

    private byte[] log(RunApi.ReadLog request) {
        Run run = retraining.resolve(request.run());
        long offset = request.offset() == null ? 0 : request.offset();
        if (request.attempt() < 1 || offset < 0) {
            throw Refused.invalid(
                    "attempt " + request.attempt() + ", offset " + offset + " (expected: at least 1, and at least 0)");
        }
        List<String> tasks =
                run.tasks().stream().map(task -> task.step().name()).toList();
        if (!tasks.contains(request.task())) {
            throw Refused.missing("task '" + request.task() + "' (expected: one of " + tasks + ")");
        }
        AttemptId attempt = new AttemptId(run.id(), request.task(), request.attempt());
        return logs.read(attempt, request.log(), offset, LOG_PAGE);
    }

    private static RunApi.Run answer(Lineage.RunLineage lineage) {
        Retraining.RunDetails details = lineage.details();
        return answer(
                details.run(),
                lineage.results(),
                origin(details.pipelineRun()),
                details.clusters().stream().map(ClusterRoutes::answer).toList());
    }

    private static RunApi.Run answer(
            Run run,
            Map<AttemptId, Lineage.Result> results,
            RunApi.@Nullable Origin origin,
            @Nullable List<ClusterApi.Cluster> clusters) {
        String reason = run.status().reason();
        return new RunApi.Run(
                run.id().toString(),
                run.flow(),
                WebRoutes.lower(run.state()),
                reason == null || reason.isEmpty() ? run.status().cancelReason() : reason,
                times(run.timestamps()),
                run.tasks().stream().map(task -> answer(task, results)).toList(),
                origin,
                clusters);
    }

    private static RunApi.Origin origin(PipelineRun run) {
        return new RunApi.Origin(
                WebRoutes.lower(run.trigger().kind()),
                run.trigger().cause(),
                run.interval().start(),
                run.interval().end(),
                run.hash(),
                run.parameters(),
                run.slice().map(PipelineRoutes::answer).orElse(null));
    }

    private static RunApi.Task answer(Run.Task task, Map<AttemptId, Lineage.Result> results) {
        return new RunApi.Task(
                task.step().name(),
                WebRoutes.lower(task.state()),
                task.reason(),
                task.step().needs(),
                task.attempts().stream()
                        .map(attempt -> answer(attempt, results.getOrDefault(attempt.id(), NOTHING)))
                        .toList());
    }

    private static RunApi.Attempt answer(Run.Attempt attempt, Lineage.Result result) {
        return new RunApi.Attempt(
                attempt.id().number(),
                WebRoutes.lower(attempt.state()),
                attempt.reason(),
                times(attempt.timestamps()),
                result.trackingRun().map(id -> id.value()).orElse(null),
                result.trackingRun().isEmpty() ? null : result.metrics(),
                result.promotion().map(ModelRoutes::answer).orElse(null));
    }

    private static Times times(Run.Timestamps life) {
        return new Times(life.created(), life.started(), life.ended());
    }
}
