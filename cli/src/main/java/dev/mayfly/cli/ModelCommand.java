package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayfly model}. */
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Lists, shows and serves registered models, and decides about champions by hand.",
        subcommands = ServeCommand.class)
final class ModelCommand {

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the registered models.")
    int list(@Mixin ServerOptions server) {
        JsonNode models = server.api().get("/api/v1/models");
        return server.print(models, () -> {
            Table table = new Table("MODEL", "NEWEST", "CHAMPION", "CHALLENGER");
            for (JsonNode model : models) {
                table.row(
                        model.path("name").asText(),
                        model.path("versions").asText(),
                        model.path("aliases").path("champion").asText("-"),
                        model.path("aliases").path("challenger").asText("-"));
            }
            table.print();
        });
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows a model's versions, their metrics and the promotion log.")
    int show(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME") String name) {
        JsonNode model = server.api().get("/api/v1/models/" + ApiClient.encode(name));
        return server.print(model, () -> {
            Table versions =
                    new Table("VERSION", "ALIASES", "CREATED", "AUC ROC", "AVG PRECISION", "CARD P@100", "RUN");
            for (JsonNode version : model.path("version_list")) {
                List<String> aliases = new ArrayList<>();
                version.path("aliases").forEach(alias -> aliases.add(alias.asText()));
                versions.row(
                        version.path("version").asText(),
                        aliases.isEmpty() ? "-" : String.join(", ", aliases),
                        Format.time(version.path("created")),
                        metric(version, "auc_roc"),
                        metric(version, "average_precision"),
                        metric(version, "card_precision_100"),
                        Format.shortId(version.path("tags").path("mayfly.run").asText("-")));
            }
            versions.print();
            for (JsonNode version : model.path("version_list")) {
                if (version.has("incomplete")) {
                    System.out.println("version " + version.path("version").asText() + " is incomplete: "
                            + version.path("incomplete").asText());
                }
            }
            System.out.println();
            model.path("promotions")
                    .forEach(promotion -> System.out.println(
                            Format.time(promotion.path("decided")) + "  " + RunCommand.promotion(promotion)));
        });
    }

    @Command(
            name = "promote",
            mixinStandardHelpOptions = true,
            description = "Makes a version champion, whatever the gate said; the reason goes into the promotion log.")
    int promote(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "VERSION") int version,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.") String reason) {
        return decide(
                server,
                name,
                "promote",
                ApiClient.JSON.createObjectNode().put("version", version).put("reason", reason));
    }

    @Command(
            name = "rollback",
            mixinStandardHelpOptions = true,
            description = "Makes that version champion again which was it before the present one.")
    int rollback(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.") String reason) {
        return decide(
                server, name, "rollback", ApiClient.JSON.createObjectNode().put("reason", reason));
    }

    private static int decide(ServerOptions server, String name, String what, ObjectNode body) {
        JsonNode promotion = server.api().post("/api/v1/models/" + ApiClient.encode(name) + "/" + what, body);
        return server.print(promotion, () -> System.out.println(RunCommand.promotion(promotion)));
    }

    private static String metric(JsonNode version, String name) {
        JsonNode value = version.path("metrics").path(name);
        return value.isNumber() ? Format.number(value.asDouble()) : "-";
    }
}
