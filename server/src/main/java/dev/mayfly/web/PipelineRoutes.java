package dev.mayfly.web;

import dev.mayfly.access.Actor;
import dev.mayfly.api.PipelineApi;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.engine.ReconcileFailure;
import dev.mayfly.engine.RunId;
import dev.mayfly.packages.Packages;
import dev.mayfly.pipeline.BesideText;
import dev.mayfly.pipeline.PipelineText;
import dev.mayfly.pipeline.Pipelines;
import dev.mayfly.problem.Refused;
import dev.mayfly.retraining.Opening;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.retraining.RunsByHand;
import dev.mayfly.retraining.StoredPipeline;
import dev.mayfly.slice.InputFile;
import dev.mayfly.slice.Slice;
import dev.mayfly.slice.Slices;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/pipelines}. */
final class PipelineRoutes {

    private final Retraining retraining;
    private final Slices slices;
    private final Packages packages;

    PipelineRoutes(Retraining retraining, Slices slices, Packages packages) {
        this.packages = packages;
        this.retraining = retraining;
        this.slices = slices;
    }

    void bind(JsonRoutes routes) {
        routes.bind(PipelineApi.SCHEMA, (actor, request) -> Pipelines.schema().getBytes(StandardCharsets.UTF_8));
        routes.bind(PipelineApi.LIST, (actor, request) -> list(actor));
        routes.bind(PipelineApi.APPLY, this::apply);
        routes.bind(
                PipelineApi.FILES,
                (actor, request) ->
                        answer(retraining.besideText(PipelineText.alone(file(request.file()), request.text()))));
        routes.bindFile(PipelineApi.ATTACH, this::attach);
        routes.bind(PipelineApi.SHOW, (actor, request) -> answer(actor, retraining.pipeline(request.name()), true));
        routes.bind(PipelineApi.DELETE, (actor, request) -> {
            retraining.delete(actor, request.name());
            return new PipelineApi.Deleted(request.name());
        });
        routes.bind(
                PipelineApi.PAUSE,
                (actor, request) -> answer(
                        actor,
                        retraining.pause(actor, request.name(), Boolean.TRUE.equals(request.keepQueued())),
                        false));
        routes.bind(
                PipelineApi.RESUME, (actor, request) -> answer(actor, retraining.resume(actor, request.name()), false));
        routes.bind(PipelineApi.OPEN, this::open);
        routes.bind(PipelineApi.BACKFILL, this::backfill);
        routes.bind(
                PipelineApi.SLICES,
                (actor, request) -> slices
                        .of(retraining.pipeline(request.name()).name())
                        .stream()
                        .map(PipelineRoutes::answer)
                        .toList());
        routes.bind(PipelineApi.SHOW_SLICE, (actor, request) -> slice(request));
        routes.bind(PipelineApi.RETRY_SLICE, (actor, request) -> move(actor, request, Slice.State.NEW));
        routes.bind(PipelineApi.SKIP_SLICE, (actor, request) -> move(actor, request, Slice.State.SKIPPED));
    }

    private List<PipelineApi.Pipeline> list(Actor actor) {
        Retraining.Pipelines pipelines = retraining.pipelines(actor.scope(ResourceKind.PIPELINE));
        Troubles troubles = troubles(
                actor, pipelines.readable().stream().map(StoredPipeline::name).toList());
        List<PipelineApi.Pipeline> answers = new ArrayList<>();
        pipelines.readable().forEach(pipeline -> answers.add(answer(pipeline, troubles, false)));
        pipelines.unreadable().forEach(pipeline -> answers.add(answer(pipeline)));
        answers.sort(Comparator.comparing(PipelineApi.Pipeline::name));
        return answers;
    }

    private PipelineApi.Applied apply(Actor actor, PipelineApi.Apply request) {
        String manifest = request.files() == null ? "" : String.join("\n", request.files());
        PipelineText text = new PipelineText(file(request.file()), request.text(), PipelineText.files(manifest));
        Retraining.Applied applied = retraining.apply(actor, text, Boolean.TRUE.equals(request.moveQueued()));
        return new PipelineApi.Applied(
                applied.name(),
                applied.hash(),
                WebRoutes.lower(applied.change()),
                applied.warnings(),
                applied.moved().stream().map(RunId::toString).toList(),
                applied.kept().entrySet().stream()
                        .map(run -> new PipelineApi.Kept(run.getKey().toString(), run.getValue()))
                        .toList());
    }

    private static PipelineApi.Files answer(BesideText beside) {
        return new PipelineApi.Files(
                beside.files().stream().sorted().toList(),
                beside.environments().stream()
                        .map(one -> new PipelineApi.Environment(
                                one.path(),
                                one.version().orElse(null),
                                one.packages(),
                                one.requirements().orElse(null),
                                one.lock().orElse(null)))
                        .distinct()
                        .toList());
    }

    private static String file(@Nullable String said) {
        return said == null ? "pipeline.yaml" : said;
    }

    private PipelineApi.Attached attach(Actor actor, PipelineApi.Attach request, InputStream bytes) {
        packages.attach(actor, PackageRoutes.digest(request.digest()), request.name(), bytes);
        return new PipelineApi.Attached(request.digest(), request.name());
    }

    private PipelineApi.Opened open(Actor actor, PipelineApi.Open request) {
        RunsByHand.Opened opened = retraining
                .byHand()
                .open(
                        actor,
                        request.name(),
                        new RunsByHand.Wanted(
                                parameters(request.parameters()),
                                request.interval(),
                                Boolean.TRUE.equals(request.allSlices())));
        return new PipelineApi.Opened(
                opened.runs().stream().map(RunId::toString).toList(), opened.leftOut());
    }

    private PipelineApi.Backfilled backfill(Actor actor, PipelineApi.Backfill request) {
        RunsByHand.Redo redo = switch (Optional.ofNullable(request.again()).orElse("none")) {
            case "none" -> RunsByHand.Redo.NONE;
            case "failed" -> RunsByHand.Redo.FAILED;
            case "all" -> RunsByHand.Redo.ALL;
            default -> throw Refused.invalid("again '" + request.again() + "' (expected: none, failed or all)");
        };
        RunsByHand.Backfilled done = retraining
                .byHand()
                .backfill(
                        actor,
                        request.name(),
                        new RunsByHand.Span(request.from(), request.to(), redo, parameters(request.parameters())));
        Map<String, Integer> had = new TreeMap<>();
        done.had().forEach((state, count) -> had.put(WebRoutes.lower(state), count));
        return new PipelineApi.Backfilled(
                done.opened().stream().map(RunId::toString).toList(), had);
    }

    private PipelineApi.SliceDetails slice(PipelineApi.SliceByNumber request) {
        String name = retraining.pipeline(request.name()).name();
        Slices.Details details = slices.details(name, request.input(), request.number());
        List<PipelineApi.SliceFile> files = new ArrayList<>();
        for (int n = 0; n < details.files().size(); n++) {
            InputFile file = details.files().get(n);
            files.add(new PipelineApi.SliceFile(
                    file.path(),
                    file.bytes(),
                    file.modified(),
                    file.changeTo(details.now().get(n)).orElse(null)));
        }
        return new PipelineApi.SliceDetails(answer(details.slice()), files);
    }

    private static Map<String, String> parameters(@Nullable Map<String, String> given) {
        return given == null ? Map.of() : given;
    }

    private PipelineApi.Slice move(Actor actor, PipelineApi.SliceByNumber request, Slice.State to) {
        return answer(slices.move(actor, request.name(), request.input(), request.number(), to));
    }

    /** What is wrong with pipelines at the moment. */
    private record Troubles(List<Opening> openings, List<Slices.Attention> slices, List<ReconcileFailure> schedules) {

        PipelineApi.Health of(String pipeline) {
            List<String> words = new ArrayList<>();
            schedules.stream()
                    .filter(failure ->
                            failure.kind().equals("schedule") && failure.id().equals(pipeline))
                    .forEach(failure -> words.add("its schedule " + RunRoutes.words(failure)));
            slices.stream()
                    .filter(slice -> slice.pipeline().equals(pipeline))
                    .forEach(slice -> words.add(PipelineRoutes.words(slice)));
            return new PipelineApi.Health(
                    openings.stream()
                            .filter(opening -> opening.pipeline().equals(pipeline))
                            .flatMap(opening -> opening.failure().stream()
                                    .map(failure -> new PipelineApi.NotOpened(
                                            opening.words(), failure.since(), failure.reason(), opening.nextTry())))
                            .toList(),
                    words);
        }
    }

    private static String words(Slices.Attention slice) {
        String number = "slice " + slice.number();
        String show = "'mayfly pipeline slice " + slice.pipeline() + " " + slice.number();
        return slice.state() == Slice.State.GIVEN_UP
                ? number + " is given up after " + slice.failures() + " failed runs (" + show + " retry' has it done"
                        + " again, 'skip' leaves it out)"
                : number + " has " + slice.rewritten() + " files that were rewritten since a run took them (" + show
                        + " show' names them, 'retry' has it done again, 'skip' leaves it out)";
    }

    private Troubles troubles(Actor actor, List<String> names) {
        return new Troubles(
                retraining.failingOpenings(actor.scope(ResourceKind.PIPELINE)),
                slices.attention(),
                retraining.runs().failing(names));
    }

    private PipelineApi.Pipeline answer(Actor actor, StoredPipeline stored, boolean withYaml) {
        return answer(stored, troubles(actor, List.of(stored.name())), withYaml);
    }

    private static PipelineApi.Pipeline answer(Retraining.Unreadable pipeline) {
        return new PipelineApi.Pipeline(
                pipeline.name(),
                "",
                new PipelineApi.Revision(
                        pipeline.revision().hash(), pipeline.revision().text().file(), pipeline.applied(), null),
                false,
                new PipelineApi.Trigger(null, null, null, null),
                Map.of(),
                List.of(),
                new PipelineApi.Health(
                        List.of(),
                        List.of("its text can't be read any more, so that it opens no runs: " + pipeline.reason()
                                + " (apply a text that can)")));
    }

    private static PipelineApi.Pipeline answer(StoredPipeline stored, Troubles troubles, boolean withYaml) {
        var trigger = stored.pipeline().trigger();
        return new PipelineApi.Pipeline(
                stored.name(),
                stored.pipeline().description(),
                new PipelineApi.Revision(
                        stored.revision().hash(),
                        stored.revision().text().file(),
                        stored.applied(),
                        withYaml ? stored.revision().text().yaml() : null),
                stored.paused(),
                new PipelineApi.Trigger(
                        trigger.schedule().map(some -> some.cron()).orElse(null),
                        trigger.schedule().map(some -> some.zone().getId()).orElse(null),
                        trigger.after().orElse(null),
                        stored.paused() ? null : stored.nextDue()),
                stored.pipeline().parameters(),
                stored.pipeline().tasks().stream().map(task -> task.name()).toList(),
                troubles.of(stored.name()));
    }

    static PipelineApi.Slice answer(Slice slice) {
        return new PipelineApi.Slice(
                slice.input(),
                slice.number(),
                WebRoutes.lower(slice.state()),
                slice.failures(),
                slice.files().size(),
                slice.files().get(0),
                slice.files().get(slice.files().size() - 1),
                slice.run() == null ? null : slice.run().toString());
    }
}
