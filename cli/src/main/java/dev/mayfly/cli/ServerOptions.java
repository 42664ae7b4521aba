package dev.mayfly.cli;

import dev.mayfly.api.ApiClient;
import dev.mayfly.api.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that talks to a server. */
final class ServerOptions {

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The server's address (default: MAYFLY_URL, or http://127.0.0.1:8484).")
    private @Nullable String url;

    @Option(names = "--json", description = "Print the server's answer as JSON.")
    private boolean json;

    String url() {
        String variable = System.getenv("MAYFLY_URL");
        return url != null ? url : variable == null ? "http://127.0.0.1:8484" : variable;
    }

    /** The token with which the server is called; empty if there is none. */
    Optional<String> token() {
        return new Credentials(System.getenv()).token(url());
    }

    ApiClient api() {
        return api(url(), token());
    }

    static ApiClient api(String url, Optional<String> token) {
        return new ApiClient(url, token.map(some -> "Bearer " + some).orElse(null));
    }

    /** Prints an answer as JSON with {@code --json}, otherwise by {@code forPeople}. Returns 0. */
    int print(Object answer, Runnable forPeople) {
        if (json) {
            System.out.println(Json.write(answer));
        } else {
            forPeople.run();
        }
        return 0;
    }

    boolean json() {
        return json;
    }
}
