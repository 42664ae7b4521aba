package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayfly run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Lists, shows, cancels and retries runs, and prints their logs.")
final class RunCommand {

    private static final Set<String> FINAL = Set.of("succeeded", "failed", "cancelled");
    private static final long POLL_MILLIS = 500;

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the newest runs.")
    int list(
            @Mixin ServerOptions server,
            @Option(names = "--pipeline", paramLabel = "NAME", description = "Only runs of this pipeline.") @Nullable
                    String pipeline,
            @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many (default: 20).")
                    int limit) {
        String filter = pipeline == null ? "" : "&pipeline=" + ApiClient.encode(pipeline);
        JsonNode runs = server.api().get("/api/v1/runs?limit=" + limit + filter);
        return server.print(runs, () -> {
            Table table = new Table("RUN", "PIPELINE", "STATE", "CREATED", "TOOK", "REASON");
            for (JsonNode run : runs) {
                table.row(
                        Format.shortId(run.path("id").asText()),
                        run.path("pipeline").asText(),
                        Format.state(run.path("state").asText()),
                        Format.time(run.path("created")),
                        Format.between(run.path("started"), run.path("ended")),
                        run.path("reason").asText(""));
            }
            table.print();
        });
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows a run: its tasks, attempts, clusters and metrics.")
    int show(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "RUN", description = "An id or its beginning.") String id) {
        JsonNode run = server.api().get("/api/v1/runs/" + ApiClient.encode(id));
        return server.print(run, () -> print(run));
    }

    private static void print(JsonNode run) {
        System.out.println("run       " + run.path("id").asText());
        System.out.println("pipeline  " + run.path("pipeline").asText());
        System.out.println("state     " + Format.state(run.path("state").asText())
                + (run.path("reason").asText("").isEmpty()
                        ? ""
                        : ": " + run.path("reason").asText()));
        System.out.println("created   " + Format.time(run.path("created")) + ", took "
                + Format.between(run.path("started"), run.path("ended")));
        JsonNode origin = run.path("origin");
        System.out.println("trigger   " + origin.path("trigger").asText()
                + (origin.has("cause") ? " " + origin.path("cause").asText() : ""));
        System.out.println("interval  " + origin.path("interval_start").asText() + " to "
                + origin.path("interval_end").asText());
        JsonNode slice = origin.path("slice");
        if (slice.isObject()) {
            System.out.println("slice     " + slice.path("number").asText() + " ("
                    + slice.path("files").asText() + " files from "
                    + slice.path("first").asText() + ")");
        }
        System.out.println();
        Table tasks = new Table("TASK", "ATTEMPT", "STATE", "TOOK", "REASON");
        for (JsonNode task : run.path("tasks")) {
            if (task.path("attempts").isEmpty()) {
                tasks.row(
                        task.path("name").asText(),
                        "-",
                        Format.state(task.path("state").asText()),
                        "-",
                        reason(task));
            }
            for (JsonNode attempt : task.path("attempts")) {
                tasks.row(
                        task.path("name").asText(),
                        attempt.path("number").asText(),
                        Format.state(attempt.path("state").asText()),
                        Format.between(attempt.path("created"), attempt.path("ended")),
                        reason(attempt));
            }
        }
        tasks.print();
        printMetrics(run);
        if (!run.path("clusters").isEmpty()) {
            System.out.println();
            ClusterCommand.table(run.path("clusters")).print();
        }
    }

    private static void printMetrics(JsonNode run) {
        for (JsonNode task : run.path("tasks")) {
            for (JsonNode attempt : task.path("attempts")) {
                if (!attempt.path("metrics").isEmpty()) {
                    System.out.println("\nmetrics of " + task.path("name").asText() + " (tracking run "
                            + attempt.path("tracking_run").asText() + ")");
                    attempt.path("metrics")
                            .properties()
                            .forEach(metric -> System.out.println("  " + metric.getKey() + "  "
                                    + Format.number(metric.getValue().asDouble())));
                }
                if (attempt.path("promotion").isObject()) {
                    System.out.println("\n" + promotion(attempt.path("promotion")));
                }
            }
        }
    }

    static String promotion(JsonNode promotion) {
        return promotion.path("model").asText() + " version "
                + promotion.path("version").asText()
                + (promotion.path("promoted").asBoolean() ? " is champion: " : " is not promoted: ")
                + promotion.path("reason").asText();
    }

    private static String reason(JsonNode node) {
        return node.path("reason").asText("");
    }

    @Command(
            name = "logs",
            mixinStandardHelpOptions = true,
            description = "Prints the logs of a run's last attempts.",
            footer = {
                "",
                "Examples:",
                "  mayfly run logs 3f2a                  the drivers' logs",
                "  mayfly run logs 3f2a train --follow   as it is written, until the run ends",
                "  mayfly run logs 3f2a --executors      the executors' too"
            })
    int logs(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "RUN", index = "0") String id,
            @Parameters(paramLabel = "TASK", index = "1", arity = "0..1") @Nullable String task,
            @Option(names = "--follow", description = "Go on until the run ends.") boolean follow,
            @Option(names = "--executors", description = "Also the executors' logs.") boolean executors)
            throws InterruptedException {
        ApiClient api = server.api();
        String path = "/api/v1/runs/" + ApiClient.encode(id);
        Map<String, Long> offsets = new HashMap<>();
        boolean over;
        do {
            JsonNode run = api.get(path);
            over = FINAL.contains(run.path("state").asText());
            if (task != null && !names(run).contains(task)) {
                throw new CommandFailed(
                        CommandFailed.FAILED, "task '" + task + "' (expected: one of " + names(run) + ")");
            }
            for (JsonNode log : api.get(path + "/logs").path("logs")) {
                boolean wanted = task == null || log.path("task").asText().equals(task);
                if (wanted && (executors || log.path("log").asText().equals("driver"))) {
                    copy(api, path, log, offsets, task == null || executors);
                }
            }
            if (follow && !over) {
                Thread.sleep(POLL_MILLIS);
            }
        } while (follow && !over);
        if (offsets.isEmpty()) {
            System.err.println("no logs yet");
        }
        return 0;
    }

    private static List<String> names(JsonNode run) {
        return run.path("tasks").findValuesAsText("name");
    }

    private static void copy(ApiClient api, String path, JsonNode log, Map<String, Long> offsets, boolean titled) {
        String name = log.path("task").asText() + "/" + log.path("attempt").asText() + "/"
                + log.path("log").asText();
        if (offsets.putIfAbsent(name, 0L) == null && titled) {
            System.out.println("==> " + name + " <==");
        }
        byte[] page;
        do {
            long offset = offsets.get(name);
            page = api.bytes(path + "/logs/" + name + "?offset=" + offset);
            System.out.write(page, 0, page.length);
            offsets.put(name, offset + page.length);
        } while (page.length > 0);
        System.out.flush();
    }

    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            description = "Stops a run; its cluster is deleted before the run closes.")
    int cancel(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "RUN") String id,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "cancelled by hand", description = "Why.")
                    String reason,
            @Option(names = "--wait", description = "Wait until the run is closed.") boolean wait) {
        ApiClient api = server.api();
        JsonNode answer = api.post(
                "/api/v1/runs/" + ApiClient.encode(id) + "/cancel?reason=" + ApiClient.encode(reason),
                ApiClient.JSON.createObjectNode());
        server.print(
                answer,
                () -> System.out.println(
                        answer.path("cancelled").asBoolean()
                                ? "cancelling run " + id
                                : "run " + id + " is over already"));
        if (wait) {
            await(api, id, server.json());
        }
        return 0;
    }

    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description = "Does a finished run's work again where it did not succeed; what succeeded stays.",
            footer = {
                "",
                "Examples:",
                "  mayfly run retry 3f2a                   what failed, was cancelled or never came to be",
                "  mayfly run retry 3f2a --from train      also train and all that needs it"
            })
    int retry(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "RUN") String id,
            @Option(names = "--from", paramLabel = "TASK", description = "Also this task and all that needs it.")
                    @Nullable
                    List<String> from,
            @Option(names = "--wait", description = "Wait until the run is closed; exit code 0 only if it succeeded.")
                    boolean wait) {
        String query = from == null
                ? ""
                : "?"
                        + from.stream()
                                .map(task -> "from=" + ApiClient.encode(task))
                                .collect(Collectors.joining("&"));
        JsonNode opened = server.api()
                .post("/api/v1/runs/" + ApiClient.encode(id) + "/retry" + query, ApiClient.JSON.createObjectNode());
        String run = opened.path("runs").path(0).asText();
        server.print(opened, () -> System.out.println("retrying run " + run));
        return !wait || await(server.api(), run, server.json()) ? 0 : CommandFailed.FAILED;
    }

    /** Waits for a run, telling of every change of a task. True if it succeeded. */
    static boolean await(ApiClient api, String id, boolean quiet) {
        Map<String, String> told = new HashMap<>();
        while (true) {
            JsonNode run = api.get("/api/v1/runs/" + id);
            if (!quiet) {
                for (JsonNode task : run.path("tasks")) {
                    tell(told, id, "task " + task.path("name").asText(), task);
                }
                tell(told, id, "run", run);
            }
            String state = run.path("state").asText();
            if (FINAL.contains(state)) {
                return state.equals("succeeded");
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailed(130, "interrupted; the run goes on");
            }
        }
    }

    private static void tell(Map<String, String> told, String id, String what, JsonNode node) {
        String state = node.path("state").asText();
        if (!state.equals(told.put(what, state))) {
            String reason = node.path("reason").asText("");
            System.out.println(Format.shortId(id) + "  " + what + " " + Format.state(state)
                    + (reason.isEmpty() ? "" : ": " + reason));
        }
    }
}
