package dev.mayfly.cli;

import dev.mayfly.api.Input;
import dev.mayfly.api.ServerApi;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mayfly status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what the server does by itself, and what of it fails.",
            "Exit code 1 if something fails. Runs that are due and can't be opened are in 'mayfly pipeline list'."
        })
final class StatusCommand implements Callable<Integer> {

    @Mixin
    ServerOptions server = new ServerOptions();

    @Override
    public Integer call() {
        ServerApi.Status status = server.api().call(ServerApi.STATUS, new Input.Nothing());
        server.print(status, () -> print(status));
        return status.isWell() ? 0 : CommandFailed.FAILED;
    }

    private static void print(ServerApi.Status status) {
        Table tasks = new Table("PERIODIC TASK", "LAST SUCCESS", "FAILS");
        for (ServerApi.PeriodicTask task : status.periodicTasks()) {
            tasks.row(
                    task.name(),
                    Format.time(task.lastSuccess()),
                    task.isFailing() ? "at " + Format.time(task.lastFailure()) + ": " + task.failure() : "");
        }
        tasks.print();
        if (!status.failing().isEmpty()) {
            System.out.println();
            Table failing = new Table("CAN'T BE CARRIED ON", "ID", "SINCE", "TRIES", "REASON");
            for (ServerApi.Failing one : status.failing()) {
                failing.row(
                        one.kind(), one.id(), Format.time(one.since()), Integer.toString(one.tries()), one.reason());
            }
            failing.print();
        }
    }
}
