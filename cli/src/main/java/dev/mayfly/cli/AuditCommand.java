package dev.mayfly.cli;

import dev.mayfly.api.AuditApi;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mayfly audit}: who changed what. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Shows who changed what, or was refused to, the newest first (for administrators).",
        footer = {
            "",
            "Examples:",
            "  mayfly audit --since 7d --who ann",
            "  mayfly audit --object 'pipeline fraud' --json"
        })
final class AuditCommand implements Callable<Integer> {

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(
            names = "--since",
            paramLabel = "AGE",
            description = "Only what is not older, such as 7d or 12h; or a time, such as 2026-11-30T12:00:00Z.")
    private @Nullable String since;

    @Option(names = "--who", paramLabel = "NAME", description = "Only what this account did.")
    private @Nullable String who;

    @Option(
            names = "--object",
            paramLabel = "TEXT",
            description = "Only what was done to something with this in its name, such as 'model fraud'.")
    private @Nullable String object;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (default: 100).")
    private @Nullable Integer limit;

    @Override
    public Integer call() {
        List<AuditApi.Entry> entries =
                server.api().call(AuditApi.SEARCH, new AuditApi.Search(since, who, object, null, limit));
        return server.print(entries, () -> {
            Table table = new Table("TIME", "WHO", "FROM", "ACTION", "OBJECT", "OUTCOME", "DETAIL");
            entries.forEach(entry -> table.row(
                    Format.time(entry.at()),
                    entry.actor(),
                    entry.address() == null ? "-" : entry.address(),
                    entry.action(),
                    entry.object(),
                    entry.outcome(),
                    entry.detail()));
            table.print();
        });
    }
}
