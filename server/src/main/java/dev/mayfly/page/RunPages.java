package dev.mayfly.page;

import static dev.mayfly.page.PageRoutes.form;
import static dev.mayfly.page.PageRoutes.go;

import dev.mayfly.access.Actor;
import dev.mayfly.api.Permission;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.api.Target;
import dev.mayfly.cluster.Cluster;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.ReconcileFailure;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunState;
import dev.mayfly.lineage.Lineage;
import dev.mayfly.log.AttemptLogs;
import dev.mayfly.page.picture.Graph;
import dev.mayfly.page.picture.Lanes;
import dev.mayfly.problem.Refused;
import dev.mayfly.retraining.PipelineRuns;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Runs of pipelines: all, one, and its logs. */
public final class RunPages {

    private static final String ONE = "/runs/{run}";
    private static final int MOST = 100;
    private static final int LOG_PAGE = 256 << 10;
    private static final Permission READ = Right.VIEWER.of(Target.Thing.RUN.in("run"));
    private static final Permission OPERATE = Right.OPERATOR.of(Target.Thing.RUN.in("run"));
    private static final Lineage.Result NOTHING =
            new Lineage.Result(Optional.empty(), List.of(), Map.of(), Optional.empty());

    private final PipelineRuns runs;
    private final Lineage lineage;
    private final AttemptLogs logs;

    RunPages(PipelineRuns runs, Lineage lineage, AttemptLogs logs) {
        this.runs = runs;
        this.lineage = lineage;
        this.logs = logs;
    }

    /** Runs, newest first. */
    public record All(List<Run> runs, List<String> states) {}

    /**
     * One run.
     *
     * @param waits what it waits for, in a sentence; empty if for nothing
     * @param logs the names of the logs of each attempt
     */
    public record One(
            Lineage.RunLineage lineage, String waits, Lanes lanes, Graph graph, Map<AttemptId, List<String>> logs) {

        public Run run() {
            return lineage.details().run();
        }

        public PipelineRuns.Details details() {
            return lineage.details();
        }

        /** What an attempt logged and decided. */
        public Lineage.Result result(AttemptId attempt) {
            return lineage.results().getOrDefault(attempt, NOTHING);
        }

        public List<String> logs(AttemptId attempt) {
            return logs.getOrDefault(attempt, List.of());
        }
    }

    /**
     * A part of a log.
     *
     * @param from the offset of its first byte
     * @param to the offset behind its last byte
     */
    public record Log(Run run, String task, int attempt, String name, String text, long from, long to, boolean isEnd) {

        /** How far back the part before begins. */
        public long before() {
            return Math.max(0, from - LOG_PAGE);
        }

        public String address() {
            return "/runs/" + run.id() + "/logs/" + View.part(task) + "/" + attempt + "/" + View.part(name);
        }
    }

    void bind(PageRoutes routes) {
        routes.show(
                "/runs", "The newest runs", Right.VIEWER.scoped(), "runs", (actor, view, request) -> all(actor, view));
        routes.show(ONE, "A run", READ, "run", (actor, view, request) -> one(view, request.pathParam("run")));
        routes.show(
                ONE + "/logs/{task}/{attempt}/{log}",
                "A part of a log",
                READ,
                "log",
                (actor, view, request) -> log(request, view));
        routes.post(ONE + "/cancel", "Cancels a run", OPERATE, (actor, request) -> {
            Run run = runs.resolve(request.pathParam("run"));
            String reason = form(request, "reason");
            runs.cancel(actor, run.id(), reason.isEmpty() ? "cancelled by " + actor : reason);
            go(request, "/runs/" + run.id());
        });
        routes.post(ONE + "/retry", "Does a run's work again", OPERATE, this::retry);
    }

    private All all(Actor actor, View view) {
        String state = view.asked("state");
        String pipeline = view.asked("pipeline");
        List<String> states = new ArrayList<>();
        for (RunState one : RunState.values()) {
            states.add(view.word(one));
        }
        Set<RunState> wanted = Arrays.stream(RunState.values())
                .filter(one -> view.word(one).equals(state))
                .collect(Collectors.toSet());
        return new All(
                runs.newest(actor.scope(ResourceKind.PIPELINE), pipeline.isEmpty() ? null : pipeline, wanted, MOST),
                states);
    }

    private One one(View view, String id) {
        Lineage.RunLineage found = lineage.run(id);
        Run run = found.details().run();
        List<AttemptId> attempts = run.tasks().stream()
                .flatMap(task -> task.attempts().stream())
                .map(Run.Attempt::id)
                .toList();
        Map<AttemptId, List<String>> names = new HashMap<>();
        attempts.forEach(attempt -> names.put(attempt, logs.names(attempt)));
        return new One(
                found,
                waits(view, run, found.details().clusters()),
                lanes(view, found.details()),
                Graph.of(run.tasks().stream()
                        .map(task ->
                                new Graph.Item(task.step().name(), task.step().needs()))
                        .toList()),
                names);
    }

    /** What a run waits for: what can't be carried on, or what its cluster waits for. */
    private String waits(View view, Run run, List<Cluster> clusters) {
        if (run.state().isTerminal()) {
            return "";
        }
        if (run.state() == RunState.QUEUED && run.status().held()) {
            return view.t("run.held");
        }
        List<String> ids = new ArrayList<>(List.of(run.id().toString()));
        clusters.forEach(cluster -> ids.add(cluster.id().value().toString()));
        for (ReconcileFailure failure : runs.failing(ids)) {
            return failure.reason();
        }
        return clusters.stream()
                .filter(cluster -> !cluster.state().isTerminal())
                .map(cluster -> cluster.status().waitReason())
                .filter(reason -> !reason.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static Lanes lanes(View view, PipelineRuns.Details details) {
        Run run = details.run();
        List<Lanes.Row> rows = new ArrayList<>();
        Run.Timestamps life = run.timestamps();
        if (life.started() != null || life.ended() == null) {
            rows.add(new Lanes.Row(
                    view.t("lane.queue"),
                    List.of(new Lanes.Span(view.t("lane.queued"), "queue", life.created(), life.started()))));
        }
        for (Cluster cluster : details.clusters()) {
            rows.add(ClusterPages.lane(view, cluster));
        }
        for (Run.Task task : run.tasks()) {
            List<Lanes.Span> spans = new ArrayList<>();
            for (Run.Attempt attempt : task.attempts()) {
                spans.add(new Lanes.Span(
                        task.step().name() + " " + attempt.id().number() + ": " + view.state(attempt.state()),
                        view.word(attempt.state()),
                        attempt.timestamps().created(),
                        attempt.timestamps().ended()));
            }
            rows.add(new Lanes.Row(task.step().name(), spans));
        }
        return Lanes.of(rows, view.now());
    }

    private Log log(Context request, View view) {
        Run run = runs.resolve(request.pathParam("run"));
        String task = request.pathParam("task");
        String number = request.pathParam("attempt");
        String name = request.pathParam("log");
        boolean isKnown = run.tasks().stream().anyMatch(one -> one.step().name().equals(task));
        if (!isKnown || !number.matches("[1-9][0-9]{0,8}")) {
            throw Refused.missing("log of task '" + task + "', attempt " + number + " (expected: a task of the run)");
        }
        AttemptId attempt = new AttemptId(run.id(), task, Integer.parseInt(number));
        String asked = view.asked("from");
        long from = asked.matches("[0-9]{1,15}") ? Long.parseLong(asked) : 0;
        byte[] bytes = logs.read(attempt, name, from, LOG_PAGE);
        return new Log(
                run,
                task,
                attempt.number(),
                name,
                new String(bytes, StandardCharsets.UTF_8),
                from,
                from + bytes.length,
                bytes.length < LOG_PAGE);
    }

    private void retry(Actor actor, Context request) {
        Run run = runs.resolve(request.pathParam("run"));
        if (!form(request, "latest").isEmpty()) {
            go(request, "/runs/" + runs.again(actor, run.id()).run());
            return;
        }
        List<String> from = request.formParams("from").stream()
                .filter(task -> !task.isEmpty())
                .toList();
        runs.retry(actor, run.id(), Set.copyOf(from));
        go(request, "/runs/" + run.id());
    }
}
