package dev.mayfly.cli;

import dev.mayfly.api.ServerApi;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mayfly purge}. */
@Command(
        name = "purge",
        mixinStandardHelpOptions = true,
        description = {
            "Removes deleted experiments, runs and logged models with their artifacts for good.",
            "Names of purged experiments can be used again. Whatever a model version needs is kept."
        })
final class PurgeCommand implements Callable<Integer> {

    @Mixin
    ServerOptions server = new ServerOptions();

    @Option(
            names = "--older-than",
            paramLabel = "AGE",
            defaultValue = "30d",
            description = "Only what was deleted at least this long ago: 30d, 12h, 0s (default: ${DEFAULT-VALUE}).")
    String olderThan = "30d";

    @Option(names = "--dry-run", description = "Prints what would be purged, and purges nothing.")
    boolean isRehearsal;

    @Override
    public Integer call() {
        ServerApi.Purged purged = server.api().call(ServerApi.PURGE, new ServerApi.Purge(olderThan, isRehearsal));
        return server.print(
                purged,
                () -> System.out.printf(
                        "%s: %d experiments, %d runs, %d logged models; kept for model versions: %d%n",
                        isRehearsal ? "would be purged" : "purged",
                        purged.experiments(),
                        purged.runs(),
                        purged.loggedModels(),
                        purged.kept()));
    }
}
