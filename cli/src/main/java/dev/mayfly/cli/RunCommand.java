package dev.mayfly.cli;

import dev.mayfly.api.ApiClient;
import dev.mayfly.api.ModelApi;
import dev.mayfly.api.PipelineApi;
import dev.mayfly.api.RunApi;
import dev.mayfly.api.Times;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private static final long POLL_MILLIS = 500;

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the newest runs.")
    int list(
            @Mixin ServerOptions server,
            @Option(names = "--pipeline", paramLabel = "NAME", description = "Only runs of this pipeline.") @Nullable
                    String pipeline,
            @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many (default: 20).")
                    int limit) {
        List<RunApi.Run> runs = server.api().call(RunApi.LIST, new RunApi.Which(pipeline, limit));
        return server.print(runs, () -> {
            Table table = new Table("RUN", "PIPELINE", "STATE", "CREATED", "TOOK", "REASON");
            for (RunApi.Run run : runs) {
                table.row(
                        Format.shortId(run.id()),
                        run.pipeline(),
                        Format.state(run.state()),
                        Format.time(run.times().created()),
                        Format.between(run.times().started(), run.times().ended()),
                        orEmpty(run.reason()));
            }
            table.print();
        });
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows a run: its tasks, attempts, clusters and metrics.")
    int show(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "RUN", description = "An id or its beginning.") String id) {
        RunApi.Run run = server.api().call(RunApi.SHOW, new RunApi.ById(id));
        return server.print(run, () -> print(run));
    }

    private static void print(RunApi.Run run) {
        Times times = run.times();
        System.out.println("run       " + run.id());
        System.out.println("pipeline  " + run.pipeline());
        System.out.println(
                "state     " + Format.state(run.state()) + (run.reason() == null ? "" : ": " + run.reason()));
        System.out.println("created   " + Format.time(times.created()) + ", took "
                + Format.between(times.started(), times.ended()));
        if (run.origin() != null) {
            print(run.origin());
        }
        System.out.println();
        tasks(run).print();
        printMetrics(run);
        if (run.clusters() != null && !run.clusters().isEmpty()) {
            System.out.println();
            ClusterCommand.table(run.clusters()).print();
        }
    }

    private static void print(RunApi.Origin origin) {
        System.out.println("trigger   " + origin.trigger() + (origin.cause() == null ? "" : " " + origin.cause()));
        System.out.println("interval  " + origin.intervalStart() + " to " + origin.intervalEnd());
        PipelineApi.Slice slice = origin.slice();
        if (slice != null) {
            System.out.println(
                    "slice     " + slice.number() + " (" + slice.files() + " files from " + slice.first() + ")");
        }
    }

    private static Table tasks(RunApi.Run run) {
        Table table = new Table("TASK", "ATTEMPT", "STATE", "TOOK", "REASON");
        for (RunApi.Task task : run.tasks()) {
            if (task.attempts().isEmpty()) {
                table.row(task.name(), "-", Format.state(task.state()), "-", orEmpty(task.reason()));
            }
            for (RunApi.Attempt attempt : task.attempts()) {
                table.row(
                        task.name(),
                        Integer.toString(attempt.number()),
                        Format.state(attempt.state()),
                        Format.between(
                                attempt.times().created(), attempt.times().ended()),
                        orEmpty(attempt.reason()));
            }
        }
        return table;
    }

    private static void printMetrics(RunApi.Run run) {
        for (RunApi.Task task : run.tasks()) {
            for (RunApi.Attempt attempt : task.attempts()) {
                if (attempt.metrics() != null && !attempt.metrics().isEmpty()) {
                    String runs = attempt.ownRuns().isEmpty()
                            ? "tracking run " + attempt.trackingRun()
                            : "its own tracking runs " + String.join(", ", attempt.ownRuns());
                    System.out.println("\nmetrics of " + task.name() + " (" + runs + ")");
                    attempt.metrics()
                            .forEach((name, value) -> System.out.println("  " + name + "  " + Format.number(value)));
                }
                if (attempt.promotion() != null) {
                    System.out.println("\n" + promotion(attempt.promotion()));
                }
            }
        }
    }

    static String promotion(ModelApi.Promotion promotion) {
        return promotion.model() + " version " + promotion.version()
                + (promotion.promoted() ? " is champion: " : " is not promoted: ") + promotion.reason();
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
        RunApi.ById named = new RunApi.ById(id);
        Map<RunApi.LogName, Long> offsets = new HashMap<>();
        boolean over;
        do {
            RunApi.Run run = api.call(RunApi.SHOW, named);
            over = run.isFinal();
            List<String> tasks = run.tasks().stream().map(RunApi.Task::name).toList();
            if (task != null && !tasks.contains(task)) {
                throw new CommandFailed(CommandFailed.FAILED, "task '" + task + "' (expected: one of " + tasks + ")");
            }
            for (RunApi.LogName log : api.call(RunApi.LOGS, named).logs()) {
                boolean wanted = task == null || log.task().equals(task);
                if (wanted && (executors || log.log().equals("driver"))) {
                    copy(api, id, log, offsets, task == null || executors);
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

    private static void copy(
            ApiClient api, String run, RunApi.LogName log, Map<RunApi.LogName, Long> offsets, boolean titled) {
        if (offsets.putIfAbsent(log, 0L) == null && titled) {
            System.out.println("==> " + log.task() + "/" + log.attempt() + "/" + log.log() + " <==");
        }
        byte[] page;
        do {
            long offset = offsets.getOrDefault(log, 0L);
            page = api.call(RunApi.LOG, new RunApi.ReadLog(run, log.task(), log.attempt(), log.log(), offset));
            System.out.write(page, 0, page.length);
            offsets.put(log, offset + page.length);
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
            @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.") @Nullable
                    String reason,
            @Option(names = "--wait", description = "Wait until the run is closed.") boolean wait) {
        ApiClient api = server.api();
        RunApi.Cancelled cancelled = server.api().call(RunApi.CANCEL, new RunApi.Cancel(id, reason));
        server.print(
                cancelled,
                () -> System.out.println(
                        cancelled.cancelled()
                                ? "cancelling run " + id
                                : "run " + id + " " + notCancelled(cancelled.state())));
        if (wait) {
            await(api, id, server.json());
        }
        return 0;
    }

    private static String notCancelled(String state) {
        return switch (state) {
            case "queued", "running" -> "is being cancelled already";
            case "finishing" -> "has done its work: its result is decided, and it ends when its cluster is deleted";
            default -> "is over already: " + state;
        };
    }

    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description =
                    "Retries a finished run: tasks that did not succeed run again, with the same text and packages.",
            footer = {
                "",
                "Examples:",
                "  mayfly run retry 3f2a                   failed, cancelled and never started tasks",
                "  mayfly run retry 3f2a --latest          all tasks, in another run with the newest text and packages",
                "  mayfly run retry 3f2a --from train      also train and everything downstream of it"
            })
    int retry(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "RUN") String id,
            @Option(
                            names = "--from",
                            paramLabel = "TASK",
                            description = "Also this task and everything downstream of it.")
                    @Nullable
                    List<String> from,
            @Option(
                            names = "--latest",
                            description = "Another run does all of the work again, with the pipeline's newest text and"
                                    + " the newest packages, for the same data interval and slice.")
                    boolean latest,
            @Option(names = "--wait", description = "Wait until the run is closed; exit code 0 only if it succeeded.")
                    boolean wait) {
        RunApi.Retried retried = server.api().call(RunApi.RETRY, new RunApi.Retry(id, from, latest));
        server.print(retried, () -> {
            System.out.println(latest ? "run " + retried.run() + " does it again" : "retrying run " + retried.run());
            retried.changes().forEach(change -> System.out.println("  " + change));
            if (latest && retried.changes().isEmpty()) {
                System.out.println("  with the same text and packages: nothing newer was stored");
            }
        });
        return !wait || await(server.api(), retried.run(), server.json()) ? 0 : CommandFailed.FAILED;
    }

    /**
     * Waits for a run, and prints every change of a task unless it is to be quiet.
     *
     * @return whether it succeeded
     */
    static boolean await(ApiClient api, String id, boolean quiet) {
        Map<String, String> printed = new HashMap<>();
        while (true) {
            RunApi.Run run = api.call(RunApi.SHOW, new RunApi.ById(id));
            if (!quiet) {
                run.tasks().forEach(task -> print(printed, id, "task " + task.name(), task.state(), task.reason()));
                print(printed, id, "run", run.state(), run.reason());
            }
            if (run.isFinal()) {
                return run.succeeded();
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailed(130, "interrupted; the run goes on");
            }
        }
    }

    private static void print(
            Map<String, String> printed, String run, String what, String state, @Nullable String reason) {
        if (!state.equals(printed.put(what, state))) {
            System.out.println(Format.shortId(run) + "  " + what + " " + Format.state(state)
                    + (reason == null || reason.isEmpty() ? "" : ": " + reason));
        }
    }
}
