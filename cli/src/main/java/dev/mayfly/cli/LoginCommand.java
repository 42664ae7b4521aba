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

/** {@code mayfly login}: keeps a token for a server. */
@Command(
        name = "login",
        mixinStandardHelpOptions = true,
        description =
                "Keeps a token for a server, so that further commands are yours. The token is read without echo, or"
                        + " from standard input.",
        footer = {
            "",
            "A token is made by 'mayfly token create'; the first one of an account by an administrator.",
            "MAYFLY_TOKEN takes the place of a kept one. 'mayfly logout' forgets it.",
            "",
            "Example:",
            "  mayfly login --server https://mayfly.example.com"
        })
final class LoginCommand implements Callable<Integer> {

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Override
    public Integer call() {
        String url = server.url();
        String token = asked(url).strip();
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
