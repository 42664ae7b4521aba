package dev.mayfly.cli;

import dev.mayfly.api.AccountApi;
import dev.mayfly.api.Input;
import dev.mayfly.api.Route;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayfly account}. */
@Command(
        name = "account",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Administers accounts and what they are granted. From the first account on, nobody is anonymous.",
        footer = {
            "",
            "A grant is a right, perhaps for one kind of thing (--on) and for names like a pattern (--pattern). Rights:",
            "  viewer    sees",
            "  editor    logs to experiments and registers models",
            "  operator  runs, cancels, retries, backfills and promotes",
            "  author    changes pipelines, which means: runs code",
            "  admin     does what can't be undone for others, and administers accounts",
            "Each includes those before it."
        })
final class AccountCommand {

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the accounts of people and services.")
    int list(@Mixin ServerOptions server) {
        List<AccountApi.Account> accounts = server.api().call(AccountApi.LIST, new Input.Nothing());
        return server.print(accounts, () -> {
            Table table = new Table("ACCOUNT", "KIND", "STATE", "SIGNS IN WITH", "GRANTS");
            accounts.forEach(account -> table.row(
                    account.name(),
                    account.kind(),
                    account.disabled() ? "disabled" : "active",
                    account.hasPassword() ? "password, tokens" : "tokens",
                    account.grants().stream().map(AccountCommand::words).collect(Collectors.joining("; "))));
            table.print();
        });
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Makes an account with one grant; 'account grant' adds more.",
            footer = {
                "",
                "Examples:",
                "  mayfly account add ann --right author --pattern 'fraud-*'",
                "  mayfly account add ci --service --right operator --on pipeline",
                "  mayfly token create \"first token\" --account ann"
            })
    int add(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME", description = "Its name.") String name,
            @Option(names = "--right", paramLabel = "RIGHT", required = true, description = "What it may do.")
                    String right,
            @Mixin Where where,
            @Option(names = "--service", description = "It is a program's.") boolean isService,
            @Option(names = "--password", description = "Ask for a password; without one it signs in with tokens.")
                    boolean withPassword) {
        AccountApi.Account made = server.api()
                .call(
                        AccountApi.CREATE,
                        new AccountApi.Create(
                                name,
                                isService ? "service" : "person",
                                List.of(new AccountApi.Grant(right, where.on, where.pattern)),
                                withPassword ? password() : null));
        return print(server, made);
    }

    /** What a grant is for. */
    static final class Where {

        @Option(
                names = "--on",
                paramLabel = "KIND",
                description = "experiment, model, pipeline or package (default: all of them).")
        private @Nullable String on;

        @Option(
                names = "--pattern",
                paramLabel = "NAME",
                description = "A name, in which * stands for any text (default: *).")
        private @Nullable String pattern;
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows an account.")
    int show(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        return print(server, server.api().call(AccountApi.SHOW, new AccountApi.ByName(name)));
    }

    @Command(name = "grant", mixinStandardHelpOptions = true, description = "Grants a right.")
    int grant(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME", description = "The account.") String name,
            @Parameters(paramLabel = "RIGHT", description = "What it may do.") String right,
            @Mixin Where where) {
        return change(server, AccountApi.GRANT, name, right, where);
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Takes a grant back.")
    int revoke(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME", description = "The account.") String name,
            @Parameters(paramLabel = "RIGHT", description = "The right of the grant.") String right,
            @Mixin Where where) {
        return change(server, AccountApi.REVOKE, name, right, where);
    }

    private static int change(
            ServerOptions server,
            Route<AccountApi.OfAccount, AccountApi.Account> route,
            String name,
            String right,
            Where where) {
        return print(server, server.api().call(route, new AccountApi.OfAccount(name, right, where.on, where.pattern)));
    }

    @Command(name = "password", mixinStandardHelpOptions = true, description = "Sets a password; asks for it.")
    int password(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME", description = "The account.") String name,
            @Option(names = "--none", description = "Take the password away: only tokens are left.") boolean none) {
        return print(
                server,
                server.api().call(AccountApi.PASSWORD, new AccountApi.Password(name, none ? null : password())));
    }

    @Command(
            name = "disable",
            mixinStandardHelpOptions = true,
            description = "Lets nobody sign in to an account, whatever token they have.")
    int disable(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        return print(server, server.api().call(AccountApi.DISABLE, new AccountApi.ByName(name)));
    }

    @Command(name = "enable", mixinStandardHelpOptions = true, description = "Opens a disabled account again.")
    int enable(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        return print(server, server.api().call(AccountApi.ENABLE, new AccountApi.ByName(name)));
    }

    @Command(
            name = "link",
            mixinStandardHelpOptions = true,
            description =
                    "Lets whoever next signs in at the provider (oidc in the server's configuration) under the name"
                            + " of an account have it.")
    int link(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        return print(server, server.api().call(AccountApi.LINK, new AccountApi.ByName(name)));
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes an account with its tokens.")
    int delete(@Mixin ServerOptions server, @Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        AccountApi.Account last = server.api().call(AccountApi.DELETE, new AccountApi.ByName(name));
        return server.print(last, () -> System.out.println("deleted account " + name));
    }

    private static int print(ServerOptions server, AccountApi.Account account) {
        return server.print(account, () -> {
            System.out.println(account.name() + " (" + account.kind() + (account.disabled() ? ", disabled" : "") + ")");
            account.grants().forEach(grant -> System.out.println("  " + words(grant)));
        });
    }

    /** Such as {@code editor on experiments fraud-*}. */
    static String words(AccountApi.Grant grant) {
        String pattern = Optional.ofNullable(grant.pattern()).orElse("*");
        String on = grant.on() == null ? "all" : grant.on() + "s";
        return grant.right() + " on " + on + (pattern.equals("*") ? "" : " named " + pattern);
    }

    private static String password() {
        String first = asked("password");
        if (!first.equals(asked("again"))) {
            throw new CommandFailed(CommandFailed.FAILED, "the two passwords differ");
        }
        return first;
    }

    private static String asked(String prompt) {
        return Terminal.secret(prompt)
                .orElseThrow(() -> new CommandFailed(
                        CommandFailed.FAILED, "a password can be asked for on a terminal only (expected: no pipe)"));
    }
}
