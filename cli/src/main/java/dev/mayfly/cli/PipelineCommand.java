package dev.mayfly.cli;

import dev.mayfly.api.ApiClient;
import dev.mayfly.api.Input;
import dev.mayfly.api.PipelineApi;
import dev.mayfly.api.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description = "Stores pipelines from YAML files. Applying the same text again changes nothing.",
            footer = {"", "Example:", "  mayfly pipeline apply examples/*.yaml"})
    int apply(@Mixin ServerOptions server, @Parameters(paramLabel = "FILE", arity = "1..*") List<Path> files) {
        for (Path file : files) {
            PipelineApi.Applied applied = apply(server.api(), file);
            applied.warnings()
                    .forEach(warning -> System.err.println("warning: pipeline " + applied.name() + ": " + warning));
            server.print(
                    applied,
                    () -> System.out.println("pipeline " + applied.name() + " " + applied.change() + " ("
                            + Format.shortId(applied.hash()) + ")"));
        }
        return 0;
    }

    static PipelineApi.Applied apply(ApiClient api, Path file) {
        try {
            return api.call(PipelineApi.APPLY, new PipelineApi.Apply(file.toString(), Files.readString(file)));
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
            pipelines.forEach(PipelineCommand::printNotOpened);
        });
    }

    private static void printNotOpened(PipelineApi.Pipeline pipeline) {
        for (PipelineApi.NotOpened run : pipeline.notOpened()) {
            System.out.println();
            System.out.println(pipeline.name() + ": " + run.run() + " can't be opened since " + Format.time(run.since())
                    + ": " + run.reason() + "; next try " + Format.time(run.nextTry()));
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
            printNotOpened(pipeline);
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
            @Option(names = "--wait", description = "Waits until the runs are over; exit code 0 only if all succeeded.")
                    boolean wait) {
        ApiClient api = server.api();
        PipelineApi.Opened opened = open(api, name, parameters == null ? Map.of() : parameters, allSlices);
        server.print(opened, () -> {
            if (opened.runs().isEmpty()) {
                System.out.println("no slice of " + name + " waits; nothing to do");
            }
            opened.runs().forEach(run -> System.out.println("run " + run));
        });
        if (!wait) {
            return 0;
        }
        boolean all = true;
        for (String run : opened.runs()) {
            all &= RunCommand.await(api, run, server.json());
        }
        return all ? 0 : CommandFailed.FAILED;
    }

    static PipelineApi.Opened open(ApiClient api, String name, Map<String, String> parameters, boolean allSlices) {
        return api.call(PipelineApi.OPEN, new PipelineApi.Open(name, parameters, allSlices));
    }

    @Command(
            name = "backfill",
            mixinStandardHelpOptions = true,
            description =
                    "Opens the runs of a schedule whose data intervals lie within a span of time. An interval that"
                            + " already had a run gets no other.",
            footer = {"", "Example:", "  mayfly pipeline backfill train-fraud --from 2026-01-01 --to 2026-02-01"})
    int backfill(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "TIME",
                            description = "A date, or a time with zone.")
                    String from,
            @Option(names = "--to", required = true, paramLabel = "TIME", description = "A date, or a time with zone.")
                    String to,
            @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets a parameter of the pipeline.")
                    Map<String, String> parameters) {
        PipelineApi.Opened opened =
                server.api().call(PipelineApi.BACKFILL, new PipelineApi.Backfill(name, from, to, parameters));
        return server.print(opened, () -> {
            opened.runs().forEach(run -> System.out.println("run " + run));
            if (opened.runs().isEmpty()) {
                System.out.println("every data interval in that span already had a run; nothing to do");
            }
        });
    }

    @Command(
            name = "slice",
            mixinStandardHelpOptions = true,
            description = "Moves a slice by hand: 'retry' has the next run process it again, 'skip' leaves it out.",
            footer = {"", "Examples:", "  mayfly pipeline slice clean-transactions 17 skip"})
    int slice(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "NUMBER") int number,
            @Parameters(paramLabel = "retry|skip") SliceAct act,
            @Option(
                            names = "--input",
                            paramLabel = "PATTERN",
                            description = "The input's pattern, if several have a slice of this number.")
                    String input) {
        PipelineApi.Slice slice = server.api()
                .call(
                        act == SliceAct.retry ? PipelineApi.RETRY_SLICE : PipelineApi.SKIP_SLICE,
                        new PipelineApi.MoveSlice(name, number, input));
        return server.print(slice, () -> System.out.println("slice " + number + " is " + slice.state()));
    }

    /** What a person can do to a slice. */
    enum SliceAct {
        retry,
        skip
    }

    @Command(name = "pause", mixinStandardHelpOptions = true, description = "Stops the schedule; active runs go on.")
    int pause(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME") String name) {
        return switchTo(server, PipelineApi.PAUSE, name, "paused");
    }

    @Command(name = "resume", mixinStandardHelpOptions = true, description = "Starts the schedule again.")
    int resume(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME") String name) {
        return switchTo(server, PipelineApi.RESUME, name, "resumed");
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Deletes a pipeline; its runs stay on record. Refused while a run is active.")
    int delete(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME") String name) {
        PipelineApi.Deleted answer = server.api().call(PipelineApi.DELETE, new PipelineApi.ByName(name));
        return server.print(answer, () -> System.out.println("pipeline " + name + " deleted"));
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

    private static int switchTo(
            ServerOptions server, Route<PipelineApi.ByName, PipelineApi.Pipeline> route, String name, String done) {
        PipelineApi.Pipeline answer = server.api().call(route, new PipelineApi.ByName(name));
        return server.print(answer, () -> System.out.println("pipeline " + name + " " + done));
    }

    private static String schedule(PipelineApi.Trigger trigger) {
        if (trigger.after() != null) {
            return "after " + trigger.after();
        }
        return trigger.cron() == null ? "by hand" : trigger.cron() + " " + trigger.zone();
    }
}
