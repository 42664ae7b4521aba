package dev.mayfly.cli;

import dev.mayfly.api.ModelApi;
import java.util.List;
import java.util.Objects;
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
        List<ModelApi.Model> models = server.api().call(ModelApi.LIST, new ModelApi.Which(null));
        return server.print(models, () -> {
            Table table = new Table("MODEL", "NEWEST", "CHAMPION", "CHALLENGER");
            for (ModelApi.Model model : models) {
                table.row(
                        model.name(),
                        Integer.toString(model.versions()),
                        alias(model, "champion"),
                        alias(model, "challenger"));
            }
            table.print();
        });
    }

    private static String alias(ModelApi.Model model, String name) {
        Integer version = model.aliases().get(name);
        return version == null ? "-" : version.toString();
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows a model's versions, their metrics and the promotion log.")
    int show(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME") String name) {
        ModelApi.Model model = server.api().call(ModelApi.SHOW, new ModelApi.ByName(name, null));
        return server.print(model, () -> {
            List<ModelApi.Version> all = Objects.requireNonNullElse(model.versionList(), List.of());
            Table versions =
                    new Table("VERSION", "ALIASES", "CREATED", "AUC ROC", "AVG PRECISION", "CARD P@100", "RUN");
            for (ModelApi.Version version : all) {
                versions.row(
                        Integer.toString(version.version()),
                        version.aliases().isEmpty() ? "-" : String.join(", ", version.aliases()),
                        Format.time(version.created()),
                        metric(version, "auc_roc"),
                        metric(version, "average_precision"),
                        metric(version, "card_precision_100"),
                        Format.shortId(version.tags().getOrDefault("mayfly.run", "-")));
            }
            versions.print();
            for (ModelApi.Version version : all) {
                if (version.incomplete() != null) {
                    System.out.println("version " + version.version() + " is incomplete: " + version.incomplete());
                }
            }
            System.out.println();
            Objects.requireNonNullElse(model.promotions(), List.<ModelApi.Promotion>of())
                    .forEach(promotion -> System.out.println(
                            Format.time(promotion.decided()) + "  " + RunCommand.promotion(promotion)));
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
        return decided(server, server.api().call(ModelApi.PROMOTE, new ModelApi.Promote(name, version, reason)));
    }

    @Command(name = "rollback", mixinStandardHelpOptions = true, description = "Restores the previous champion.")
    int rollback(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.") String reason) {
        return decided(server, server.api().call(ModelApi.ROLLBACK, new ModelApi.Rollback(name, reason)));
    }

    @Command(
            name = "protect",
            mixinStandardHelpOptions = true,
            description = "Has only promotions set the alias champion, which any client may set otherwise.")
    int protect(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--undo", description = "Let clients set it again.") boolean undo) {
        ModelApi.Protection answer = server.api().call(ModelApi.PROTECT, new ModelApi.Protect(name, undo));
        return server.print(
                answer,
                () -> System.out.println("the champion of " + name
                        + (answer.isProtected() ? " is set by promotions alone" : " may be set by clients")));
    }

    private static int decided(ServerOptions server, ModelApi.Promotion promotion) {
        return server.print(promotion, () -> System.out.println(RunCommand.promotion(promotion)));
    }

    private static String metric(ModelApi.Version version, String name) {
        Double value = version.metrics().get(name);
        return value == null ? "-" : Format.number(value);
    }
}
