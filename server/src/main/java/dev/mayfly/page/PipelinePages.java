package dev.mayfly.page;

import static dev.mayfly.page.PageRoutes.form;
import static dev.mayfly.page.PageRoutes.go;

import dev.mayfly.access.Actor;
import dev.mayfly.api.Permission;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.api.Target;
import dev.mayfly.digest.Sha256;
import dev.mayfly.engine.Run;
import dev.mayfly.page.picture.Bars;
import dev.mayfly.page.picture.Graph;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.PipelineText;
import dev.mayfly.problem.Problem;
import dev.mayfly.problem.Refused;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.retraining.RunsByHand;
import dev.mayfly.retraining.StoredPipeline;
import dev.mayfly.slice.Slice;
import dev.mayfly.slice.Slices;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Pipelines: all, one, and the editor of its text. */
public final class PipelinePages {

    private static final String ALL = "/pipelines";
    private static final String ONE = ALL + "/{pipeline}";
    private static final int BARS = 10;
    private static final int LEAST_RUNS = 25;
    private static final int MOST_RUNS = 100;
    private static final Permission READ = Right.VIEWER.of(Target.Thing.PIPELINE.in("pipeline"));
    private static final Permission OPERATE = Right.OPERATOR.of(Target.Thing.PIPELINE.in("pipeline"));

    private final Retraining retraining;
    private final Slices slices;

    PipelinePages(Retraining retraining, Slices slices) {
        this.retraining = retraining;
        this.slices = slices;
    }

    /** A pipeline in the list, with its last runs. */
    public record Row(
            StoredPipeline pipeline, Bars bars, @Nullable Run last) {}

    /** All pipelines. */
    public record All(List<Row> rows, List<Retraining.Unreadable> unreadable) {}

    /**
     * One pipeline.
     *
     * @param runs newest first
     * @param rows its tasks, those of older texts last
     */
    public record One(
            StoredPipeline stored, String tab, List<Run> runs, List<String> rows, Graph graph, List<Slice> slices) {

        /** A run's task of a name; empty if it has none. */
        public Optional<Run.Task> task(Run run, String name) {
            return run.tasks().stream()
                    .filter(task -> task.step().name().equals(name))
                    .findFirst();
        }
    }

    /** The editor. */
    public record Editor(String name, String text, List<Problem> problems, String said) {}

    void bind(PageRoutes routes) {
        routes.show(
                ALL, "All pipelines", Right.VIEWER.scoped(), "pipelines", (actor, view, request) -> all(actor, view));
        routes.show(
                ONE,
                "A pipeline",
                READ,
                "pipeline",
                (actor, view, request) -> one(actor, view, request.pathParam("pipeline")));
        routes.post(ONE + "/runs", "Opens a run", OPERATE, this::open);
        routes.post(ONE + "/backfill", "Opens the runs of a span of time", OPERATE, this::backfill);
        routes.post(ONE + "/pause", "Pauses a pipeline", OPERATE, (actor, request) -> {
            retraining.pause(actor, request.pathParam("pipeline"), false);
            back(request);
        });
        routes.post(ONE + "/resume", "Resumes a pipeline", OPERATE, (actor, request) -> {
            retraining.resume(actor, request.pathParam("pipeline"));
            back(request);
        });
        routes.post(ONE + "/slices", "Has slices done again, or leaves them out", OPERATE, this::moveSlices);
        routes.show(
                "/editor",
                "Edits a pipeline",
                Right.AUTHOR.of(Target.Thing.PIPELINE.mayBeIn("pipeline")),
                "editor",
                (actor, view, request) -> editor(view.asked("pipeline")));
        routes.post(
                "/editor",
                "Stores a pipeline",
                Right.AUTHOR.scoped(),
                (actor, request) -> store(routes, actor, request));
    }

    private Editor editor(String name) {
        String text = name.isEmpty()
                ? ""
                : retraining.pipeline(name).revision().text().yaml();
        return new Editor(name, text, List.of(), "");
    }

    private All all(Actor actor, View view) {
        Retraining.Pipelines found = retraining.pipelines(actor.scope(ResourceKind.PIPELINE));
        List<Row> rows = new ArrayList<>();
        for (StoredPipeline pipeline : found.readable()) {
            List<Run> runs = retraining.runs().newest(actor.scope(ResourceKind.PIPELINE), pipeline.name(), BARS);
            rows.add(new Row(pipeline, bars(view, runs), runs.isEmpty() ? null : runs.get(0)));
        }
        return new All(rows, found.unreadable());
    }

    private static Bars bars(View view, List<Run> newest) {
        List<Bars.Item> items = new ArrayList<>();
        for (Run run : newest) {
            items.add(new Bars.Item(
                    run.id().toString(),
                    view.word(run.state()),
                    run.timestamps().length(view.now()),
                    View.shortId(run.id()) + ": " + view.state(run.state()) + ", "
                            + view.duration(run.timestamps().length(view.now()))));
        }
        Collections.reverse(items);
        return Bars.of(items);
    }

    private One one(Actor actor, View view, String name) {
        StoredPipeline stored = retraining.pipeline(name);
        List<Run> runs = retraining.runs().newest(actor.scope(ResourceKind.PIPELINE), name, count(view.asked("runs")));
        Map<String, Boolean> rows = new LinkedHashMap<>();
        stored.pipeline().tasks().forEach(task -> rows.put(task.name(), true));
        runs.forEach(run -> run.tasks().forEach(task -> rows.put(task.step().name(), true)));
        String tab = List.of("text", "slices").contains(view.asked("tab")) ? view.asked("tab") : "runs";
        return new One(
                stored,
                tab,
                runs,
                List.copyOf(rows.keySet()),
                graph(stored.pipeline()),
                tab.equals("slices") ? slices.of(name) : List.of());
    }

    private static int count(String asked) {
        return asked.matches("[0-9]{1,3}") ? Math.max(1, Math.min(MOST_RUNS, Integer.parseInt(asked))) : LEAST_RUNS;
    }

    static Graph graph(Pipeline pipeline) {
        return Graph.of(pipeline.tasks().stream()
                .map(task -> new Graph.Item(task.name(), task.needs()))
                .toList());
    }

    private void open(Actor actor, Context request) {
        String name = request.pathParam("pipeline");
        Map<String, String> parameters = new LinkedHashMap<>();
        request.formParamMap().forEach((field, values) -> {
            if (field.startsWith("parameter.") && !values.isEmpty()) {
                parameters.put(field.substring("parameter.".length()), values.get(0));
            }
        });
        Map<String, String> defaults = retraining.pipeline(name).pipeline().parameters();
        parameters.entrySet().removeIf(said -> said.getValue().equals(defaults.get(said.getKey())));
        String interval = form(request, "interval");
        RunsByHand.Opened opened = retraining
                .byHand()
                .open(
                        actor,
                        name,
                        new RunsByHand.Wanted(
                                parameters,
                                interval.isEmpty() ? null : interval,
                                !form(request, "all").isEmpty()));
        if (opened.runs().size() == 1) {
            go(request, "/runs/" + opened.runs().get(0));
        } else if (opened.runs().isEmpty()) {
            throw Refused.wrongState("no slice of the input waits"
                    + (opened.leftOut().isEmpty() ? "" : "; left out: " + String.join(", ", opened.leftOut())));
        } else {
            back(request);
        }
    }

    private void backfill(Actor actor, Context request) {
        RunsByHand.Redo redo = switch (form(request, "again")) {
            case "failed" -> RunsByHand.Redo.FAILED;
            case "all" -> RunsByHand.Redo.ALL;
            default -> RunsByHand.Redo.NONE;
        };
        retraining
                .byHand()
                .backfill(
                        actor,
                        request.pathParam("pipeline"),
                        new RunsByHand.Span(form(request, "from"), form(request, "to"), redo, Map.of()));
        back(request);
    }

    private void moveSlices(Actor actor, Context request) {
        String name = request.pathParam("pipeline");
        Slice.State to = switch (form(request, "to")) {
            case "new" -> Slice.State.NEW;
            case "skipped" -> Slice.State.SKIPPED;
            default -> throw Refused.invalid("to (expected: new or skipped)");
        };
        List<String> chosen = request.formParams("slice");
        if (chosen.isEmpty()) {
            throw Refused.invalid("no slice is chosen (expected: at least one)");
        }
        for (String number : chosen) {
            if (!number.matches("[0-9]{1,9}")) {
                throw Refused.invalid("slice (expected: a number)");
            }
            slices.move(actor, name, null, Integer.parseInt(number), to);
        }
        go(request, ALL + "/" + View.part(name) + "?tab=slices");
    }

    private void store(PageRoutes routes, Actor actor, Context request) {
        String name = form(request, "pipeline");
        String text = Optional.ofNullable(request.formParam("text")).orElse("").replace("\r\n", "\n");
        try {
            Map<String, Sha256> files = name.isEmpty()
                    ? Map.of()
                    : retraining.pipeline(name).revision().text().files();
            Retraining.Applied applied = retraining.apply(
                    actor,
                    new PipelineText(name.isEmpty() ? "pipeline.yaml" : name + ".yaml", text, files),
                    !form(request, "queued").isEmpty());
            go(request, ALL + "/" + View.part(applied.name()));
        } catch (Refused e) {
            View view = routes.view(actor, request);
            request.status(e.kind().status());
            PageRoutes.page(
                    request,
                    view,
                    "editor",
                    new Editor(name, text, e.problems(), e.problems().isEmpty() ? String.valueOf(e.getMessage()) : ""));
        }
    }

    private static void back(Context request) {
        go(request, ALL + "/" + View.part(request.pathParam("pipeline")));
    }
}
