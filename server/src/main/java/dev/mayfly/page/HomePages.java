package dev.mayfly.page;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.api.Target;
import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunState;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.RegisteredModel;
import dev.mayfly.retraining.PipelineRuns;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.retraining.StoredPipeline;
import dev.mayfly.tracking.Experiment;
import dev.mayfly.tracking.RunQuery;
import dev.mayfly.tracking.Tracking;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** What goes on now, a search over everything, and what tells open pages of changes. */
public final class HomePages {

    private static final int MOST = 200;
    private static final int SHOWN = 8;
    private static final int MOST_FOUND = 20;

    private final Retraining retraining;
    private final Clusters clusters;
    private final ModelRegistry registry;
    private final Tracking tracking;
    private final Live live;

    HomePages(Retraining retraining, Clusters clusters, ModelRegistry registry, Tracking tracking, Live live) {
        this.retraining = retraining;
        this.clusters = clusters;
        this.registry = registry;
        this.tracking = tracking;
        this.live = live;
    }

    /** What the first page shows. */
    public record Home(
            List<Run> active,
            List<Run> failed,
            List<StoredPipeline> next,
            List<Cluster> clusters,
            List<RegisteredModel> models,
            boolean isEmpty) {}

    /** A thing that a search found: of which kind, its name, and where it is. */
    public record Found(String kind, String name, String address) {}

    void bind(PageRoutes routes) {
        routes.show(
                "/",
                "What goes on now",
                Right.VIEWER.scoped(),
                "home",
                (actor, view, request) -> home(actor, view.now()));
        routes.show(
                "/search",
                "Searches everything",
                Right.VIEWER.scoped(),
                "search",
                (actor, view, request) -> found(actor, view.asked("q").strip()));
        routes.get(
                "/events",
                "Tells of changes",
                Right.VIEWER.of(Target.Thing.RUN.mayBeIn("run"), Target.Thing.PIPELINE.mayBeIn("pipeline")),
                (actor, request) -> live.listen(
                        request,
                        Objects.requireNonNullElse(request.queryParam("run"), ""),
                        Objects.requireNonNullElse(request.queryParam("pipeline"), "")));
        routes.post("/language", "Chooses a language", Right.PUBLIC.anywhere(), (actor, request) -> {
            Texts texts = Texts.named(Objects.requireNonNullElse(request.formParam("language"), ""))
                    .orElseThrow(() -> Refused.invalid("language (expected: en or ru)"));
            request.res()
                    .addHeader(
                            "Set-Cookie",
                            View.LANGUAGE + "=" + texts.code() + "; Path=/; Max-Age=31536000; SameSite=Lax");
            request.status(303)
                    .header("Location", SignInPages.ownPath(Objects.requireNonNullElse(request.formParam("to"), "/")));
        });
    }

    private Home home(Actor actor, Instant now) {
        Scope scope = actor.scope(ResourceKind.PIPELINE);
        Instant yesterday = now.minus(Duration.ofDays(1));
        List<StoredPipeline> pipelines = retraining.pipelines(scope).readable();
        return new Home(
                retraining
                        .runs()
                        .newest(scope, null, EnumSet.of(RunState.QUEUED, RunState.RUNNING, RunState.FINISHING), MOST),
                retraining.runs().newest(scope, null, EnumSet.of(RunState.FAILED), SHOWN).stream()
                        .filter(run -> run.timestamps().ended() != null
                                && run.timestamps().ended().isAfter(yesterday))
                        .toList(),
                pipelines.stream()
                        .filter(pipeline -> pipeline.nextDue() != null && !pipeline.paused())
                        .sorted(Comparator.comparing(StoredPipeline::nextDue))
                        .limit(SHOWN)
                        .toList(),
                clusters.live(),
                registry.models(actor.scope(ResourceKind.MODEL), MOST).stream()
                        .filter(model -> model.aliases().containsKey(RegisteredModel.CHAMPION))
                        .sorted(Comparator.comparing(RegisteredModel::updated).reversed())
                        .limit(SHOWN)
                        .toList(),
                pipelines.isEmpty());
    }

    private List<Found> found(Actor actor, String words) {
        List<Found> found = new ArrayList<>();
        if (words.isEmpty()) {
            return found;
        }
        String wanted = words.toLowerCase(Locale.ROOT);
        Scope pipelines = actor.scope(ResourceKind.PIPELINE);
        retraining.pipelines(pipelines).readable().stream()
                .map(StoredPipeline::name)
                .filter(name -> name.contains(wanted))
                .forEach(name -> found.add(new Found("pipeline", name, "/pipelines/" + View.part(name))));
        registry.models(actor.scope(ResourceKind.MODEL), 1_000).stream()
                .map(RegisteredModel::name)
                .filter(name -> name.toLowerCase(Locale.ROOT).contains(wanted))
                .forEach(name -> found.add(new Found("model", name, "/models/" + View.part(name))));
        experiments(actor, words)
                .forEach(experiment -> found.add(new Found(
                        "experiment",
                        experiment.name(),
                        "/experiments/" + experiment.id().value())));
        if (wanted.matches("[0-9a-f-]{4,36}")) {
            addById(actor, wanted, found);
        }
        return found.stream().limit(MOST_FOUND).toList();
    }

    private List<Experiment> experiments(Actor actor, String words) {
        String pattern = words.replace("\\", "\\\\")
                .replace("%", "\\%")
                .replace("_", "\\_")
                .replace("'", "''");
        return tracking.experiments()
                .search(
                        actor.scope(ResourceKind.EXPERIMENT),
                        RunQuery.ViewType.ACTIVE_ONLY,
                        "name ILIKE '%" + pattern + "%'",
                        List.of("name ASC"),
                        MOST_FOUND,
                        "")
                .items();
    }

    private void addById(Actor actor, String id, List<Found> found) {
        PipelineRuns runs = retraining.runs();
        try {
            Run run = runs.resolve(id);
            if (actor.may(Right.VIEWER, ResourceKind.PIPELINE, run.flow())) {
                found.add(new Found("run", View.shortId(run.id()) + " " + run.flow(), "/runs/" + run.id()));
            }
        } catch (Refused e) {
            // no run's id begins so: other things may
        }
    }
}
