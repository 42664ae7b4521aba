package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
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
            description = "Lists the newest clusters. PROVED: found absent when asked again after the deletion.")
    int list(
            @Mixin ServerOptions server,
            @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many (default: 20).")
                    int limit,
            @Option(
                            names = "--orphans",
                            description = "Only those that exist, bear our label, and that nobody answers for.")
                    boolean orphans) {
        if (orphans) {
            return orphans(server);
        }
        JsonNode clusters = server.api().get("/api/v1/clusters?limit=" + limit);
        return server.print(clusters, () -> table(clusters).print());
    }

    private static int orphans(ServerOptions server) {
        JsonNode orphans = server.api().get("/api/v1/clusters/orphans");
        return server.print(orphans, () -> {
            Table table = new Table("CLUSTER", "PROVIDER", "CREATED", "WHY");
            for (JsonNode orphan : orphans) {
                table.row(
                        orphan.path("name").asText(),
                        orphan.path("provider").asText(),
                        Format.time(orphan.path("created")),
                        orphan.path("reason").asText());
            }
            table.print();
        });
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Deletes a cluster by hand, whether a row knows it or not. What runs on it is lost, and tried"
                    + " again if its task has retries.",
            footer = {"", "Example:", "  mayfly cluster delete mayfly-7c5ae029-6930fcbd1234-1"})
    int delete(
            @Mixin ServerOptions server, @Parameters(paramLabel = "CLUSTER", description = "Its name.") String name) {
        JsonNode answer = server.api().delete("/api/v1/clusters/" + ApiClient.encode(name));
        return server.print(answer, () -> System.out.println("deleting cluster " + name));
    }

    static Table table(JsonNode clusters) {
        Table table =
                new Table("CLUSTER", "STATE", "RUN", "WORKERS", "CREATED", "READY", "DELETED", "PROVED", "REASON");
        for (JsonNode cluster : clusters) {
            table.row(
                    cluster.path("name").asText(),
                    Format.state(
                            cluster.path("idle").asBoolean()
                                    ? "idle"
                                    : cluster.path("state").asText()),
                    Format.shortId(cluster.path("run").asText()),
                    cluster.path("workers").asText() + " x "
                            + cluster.path("worker").asText(),
                    Format.time(cluster.path("life").path("created")),
                    after(cluster, "ready"),
                    after(cluster, "deleted"),
                    after(cluster, "proved"),
                    cluster.path("reason").asText(""));
        }
        return table;
    }

    private static String after(JsonNode cluster, String moment) {
        JsonNode life = cluster.path("life");
        return life.path(moment).isTextual() && life.path("created").isTextual()
                ? "+" + Format.between(life.path("created"), life.path(moment))
                : "-";
    }
}
