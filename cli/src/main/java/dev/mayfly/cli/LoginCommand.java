package dev.mayfly.cli;

import dev.mayfly.api.ApiClient;
import dev.mayfly.api.Input;
import dev.mayfly.api.TokenApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mayfly login}: keeps a token for a server. */
@Command(
        name = "login",
        mixinStandardHelpOptions = true,
        description = "Signs in to a server, so that further commands are yours: in a browser, or with a token.",
        footer = {
            "",
            "At a terminal it prints an address to open in a browser on the same machine, where you sign in and allow a",
            "token of 90 days. With --token, or if the input is no terminal, it reads a token instead, without echo; that",
            "is made by 'mayfly token create'.",
            "MAYFLY_TOKEN takes the place of a kept one. 'mayfly logout' forgets it.",
            "",
            "Examples:",
            "  mayfly login --server https://mayfly.example.com",
            "  mayfly login --server https://mayfly.example.com --token < token-file"
        })
final class LoginCommand implements Callable<Integer> {

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--token", description = "Read a token from the terminal or the standard input.")
    private boolean isToken;

    @Option(names = "--browser", description = "Wait for a browser, even if the input is no terminal.")
    private boolean isBrowser;

    @Override
    public Integer call() {
        String url = server.url();
        String token = isBrowser || (!isToken && Terminal.isInteractive())
                ? new BrowserLogin(url).token()
                : asked(url).strip();
        if (token.isEmpty()) {
            throw new CommandFailed(CommandFailed.FAILED, "no token was given (expected: mf_...)");
        }
        TokenApi.Caller caller = new ApiClient(url, "Bearer " + token).call(TokenApi.WHOAMI, new Input.Nothing());
        Credentials credentials = new Credentials(System.getenv());
        credentials.keep(url, token);
        return server.print(
                caller,
                () -> System.out.println("signed in to " + url + " as " + caller.name() + " (token kept in "
                        + credentials.file() + ")"));
    }

    private static String asked(String url) {
        return Terminal.secret("token for " + url).orElseGet(LoginCommand::line);
    }

    private static String line() {
        try {
            return Optional.ofNullable(
                            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine())
                    .orElse("");
        } catch (IOException e) {
            throw new CommandFailed(CommandFailed.FAILED, "the token can't be read: " + e.getMessage());
        }
    }
}
