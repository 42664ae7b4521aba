package dev.mayfly.cli;

import dev.mayfly.api.TokenApi;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayfly token}. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Makes, lists and revokes tokens, with which clients prove whose they are.")
final class TokenCommand {

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description =
                    "Makes a token and prints it, this once. It allows no more than the token with which it is asked"
                            + " for.",
            footer = {
                "",
                "Examples:",
                "  mayfly token create \"notebook of Ann\" --right editor --expires 30d",
                "  export MLFLOW_TRACKING_TOKEN=$(mayfly token create nightly --account ci --quiet)"
            })
    int create(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "PURPOSE", description = "What it is for, in words.") String purpose,
            @Option(
                            names = "--account",
                            paramLabel = "NAME",
                            description = "Whose (default: yours; another's is for administrators).")
                    @Nullable
                    String account,
            @Option(
                            names = "--right",
                            paramLabel = "RIGHT",
                            description = "The most that it allows: viewer, editor, operator, author or admin"
                                    + " (default: all that the account may).")
                    @Nullable
                    String right,
            @Option(
                            names = "--expires",
                            paramLabel = "AGE",
                            description = "How long it is valid, such as 12h or 30d, or never (default: 90d).")
                    @Nullable
                    String expires,
            @Option(names = "--quiet", description = "Print nothing but the token.") boolean quiet) {
        TokenApi.Created made =
                server.api().call(TokenApi.CREATE, new TokenApi.Create(purpose, account, right, expires));
        return server.print(made, () -> {
            System.out.println(made.text());
            if (!quiet) {
                System.err.println("token " + made.token().id() + " of "
                        + made.token().account() + ", valid until " + until(made.token()) + "; it is not shown again");
            }
        });
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists tokens, the newest first.")
    int list(
            @Mixin ServerOptions server,
            @Option(
                            names = "--account",
                            paramLabel = "NAME",
                            description = "Whose (default: yours; another's is for administrators).")
                    @Nullable
                    String account) {
        List<TokenApi.Token> tokens = server.api().call(TokenApi.LIST, new TokenApi.Which(account));
        return server.print(tokens, () -> {
            Table table = new Table("TOKEN", "PURPOSE", "RIGHT", "CREATED", "EXPIRES", "USED");
            tokens.forEach(token -> table.row(
                    token.id(),
                    token.purpose(),
                    token.right() == null ? "all" : token.right(),
                    Format.time(token.created()),
                    token.expires() == null ? "never" : Format.time(token.expires()),
                    token.used() == null ? "never" : Format.time(token.used())));
            table.print();
        });
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Ends tokens at once.")
    int revoke(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "TOKEN", arity = "1..*", description = "Their ids.") List<String> ids) {
        for (String id : ids) {
            TokenApi.Token token = server.api().call(TokenApi.REVOKE, new TokenApi.ById(id));
            server.print(token, () -> System.out.println("revoked " + token.id() + " (" + token.purpose() + ")"));
        }
        return 0;
    }

    private static String until(TokenApi.Token token) {
        return token.expires() == null ? "it is revoked" : Format.time(token.expires());
    }
}
