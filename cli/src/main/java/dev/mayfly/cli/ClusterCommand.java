package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mayfly cluster}. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Lists clusters and their lives.")
final class ClusterCommand {

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the newest clusters. PROVED: found absent when asked again after the deletion.")
    int list(
            @Mixin Server server,
            @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many (default: 20).")
                    int limit) {
        JsonNode clusters = server.api().get("/api/v1/clusters?limit=" + limit);
        return server.print(clusters, () -> table(clusters).print());
    }

    static Table table(JsonNode clusters) {
        Table table =
                new Table("CLUSTER", "STATE", "RUN", "WORKERS", "CREATED", "READY", "DELETED", "PROVED", "REASON");
        for (JsonNode cluster : clusters) {
            table.row(
                    cluster.path("name").asText(),
                    Words.state(cluster.path("state").asText()),
                    Words.shortId(cluster.path("run").asText()),
                    cluster.path("workers").asText() + " x "
                            + cluster.path("worker").asText(),
                    Words.time(cluster.path("created")),
                    after(cluster, "ready"),
                    after(cluster, "deleted"),
                    after(cluster, "proved"),
                    cluster.path("reason").asText(""));
        }
        return table;
    }

    private static String after(JsonNode cluster, String moment) {
        return cluster.path(moment).isTextual()
                ? "+" + Words.between(cluster.path("created"), cluster.path(moment))
                : "-";
    }
}
