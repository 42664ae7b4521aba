package dev.mayfly.cli;

import dev.mayfly.api.ClusterApi;
import dev.mayfly.api.Input;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayfly cluster}. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Lists and deletes clusters.")
final class ClusterCommand {

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the newest clusters. PROVED: the provider confirmed the deletion when asked again.")
    int list(
            @Mixin ServerOptions server,
            @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many (default: 20).")
                    int limit,
            @Option(
                            names = "--orphans",
                            description = "Only orphans: clusters that bear our label although no row needs them.")
                    boolean orphans) {
        if (orphans) {
            return orphans(server);
        }
        List<ClusterApi.Cluster> clusters = server.api().call(ClusterApi.LIST, new ClusterApi.Which(limit));
        return server.print(clusters, () -> table(clusters).print());
    }

    private static int orphans(ServerOptions server) {
        List<ClusterApi.Orphan> orphans = server.api().call(ClusterApi.ORPHANS, new Input.Nothing());
        return server.print(orphans, () -> {
            Table table = new Table("CLUSTER", "PROVIDER", "CREATED", "WHY");
            orphans.forEach(orphan ->
                    table.row(orphan.name(), orphan.provider(), Format.time(orphan.created()), orphan.reason()));
            table.print();
        });
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Deletes a cluster by hand, orphan or not. Its job is lost; the task runs again if it has"
                    + " retries left.",
            footer = {"", "Example:", "  mayfly cluster delete mayfly-7c5ae029-6930fcbd1234-1"})
    int delete(
            @Mixin ServerOptions server, @Parameters(paramLabel = "CLUSTER", description = "Its name.") String name) {
        ClusterApi.Deleting answer = server.api().call(ClusterApi.DELETE, new ClusterApi.ByName(name));
        return server.print(answer, () -> System.out.println("deleting cluster " + name));
    }

    static Table table(List<ClusterApi.Cluster> clusters) {
        Table table =
                new Table("CLUSTER", "STATE", "RUN", "WORKERS", "CREATED", "READY", "DELETED", "PROVED", "REASON");
        for (ClusterApi.Cluster cluster : clusters) {
            ClusterApi.Life life = cluster.life();
            table.row(
                    cluster.name(),
                    Format.state(cluster.idle() ? "idle" : cluster.state()),
                    Format.shortId(cluster.run()),
                    cluster.machines().workers() + " x " + cluster.machines().worker(),
                    Format.time(life.created()),
                    after(life, life.ready()),
                    after(life, life.deleted()),
                    after(life, life.proved()),
                    cluster.reason());
        }
        return table;
    }

    private static String after(ClusterApi.Life life, @Nullable Instant moment) {
        return moment == null || life.created() == null ? "-" : "+" + Format.between(life.created(), moment);
    }
}
