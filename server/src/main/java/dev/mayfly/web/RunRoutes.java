package dev.mayfly.web;

import dev.mayfly.access.Actor;
import dev.mayfly.api.ClusterApi;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.RunApi;
import dev.mayfly.api.Times;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.ReconcileFailure;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.RunState;
import dev.mayfly.lineage.Lineage;
import dev.mayfly.log.AttemptLogs;
import dev.mayfly.problem.Refused;
import dev.mayfly.retraining.PipelineRuns;
import dev.mayfly.task.PipelineRun;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/runs}. */
final class RunRoutes {

    private static final int MOST = 50;
    private static final int LOG_PAGE = 1 << 20;
    private static final Lineage.Result NOTHING =
            new Lineage.Result(Optional.empty(), List.of(), Map.of(), Optional.empty());

    private final PipelineRuns runs;
    private final AttemptLogs logs;
    private final Lineage lineage;

    RunRoutes(PipelineRuns runs, AttemptLogs logs, Lineage lineage) {
        this.runs = runs;
        this.logs = logs;
        this.lineage = lineage;
    }

    void bind(JsonRoutes routes) {
        routes.bind(RunApi.LIST, (actor, request) -> {
            List<Run> newest = runs.newest(
                    actor.scope(ResourceKind.PIPELINE),
                    request.pipeline(),
                    request.limit() == null ? MOST : request.limit());
            Map<String, String> troubles = troubles(newest.stream()
                    .filter(run -> !run.state().isTerminal())
                    .map(run -> run.id().toString())
                    .toList());
            return newest.stream()
                    .map(run -> answer(run, troubles, Map.of(), null, null))
                    .toList();
        });
        routes.bind(RunApi.SHOW, (actor, request) -> answer(lineage.run(request.run())));
        routes.bind(RunApi.CANCEL, this::cancel);
        routes.bind(RunApi.RETRY, this::retry);
        routes.bind(RunApi.LOGS, (actor, request) -> logNames(request.run()));
        routes.bind(RunApi.LOG, (actor, request) -> log(request));
    }

    private RunApi.Cancelled cancel(Actor actor, RunApi.Cancel request) {
        String reason = Optional.ofNullable(request.reason()).orElse("cancelled by " + actor);
        Run run = runs.resolve(request.run());
        return new RunApi.Cancelled(runs.cancel(actor, run.id(), reason), WebRoutes.lower(run.state()));
    }

    private RunApi.Retried retry(Actor actor, RunApi.Retry request) {
        RunId run = runs.resolve(request.run()).id();
        List<String> from = request.from() == null ? List.of() : request.from();
        if (!Boolean.TRUE.equals(request.latest())) {
            runs.retry(actor, run, Set.copyOf(from));
            return new RunApi.Retried(run.toString(), List.of());
        }
        if (!from.isEmpty()) {
            throw Refused.invalid("latest with from " + from + " (expected: one of both; with latest, another run does"
                    + " all tasks again)");
        }
        PipelineRuns.Again again = runs.again(actor, run);
        return new RunApi.Retried(again.run().toString(), again.changes());
    }

    private RunApi.Logs logNames(String id) {
        List<RunApi.LogName> names = new ArrayList<>();
        for (Run.Task task : runs.resolve(id).tasks()) {
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
        Run run = runs.resolve(request.run());
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

    /** What can't be reconciled at the moment, in words, by the id of the run or cluster. */
    private Map<String, String> troubles(List<String> ids) {
        return runs.failing(ids).stream()
                .collect(Collectors.toMap(ReconcileFailure::id, RunRoutes::words, (one, other) -> one));
    }

    static String words(ReconcileFailure failure) {
        return "can't be carried on since " + failure.since().truncatedTo(ChronoUnit.SECONDS) + ", tried "
                + failure.tries() + " times: " + failure.reason();
    }

    private RunApi.Run answer(Lineage.RunLineage lineage) {
        PipelineRuns.Details details = lineage.details();
        List<String> ids = new ArrayList<>(List.of(details.run().id().toString()));
        details.clusters().forEach(cluster -> ids.add(cluster.id().value().toString()));
        Map<String, String> troubles = troubles(ids);
        return answer(
                details.run(),
                troubles,
                lineage.results(),
                origin(details.pipelineRun()),
                details.clusters().stream()
                        .map(cluster -> ClusterRoutes.answer(
                                cluster, troubles.get(cluster.id().value().toString())))
                        .toList());
    }

    private static RunApi.Run answer(
            Run run,
            Map<String, String> troubles,
            Map<AttemptId, Lineage.Result> results,
            RunApi.@Nullable Origin origin,
            @Nullable List<ClusterApi.Cluster> clusters) {
        String reason = run.status().reason();
        if (reason == null || reason.isEmpty()) {
            reason = run.status().held() && run.state() == RunState.QUEUED
                    ? "it waits until the pipeline is resumed"
                    : run.status().cancelReason();
        }
        reason = Optional.ofNullable(troubles.get(run.id().toString())).orElse(reason);
        return new RunApi.Run(
                run.id().toString(),
                run.flow(),
                WebRoutes.lower(run.state()),
                reason,
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
                result.own().stream().map(id -> id.value()).toList(),
                result.trackingRun().isEmpty() ? null : result.metrics(),
                result.promotion().map(ModelRoutes::answer).orElse(null));
    }

    private static Times times(Run.Timestamps life) {
        return new Times(life.created(), life.started(), life.ended());
    }
}
