package dev.mayfly.cli;

import dev.mayfly.api.ApiClient;
import dev.mayfly.api.Input;
import dev.mayfly.api.PipelineApi;
import dev.mayfly.api.RunApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayfly pipeline}. */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Applies, shows, runs and pauses pipelines.")
final class PipelineCommand {

    private static final int MOST_FILES_SHOWN = 20;
    /** Of one request. */
    private static final int MOST_RUNS = 9_999;

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description = "Stores pipelines from YAML files. Applying the same text again changes nothing.",
            footer = {"", "Example:", "  mayfly pipeline apply examples/*.yaml"})
    int apply(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "FILE", arity = "1..*") List<Path> files,
            @Option(
                            names = "--move-queued",
                            description = "Runs that have not begun get the new text, too; otherwise they keep theirs.")
                    boolean moveQueued) {
        for (Path file : files) {
            PipelineApi.Applied applied = apply(server.api(), server.token(), file, moveQueued);
            applied.warnings()
                    .forEach(warning -> System.err.println("warning: pipeline " + applied.name() + ": " + warning));
            server.print(applied, () -> print(applied, file));
        }
        return 0;
    }

    private static void print(PipelineApi.Applied applied, Path file) {
        System.out.println(
                "pipeline " + applied.name() + " " + applied.change() + " (" + Format.shortId(applied.hash()) + ")");
        applied.moved().forEach(run -> System.out.println("queued run " + Format.shortId(run) + " has the new text"));
        applied.kept()
                .forEach(run -> System.out.println(
                        "queued run " + Format.shortId(run.run()) + " keeps its earlier text: " + run.reason()));
        if (!applied.kept().isEmpty() && applied.moved().isEmpty()) {
            System.out.println("  mayfly pipeline apply --move-queued " + file + " gives queued runs the new text");
        }
    }

    static PipelineApi.Applied apply(ApiClient api, Path file) {
        return apply(api, Optional.empty(), file, false);
    }

    private static PipelineApi.Applied apply(ApiClient api, Optional<String> token, Path file, boolean moveQueued) {
        try {
            String text = Files.readString(file);
            List<String> files = CodeUpload.files(api, token, file, text);
            return api.call(PipelineApi.APPLY, new PipelineApi.Apply(file.toString(), moveQueued, files, text));
        } catch (IOException e) {
            throw new CommandFailed(CommandFailed.USAGE, "file " + file + " can't be read: " + e.getMessage());
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the pipelines.")
    int list(@Mixin ServerOptions server) {
        List<PipelineApi.Pipeline> pipelines = server.api().call(PipelineApi.LIST, new Input.Nothing());
        return server.print(pipelines, () -> {
            Table table = new Table("NAME", "SCHEDULE", "NEXT RUN", "TASKS", "DESCRIPTION");
            for (PipelineApi.Pipeline pipeline : pipelines) {
                table.row(
                        pipeline.name(),
                        schedule(pipeline.trigger()),
                        pipeline.paused()
                                ? "paused"
                                : Format.time(pipeline.trigger().nextDue()),
                        Integer.toString(pipeline.tasks().size()),
                        pipeline.description());
            }
            table.print();
            pipelines.forEach(PipelineCommand::printHealth);
        });
    }

    private static void printHealth(PipelineApi.Pipeline pipeline) {
        for (PipelineApi.NotOpened run : pipeline.health().notOpened()) {
            System.out.println();
            System.out.println(pipeline.name() + ": " + run.run() + " can't be opened since " + Format.time(run.since())
                    + ": " + run.reason() + "; next try " + Format.time(run.nextTry()));
        }
        for (String words : pipeline.health().warnings()) {
            System.out.println();
            System.out.println(pipeline.name() + ": " + words);
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows a pipeline, its slices and its YAML.")
    int show(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME") String name) {
        PipelineApi.ByName named = new PipelineApi.ByName(name);
        PipelineApi.Pipeline pipeline = server.api().call(PipelineApi.SHOW, named);
        List<PipelineApi.Slice> slices = server.api().call(PipelineApi.SLICES, named);
        return server.print(pipeline, () -> {
            PipelineApi.Revision revision = pipeline.revision();
            System.out.println("name      " + pipeline.name() + "  (" + Format.shortId(revision.hash()) + ", from "
                    + revision.file() + ")");
            System.out.println("schedule  " + schedule(pipeline.trigger()) + ", next "
                    + (pipeline.paused()
                            ? "never: paused"
                            : Format.time(pipeline.trigger().nextDue())));
            printHealth(pipeline);
            if (!slices.isEmpty()) {
                System.out.println();
                table(slices).print();
            }
            System.out.println();
            System.out.print(revision.yaml());
        });
    }

    private static Table table(List<PipelineApi.Slice> slices) {
        Table table = new Table("SLICE", "STATE", "FILES", "FIRST", "RUN");
        for (PipelineApi.Slice slice : slices) {
            table.row(
                    Integer.toString(slice.number()),
                    Format.state(slice.state()),
                    Integer.toString(slice.files()),
                    slice.first(),
                    slice.run() == null ? "-" : Format.shortId(slice.run()));
        }
        return table;
    }

    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = "Opens a run by hand.",
            footer = {
                "",
                "Examples:",
                "  mayfly pipeline run train-fraud --wait",
                "  mayfly pipeline run clean-transactions --all-slices --set transactions=/data/in"
            })
    int run(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets a parameter of the pipeline.")
                    Map<String, String> parameters,
            @Option(
                            names = "--all-slices",
                            description = "Opens a run for each slice that waits, not only for the next.")
                    boolean allSlices,
            @Option(
                            names = "--interval",
                            paramLabel = "TIME",
                            description = "The data interval: its date, or the time at which it begins, in the"
                                    + " schedule's zone (default: the last complete one).")
                    @Nullable
                    String interval,
            @Option(names = "--wait", description = "Waits until the runs are over; exit code 0 only if all succeeded.")
                    boolean wait) {
        ApiClient api = server.api();
        PipelineApi.Opened opened =
                api.call(PipelineApi.OPEN, new PipelineApi.Open(name, parameters, allSlices, interval));
        server.print(opened, () -> print(name, opened));
        if (!wait) {
            return 0;
        }
        boolean all = true;
        for (String run : opened.runs()) {
            all &= RunCommand.await(api, run, server.json());
        }
        return all ? 0 : CommandFailed.FAILED;
    }

    private static void print(String name, PipelineApi.Opened opened) {
        opened.leftOut().stream().limit(MOST_FILES_SHOWN).forEach(file -> System.out.println("left out: " + file));
        if (opened.leftOut().size() > MOST_FILES_SHOWN) {
            System.out.println("left out: " + (opened.leftOut().size() - MOST_FILES_SHOWN) + " more files");
        }
        if (opened.runs().isEmpty()) {
            System.out.println("no slice of " + name + " waits; nothing to do");
        }
        opened.runs().forEach(run -> System.out.println("run " + run));
    }

    static PipelineApi.Opened open(ApiClient api, String name, Map<String, String> parameters, boolean allSlices) {
        return api.call(PipelineApi.OPEN, new PipelineApi.Open(name, parameters, allSlices, null));
    }

    @Command(
            name = "backfill",
            mixinStandardHelpOptions = true,
            description =
                    "Opens the runs of a schedule whose data intervals lie within a span of time. An interval that"
                            + " already had a run gets no other, unless --again says so.",
            footer = {
                "",
                "Examples:",
                "  mayfly pipeline backfill train-fraud --from 2026-01-01 --to 2026-02-01",
                "  mayfly pipeline backfill train-fraud --from 2026-01-01 --to 2026-02-01 --again failed"
            })
    int backfill(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "TIME",
                            description = "A date or a local time in the schedule's zone, or a time with its offset.")
                    String from,
            @Option(names = "--to", required = true, paramLabel = "TIME", description = "Likewise; not in the future.")
                    String to,
            @Option(
                            names = "--again",
                            paramLabel = "failed|all",
                            description = "Intervals that had a run are done again with the newest text: those whose"
                                    + " last run did not succeed, or all.")
                    @Nullable
                    String again,
            @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets a parameter of the pipeline.")
                    Map<String, String> parameters) {
        PipelineApi.Backfilled done =
                server.api().call(PipelineApi.BACKFILL, new PipelineApi.Backfill(name, from, to, again, parameters));
        return server.print(done, () -> print(done));
    }

    private static void print(PipelineApi.Backfilled done) {
        done.runs().forEach(run -> System.out.println("run " + run));
        int had = done.had().values().stream().mapToInt(Integer::intValue).sum();
        if (had > 0) {
            System.out.println(had + " data intervals had a run before and got no other: "
                    + done.had().entrySet().stream()
                            .map(state -> state.getValue() + " " + state.getKey())
                            .collect(Collectors.joining(", ")));
        }
        if (done.had().containsKey("failed") || done.had().containsKey("cancelled")) {
            System.out.println("  --again failed does those again that failed or were cancelled");
        }
    }

    @Command(
            name = "slice",
            mixinStandardHelpOptions = true,
            description =
                    "Shows a slice with its files, or moves it by hand: 'retry' has the next run process it again,"
                            + " 'skip' leaves it out.",
            footer = {
                "",
                "Examples:",
                "  mayfly pipeline slice clean-transactions 17 show",
                "  mayfly pipeline slice clean-transactions 17 skip"
            })
    int slice(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "NUMBER") int number,
            @Parameters(paramLabel = "show|retry|skip") SliceAct act,
            @Option(
                            names = "--input",
                            paramLabel = "PATTERN",
                            description = "The input's pattern, if several have a slice of this number.")
                    @Nullable
                    String input) {
        PipelineApi.SliceByNumber request = new PipelineApi.SliceByNumber(name, number, input);
        if (act == SliceAct.show) {
            PipelineApi.SliceDetails details = server.api().call(PipelineApi.SHOW_SLICE, request);
            return server.print(details, () -> print(details));
        }
        PipelineApi.Slice slice =
                server.api().call(act == SliceAct.retry ? PipelineApi.RETRY_SLICE : PipelineApi.SKIP_SLICE, request);
        return server.print(slice, () -> System.out.println("slice " + number + " is " + slice.state()));
    }

    private static void print(PipelineApi.SliceDetails details) {
        PipelineApi.Slice slice = details.slice();
        System.out.println("slice     " + slice.number() + " of " + slice.input());
        System.out.println("state     " + Format.state(slice.state())
                + (slice.failures() == 0 || slice.state().equals("done")
                        ? ""
                        : ", " + slice.failures() + " failed runs"));
        System.out.println("run       " + (slice.run() == null ? "-" : slice.run()));
        System.out.println();
        Table table = new Table("FILE", "BYTES", "WRITTEN", "SINCE THEN");
        List<PipelineApi.SliceFile> shown = details.list().stream()
                .sorted(Comparator.comparing((PipelineApi.SliceFile file) -> file.change() == null))
                .limit(MOST_FILES_SHOWN)
                .toList();
        for (PipelineApi.SliceFile file : shown) {
            table.row(
                    file.path(),
                    file.bytes() == null ? "-" : Long.toString(file.bytes()),
                    Format.time(file.modified()),
                    file.change() == null ? "" : file.change());
        }
        table.print();
        if (details.list().size() > shown.size()) {
            System.out.println((details.list().size() - shown.size()) + " more files (--json has all)");
        }
    }

    /** What a person can do to a slice. */
    enum SliceAct {
        show,
        retry,
        skip
    }

    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            description = "Stops the schedule and holds queued runs; active runs go on, and so do runs opened by hand.")
    int pause(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--keep-queued", description = "Runs that are queued now may still begin.")
                    boolean keepQueued,
            @Option(names = "--cancel", description = "Also cancel its active and queued runs.") boolean cancel) {
        PipelineApi.Pipeline answer = server.api().call(PipelineApi.PAUSE, new PipelineApi.Pause(name, keepQueued));
        if (cancel) {
            cancelRuns(server, name);
        }
        return server.print(answer, () -> System.out.println("pipeline " + name + " paused"));
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            description = "Starts the schedule again, and lets the held runs go.")
    int resume(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME") String name) {
        PipelineApi.Pipeline answer = server.api().call(PipelineApi.RESUME, new PipelineApi.ByName(name));
        return server.print(answer, () -> System.out.println("pipeline " + name + " resumed"));
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Deletes a pipeline; its runs stay on record. Refused while a run is active.")
    int delete(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--cancel",
                            description = "Cancel its active and queued runs first, and wait until they end.")
                    boolean cancel) {
        if (cancel) {
            server.api().call(PipelineApi.PAUSE, new PipelineApi.Pause(name, null));
            cancelRuns(server, name).forEach(run -> RunCommand.await(server.api(), run, server.json()));
        }
        PipelineApi.Deleted answer = server.api().call(PipelineApi.DELETE, new PipelineApi.ByName(name));
        return server.print(answer, () -> System.out.println("pipeline " + name + " deleted"));
    }

    /** Asks all runs of a pipeline that are not over to stop, and returns their ids. */
    private static List<String> cancelRuns(ServerOptions server, String name) {
        List<String> runs = server.api().call(RunApi.LIST, new RunApi.Which(name, MOST_RUNS)).stream()
                .filter(run -> !run.isFinal())
                .map(RunApi.Run::id)
                .toList();
        for (String run : runs) {
            server.api().call(RunApi.CANCEL, new RunApi.Cancel(run, null));
            if (!server.json()) {
                System.out.println("cancelling run " + run);
            }
        }
        return runs;
    }

    @Command(
            name = "schema",
            mixinStandardHelpOptions = true,
            description = "Prints the JSON schema of pipelines, for editors.")
    int schema(@Mixin ServerOptions server) {
        System.out.print(
                new String(server.api().call(PipelineApi.SCHEMA, new Input.Nothing()), StandardCharsets.UTF_8));
        return 0;
    }

    private static String schedule(PipelineApi.Trigger trigger) {
        if (trigger.after() != null) {
            return "after " + trigger.after();
        }
        return trigger.cron() == null ? "by hand" : trigger.cron() + " " + trigger.zone();
    }
}
