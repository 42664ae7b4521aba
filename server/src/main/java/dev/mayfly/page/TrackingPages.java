package dev.mayfly.page;

import dev.mayfly.access.Actor;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.api.Target;
import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.page.picture.Curve;
import dev.mayfly.page.picture.Curves;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.search.Page;
import dev.mayfly.tracking.Experiment;
import dev.mayfly.tracking.ExperimentId;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.RunQuery;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRun;
import dev.mayfly.tracking.TrackingRunId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Experiments, their runs, one run, and several beside each other. */
public final class TrackingPages {

    private static final int PAGE = 50;
    private static final int USUAL_COLUMNS = 6;
    private static final int MOST_COLUMNS = 200;
    private static final int MOST_COMPARED = 20;
    private static final int MOST_POINTS = 500;
    private static final int MOST_CURVES = 30;
    private static final int WIDE_CURVE = 520;
    private static final int TALL_CURVE = 220;
    private static final int CURVE_WIDTH = 320;
    private static final int CURVE_HEIGHT = 120;
    private static final String METRIC = "metrics.";
    private static final String PARAMETER = "params.";

    private final Tracking tracking;
    private final ModelRegistry registry;
    private final ArtifactStore artifacts;

    TrackingPages(Tracking tracking, ModelRegistry registry, ArtifactStore artifacts) {
        this.tracking = tracking;
        this.registry = registry;
        this.artifacts = artifacts;
    }

    /** Experiments, by pages. */
    public record All(List<Experiment> experiments, String next) {}

    /**
     * The runs of an experiment.
     *
     * @param columns what is shown of each, as {@code metrics.NAME} and {@code params.NAME}
     * @param known what else could be
     * @param problem what is wrong with the search; empty if nothing is
     */
    public record Runs(
            Experiment experiment,
            List<TrackingRun> runs,
            List<String> columns,
            List<String> known,
            String next,
            String problem) {

        /** What a run has in a column; empty if nothing. */
        public String cell(View view, TrackingRun run, String column) {
            if (column.startsWith(PARAMETER)) {
                return run.params().getOrDefault(column.substring(PARAMETER.length()), "");
            }
            return run.metrics().stream()
                    .filter(metric -> metric.key().equals(column.substring(METRIC.length())))
                    .findFirst()
                    .map(metric -> view.number(metric.value()))
                    .orElse("");
        }

        /** What to order by to turn the order of a column around. */
        public String turned(View view, String column) {
            return view.asked("order").equals(quoted(column) + " DESC")
                    ? quoted(column) + " ASC"
                    : quoted(column) + " DESC";
        }
    }

    /** A metric over its steps. */
    public record Course(String metric, double last, Curve curve) {}

    /**
     * One run.
     *
     * @param folder of its artifacts that is shown; empty for the first
     */
    public record One(
            TrackingRun run,
            Experiment experiment,
            List<Course> courses,
            String folder,
            List<ArtifactStore.Entry> artifacts,
            List<ModelVersion> versions) {

        /** The path of an entry below the run's own folder. */
        public String below(ArtifactStore.Entry entry) {
            String name = entry.path().names().get(entry.path().names().size() - 1);
            return folder.isEmpty() ? name : folder + "/" + name;
        }

        /** The folder that holds this one. */
        public String above() {
            return folder.contains("/") ? folder.substring(0, folder.lastIndexOf('/')) : "";
        }

        /** What belongs to MLflow or Mayfly itself is shown elsewhere, or to nobody. */
        public Map<String, String> ownTags() {
            Map<String, String> tags = new TreeMap<>(run.tags());
            tags.keySet().removeIf(key -> key.startsWith("mlflow."));
            return tags;
        }
    }

    /** A row of a comparison: what it is, and what each run has. */
    public record Line(String name, List<String> cells, boolean isDifferent) {}

    /** Several runs beside each other. */
    public record Compared(
            List<TrackingRun> runs, List<Line> parameters, List<Line> metrics, List<CourseOfAll> courses) {}

    /** A metric of several runs over its steps. */
    public record CourseOfAll(String metric, Curves curves) {}

    void bind(PageRoutes routes) {
        routes.show(
                "/experiments",
                "Experiments",
                Right.VIEWER.scoped(),
                "experiments",
                (actor, view, request) -> all(actor, view));
        routes.show(
                "/experiments/{experiment}",
                "The runs of an experiment",
                Right.VIEWER.of(Target.Thing.EXPERIMENT_ID.in("experiment")),
                "experiment",
                (actor, view, request) -> runs(actor, view, request.pathParam("experiment")));
        routes.show(
                "/tracking/{tracking_run}",
                "A tracking run",
                Right.VIEWER.of(Target.Thing.TRACKING_RUN.in("tracking_run")),
                "tracking-run",
                (actor, view, request) -> one(view, request.pathParam("tracking_run")));
        routes.show(
                "/compare",
                "Tracking runs beside each other",
                Right.VIEWER.scoped(),
                "compare",
                (actor, view, request) -> compared(actor, view, request.queryParams("run")));
    }

    private All all(Actor actor, View view) {
        String words = view.asked("q").replace("'", "''").replace("%", "\\%").replace("_", "\\_");
        Page<Experiment> page = tracking.experiments()
                .search(
                        actor.scope(ResourceKind.EXPERIMENT),
                        view.asked("deleted").isEmpty()
                                ? RunQuery.ViewType.ACTIVE_ONLY
                                : RunQuery.ViewType.DELETED_ONLY,
                        words.isEmpty() ? "" : "name ILIKE '%" + words + "%'",
                        List.of(),
                        PAGE,
                        view.asked("page"));
        return new All(page.items(), page.next().orElse(""));
    }

    private Runs runs(Actor actor, View view, String id) {
        Experiment experiment = tracking.experiments().byId(experimentId(id));
        String problem = "";
        Page<TrackingRun> page = new Page<>(List.of(), Optional.empty());
        try {
            page = tracking.search(
                    actor.scope(ResourceKind.EXPERIMENT),
                    new RunQuery(
                            List.of(experiment.id()),
                            view.asked("filter"),
                            view.asked("deleted").isEmpty()
                                    ? RunQuery.ViewType.ACTIVE_ONLY
                                    : RunQuery.ViewType.DELETED_ONLY,
                            view.asked("order").isEmpty() ? List.of() : List.of(view.asked("order")),
                            PAGE,
                            view.asked("page")));
        } catch (Refused e) {
            problem = String.valueOf(e.getMessage());
        }
        List<String> known = new ArrayList<>(known(page.items()));
        List<String> columns = view.asked("columns").isEmpty()
                ? known.stream().limit(USUAL_COLUMNS).toList()
                : List.of(view.asked("columns").split(",", 100)).stream()
                        .filter(column -> column.startsWith(METRIC) || column.startsWith(PARAMETER))
                        .toList();
        known.removeAll(columns);
        return new Runs(experiment, page.items(), columns, known, page.next().orElse(""), problem);
    }

    private static ExperimentId experimentId(String id) {
        if (!id.matches("[0-9]{1,18}")) {
            throw Refused.missing("experiment '" + id + "' (expected: the id of one, a number)");
        }
        return new ExperimentId(Long.parseLong(id));
    }

    /** Metrics first: people look for these. */
    private static Set<String> known(List<TrackingRun> runs) {
        Set<String> known = new LinkedHashSet<>();
        Metrics.toLookAt(
                        runs.stream()
                                .map(run ->
                                        run.metrics().stream().map(Metric::key).toList())
                                .toList(),
                        MOST_COLUMNS)
                .forEach(metric -> known.add(METRIC + metric));
        Set<String> parameters = new TreeSet<>();
        runs.forEach(run -> parameters.addAll(run.params().keySet()));
        parameters.stream().limit(MOST_COLUMNS).forEach(key -> known.add(PARAMETER + key));
        return known;
    }

    /** A column as the search language has it. */
    static String quoted(String column) {
        int dot = column.indexOf('.');
        return column.substring(0, dot + 1) + "`" + column.substring(dot + 1).replace("`", "``") + "`";
    }

    private One one(View view, String id) {
        TrackingRun run = tracking.run(new TrackingRunId(id));
        List<Course> courses = new ArrayList<>();
        for (Metric metric : run.metrics().stream().limit(MOST_CURVES).toList()) {
            List<Curve.Item> items = new ArrayList<>();
            List<Metric> points = tracking.sampled(List.of(id), metric.key(), null, null, MOST_POINTS)
                    .getOrDefault(run.id(), List.of());
            for (Metric point : points) {
                items.add(
                        new Curve.Item(point.step(), point.value(), point.step() + ": " + view.number(point.value())));
            }
            if (items.size() > 1) {
                courses.add(new Course(metric.key(), metric.value(), Curve.of(items, CURVE_WIDTH, CURVE_HEIGHT)));
            }
        }
        return new One(
                run,
                tracking.experiments().byId(run.info().experiment()),
                courses,
                view.asked("folder"),
                files(run, view.asked("folder")),
                registry.madeBy(id, null).stream()
                        .filter(version ->
                                view.mayWithModel(Right.VIEWER, version.key().model()))
                        .toList());
    }

    /** The entries of a folder of a run's artifacts, if they are in this server's store. */
    private List<ArtifactStore.Entry> files(TrackingRun run, String folder) {
        try {
            return ArtifactPath.ofLocation(run.info().artifactUri())
                    .map(own -> folder.isEmpty() ? own : new ArtifactPath(own.value() + "/" + folder))
                    .map(artifacts::list)
                    .orElse(List.of());
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("folder: " + e.getMessage());
        }
    }

    private Compared compared(Actor actor, View view, List<String> ids) {
        List<TrackingRun> runs = ids.stream()
                .distinct()
                .limit(MOST_COMPARED)
                .flatMap(id -> tracking.findRun(new TrackingRunId(id)).stream())
                .filter(run -> actor.may(
                        Right.VIEWER,
                        ResourceKind.EXPERIMENT,
                        tracking.experiments().byId(run.info().experiment()).name()))
                .toList();
        Map<String, Boolean> parameters = new LinkedHashMap<>();
        Map<String, Boolean> metrics = new LinkedHashMap<>();
        for (TrackingRun run : runs) {
            new TreeSet<>(run.params().keySet()).forEach(key -> parameters.put(key, true));
            run.metrics().forEach(metric -> metrics.put(metric.key(), true));
        }
        boolean isAll = runs.size() < 2 || !view.asked("all").isEmpty();
        return new Compared(
                runs,
                parameters.keySet().stream()
                        .map(key -> line(
                                key,
                                runs.stream()
                                        .map(run -> run.params().getOrDefault(key, ""))
                                        .toList()))
                        .filter(line -> isAll || line.isDifferent())
                        .toList(),
                metrics.keySet().stream()
                        .map(key -> line(
                                key,
                                runs.stream()
                                        .map(run -> run.metrics().stream()
                                                .filter(metric -> metric.key().equals(key))
                                                .findFirst()
                                                .map(metric -> view.number(metric.value()))
                                                .orElse(""))
                                        .toList()))
                        .filter(line -> isAll || line.isDifferent())
                        .toList(),
                courses(view, runs, List.copyOf(metrics.keySet())));
    }

    private List<CourseOfAll> courses(View view, List<TrackingRun> runs, List<String> metrics) {
        List<String> ids = runs.stream().map(run -> run.id().value()).toList();
        List<CourseOfAll> courses = new ArrayList<>();
        for (String metric : metrics.stream().limit(MOST_CURVES).toList()) {
            Map<TrackingRunId, List<Metric>> points = tracking.sampled(ids, metric, null, null, MOST_POINTS);
            if (points.values().stream().anyMatch(some -> some.size() > 1)) {
                List<Curves.Row> rows = runs.stream()
                        .map(run -> new Curves.Row(
                                run.info().naming().name(),
                                points.getOrDefault(run.id(), List.of()).stream()
                                        .map(point -> new Curve.Item(point.step(), point.value(), ""))
                                        .toList()))
                        .toList();
                courses.add(new CourseOfAll(
                        metric,
                        Curves.of(
                                rows, WIDE_CURVE, TALL_CURVE, !view.asked("log").isEmpty())));
            }
        }
        return courses;
    }

    private static Line line(String name, List<String> cells) {
        return new Line(name, cells, cells.stream().distinct().count() > 1);
    }
}
