package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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

    private static final String PATH = "/api/v1/pipelines";

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description = "Stores pipelines from YAML files. Applying the same text again changes nothing.",
            footer = {"", "Example:", "  mayfly pipeline apply examples/*.yaml"})
    int apply(@Mixin ServerOptions server, @Parameters(paramLabel = "FILE", arity = "1..*") List<Path> files) {
        for (Path file : files) {
            JsonNode applied = apply(server.api(), file);
            server.print(
                    applied,
                    () -> System.out.println("pipeline " + applied.path("name").asText() + " "
                            + applied.path("change").asText() + " ("
                            + Format.shortId(applied.path("hash").asText()) + ")"));
        }
        return 0;
    }

    static JsonNode apply(ApiClient api, Path file) {
        try {
            return api.post(
                    PATH + "?file=" + ApiClient.encode(file.toString()), Files.readAllBytes(file), "application/yaml");
        } catch (IOException e) {
            throw new CommandFailed(CommandFailed.USAGE, "file " + file + " can't be read: " + e.getMessage());
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the pipelines.")
    int list(@Mixin ServerOptions server) {
        JsonNode pipelines = server.api().get(PATH);
        return server.print(pipelines, () -> {
            Table table = new Table("NAME", "SCHEDULE", "NEXT RUN", "TASKS", "DESCRIPTION");
            for (JsonNode pipeline : pipelines) {
                table.row(
                        pipeline.path("name").asText(),
                        schedule(pipeline),
                        pipeline.path("paused").asBoolean() ? "paused" : Format.time(pipeline.path("next_due")),
                        Integer.toString(pipeline.path("tasks").size()),
                        pipeline.path("description").asText());
            }
            table.print();
        });
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows a pipeline, its slices and its YAML.")
    int show(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME") String name) {
        JsonNode pipeline = server.api().get(PATH + "/" + ApiClient.encode(name));
        JsonNode slices = server.api().get(PATH + "/" + ApiClient.encode(name) + "/slices");
        return server.print(pipeline, () -> {
            System.out.println("name      " + pipeline.path("name").asText() + "  ("
                    + Format.shortId(pipeline.path("hash").asText()) + ", from "
                    + pipeline.path("file").asText() + ")");
            System.out.println("schedule  " + schedule(pipeline) + ", next "
                    + (pipeline.path("paused").asBoolean() ? "never: paused" : Format.time(pipeline.path("next_due"))));
            if (!slices.isEmpty()) {
                System.out.println();
                Table table = new Table("SLICE", "STATE", "FILES", "FIRST", "RUN");
                for (JsonNode slice : slices) {
                    table.row(
                            slice.path("number").asText(),
                            Format.state(slice.path("state").asText()),
                            slice.path("files").asText(),
                            slice.path("first").asText(),
                            Format.shortId(slice.path("run").asText("-")));
                }
                table.print();
            }
            System.out.println();
            System.out.print(pipeline.path("yaml").asText());
        });
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
            @Option(names = "--all-slices", description = "One run for each slice that waits, not only the next.")
                    boolean allSlices,
            @Option(names = "--wait", description = "Waits until all is over; exit code 0 only if all succeeded.")
                    boolean wait) {
        ApiClient api = server.api();
        Map<String, String> values = parameters == null ? Map.of() : new LinkedHashMap<>(parameters);
        JsonNode opened = open(api, name, values, allSlices);
        server.print(opened, () -> {
            if (opened.path("runs").isEmpty()) {
                System.out.println("no slice of " + name + " waits; nothing to do");
            }
            opened.path("runs").forEach(run -> System.out.println("run " + run.asText()));
        });
        if (!wait) {
            return 0;
        }
        boolean all = true;
        for (JsonNode run : opened.path("runs")) {
            all &= RunCommand.await(api, run.asText(), server.json());
        }
        return all ? 0 : CommandFailed.FAILED;
    }

    static JsonNode open(ApiClient api, String name, Map<String, String> parameters, boolean allSlices) {
        ObjectNode body = ApiClient.JSON.createObjectNode();
        ObjectNode set = body.putObject("parameters");
        parameters.forEach(set::put);
        body.put("all_slices", allSlices);
        return api.post(PATH + "/" + ApiClient.encode(name) + "/runs", body);
    }

    @Command(
            name = "backfill",
            mixinStandardHelpOptions = true,
            description =
                    "Opens the runs of a schedule whose data intervals lie within a span of time. An interval that"
                            + " had its run gets no other.",
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
        ObjectNode body = ApiClient.JSON.createObjectNode().put("from", from).put("to", to);
        ObjectNode set = body.putObject("parameters");
        if (parameters != null) {
            parameters.forEach(set::put);
        }
        JsonNode opened = server.api().post(PATH + "/" + ApiClient.encode(name) + "/backfill", body);
        return server.print(opened, () -> {
            opened.path("runs").forEach(run -> System.out.println("run " + run.asText()));
            if (opened.path("runs").isEmpty()) {
                System.out.println("every data interval in that span had its run; nothing to do");
            }
        });
    }

    @Command(
            name = "slice",
            mixinStandardHelpOptions = true,
            description = "Moves a slice by hand: 'retry' has it worked off again, 'skip' leaves it out.",
            footer = {"", "Examples:", "  mayfly pipeline slice clean-transactions 17 skip"})
    int slice(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "NUMBER") int number,
            @Parameters(paramLabel = "retry|skip") SliceAct act,
            @Option(
                            names = "--input",
                            paramLabel = "PATTERN",
                            description = "Tells slices of different patterns apart.")
                    String input) {
        String query = input == null ? "" : "?input=" + ApiClient.encode(input);
        JsonNode slice = server.api()
                .post(
                        PATH + "/" + ApiClient.encode(name) + "/slices/" + number + "/" + act + query,
                        ApiClient.JSON.createObjectNode());
        return server.print(
                slice,
                () -> System.out.println(
                        "slice " + number + " is " + slice.path("state").asText()));
    }

    /** What can be done to a slice by hand. */
    enum SliceAct {
        retry,
        skip
    }

    @Command(name = "pause", mixinStandardHelpOptions = true, description = "Stops the schedule; runs under way go on.")
    int pause(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME") String name) {
        return act(server, name, "pause", "paused");
    }

    @Command(name = "resume", mixinStandardHelpOptions = true, description = "Starts the schedule again.")
    int resume(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME") String name) {
        return act(server, name, "resume", "resumed");
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Forgets a pipeline. Its runs stay on record; refused while one is under way.")
    int delete(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME") String name) {
        JsonNode answer = server.api().delete(PATH + "/" + ApiClient.encode(name));
        return server.print(answer, () -> System.out.println("pipeline " + name + " deleted"));
    }

    @Command(
            name = "schema",
            mixinStandardHelpOptions = true,
            description = "Prints the JSON schema of pipelines, for editors.")
    int schema(@Mixin ServerOptions server) {
        System.out.print(new String(server.api().bytes("/api/v1/pipeline-schema"), StandardCharsets.UTF_8));
        return 0;
    }

    private static int act(ServerOptions server, String name, String act, String done) {
        JsonNode answer =
                server.api().post(PATH + "/" + ApiClient.encode(name) + "/" + act, ApiClient.JSON.createObjectNode());
        return server.print(answer, () -> System.out.println("pipeline " + name + " " + done));
    }

    private static String schedule(JsonNode pipeline) {
        if (pipeline.has("after")) {
            return "after " + pipeline.path("after").asText();
        }
        return pipeline.has("cron")
                ? pipeline.path("cron").asText() + " " + pipeline.path("zone").asText()
                : "by hand";
    }
}
