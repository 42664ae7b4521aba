package dev.mayfly.page;

import dev.mayfly.access.Actor;
import dev.mayfly.account.Identity;
import dev.mayfly.account.Sessions;
import dev.mayfly.account.oidc.OpenIdProvider;
import dev.mayfly.api.ErrorKind;
import dev.mayfly.api.Right;
import dev.mayfly.http.HttpConfig;
import dev.mayfly.http.SessionCookie;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.Unreachable;
import io.javalin.http.Context;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signing in, by password or at a provider, for a browser or for the command line; signing out; who one is. */
public final class SignInPages {

    private static final Logger log = LoggerFactory.getLogger(SignInPages.class);
    private static final String CALLBACK = "/sign-in/callback";
    private static final String ATTEMPT = "mayfly-sign-in";
    private static final int ATTEMPT_SECONDS = 600;
    private static final String HOME = "/";
    private static final String ME = "/me";
    private static final int LONGEST_TO = 1_000;

    private final Sessions sessions;
    private final Optional<OpenIdProvider> provider;
    private final HttpConfig http;

    SignInPages(Sessions sessions, Optional<OpenIdProvider> provider, HttpConfig http) {
        this.sessions = sessions;
        this.provider = provider;
        this.http = http;
    }

    /**
     * What the sign-in page shows.
     *
     * @param provider what its button says; empty without one
     * @param to where to go afterwards
     */
    public record SignIn(String problem, String provider, String to, String name) {}

    /** A command line that asks to be let in: it listens on a port, and knows the verifier of a challenge. */
    public record CommandLine(String account, String host, String port, String state, String challenge) {}

    void bind(PageRoutes routes) {
        routes.get("/sign-in", "Sign in", Right.PUBLIC.anywhere(), (actor, request) -> show(request, "", ""));
        routes.post("/sign-in", "Signs in with a password", Right.PUBLIC.anywhere(), this::withPassword);
        routes.get(
                "/sign-in/provider",
                "Goes to the provider to sign in",
                Right.PUBLIC.anywhere(),
                (actor, request) -> toProvider(request));
        routes.get(CALLBACK, "Comes back from the provider", Right.PUBLIC.anywhere(), this::fromProvider);
        routes.get(
                "/sign-in/command-line",
                "Asks whether the command line may act as the caller",
                Right.VIEWER.anywhere(),
                (actor, request) -> PageRoutes.write(
                        request, Html.of("command-line", Map.of("page", commandLine(actor, request)))));
        routes.post(
                "/sign-in/command-line",
                "Lets the command line act as the caller",
                Right.VIEWER.anywhere(),
                this::letIn);
        routes.post("/sign-out", "Signs out", Right.PUBLIC.anywhere(), (actor, request) -> {
            SessionCookie.of(request)
                    .ifPresent(secret -> sessions.end(secret, actor.via().address()));
            SessionCookie.remove(request);
            go(request, "/sign-in");
        });
        routes.show(
                ME, "Who one is, and what one may do", Right.VIEWER.anywhere(), "me", (actor, view, request) -> actor);
    }

    private void show(Context request, String problem, String name) {
        String label = provider.map(OpenIdProvider::label).orElse("");
        String to = Optional.ofNullable(request.formParam("to"))
                .or(() -> Optional.ofNullable(request.queryParam("to")))
                .orElse("");
        PageRoutes.write(request, Html.of("sign-in", Map.of("page", new SignIn(problem, label, ownPath(to), name))));
    }

    private void withPassword(Actor nobody, Context request) {
        String name = form(request, "name").strip();
        try {
            begin(
                    request,
                    sessions.start(name, form(request, "password"), nobody.via().address()),
                    nobody);
            go(request, ownPath(form(request, "to")));
        } catch (Refused e) {
            if (e.kind() != ErrorKind.UNAUTHENTICATED) {
                throw e;
            }
            request.status(e.kind().status());
            show(request, words(e), name);
        }
    }

    private static String words(Refused e) {
        String message = String.valueOf(e.getMessage())
                .replaceFirst("^the request brought ", "")
                .replaceFirst(" \\(expected: a token.*", "");
        return Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
    }

    private void toProvider(Context request) {
        try {
            OpenIdProvider some = provider.orElseThrow(
                    () -> Refused.missing("sign-in provider (expected: oidc in the configuration)"));
            OpenIdProvider.Attempt attempt = OpenIdProvider.Attempt.random();
            URI address = some.signInAt(attempt, callback(request));
            String to = ownPath(Optional.ofNullable(request.queryParam("to")).orElse(""));
            keepAttempt(request, attempt.text() + " " + to, ATTEMPT_SECONDS);
            go(request, address.toString());
        } catch (Unreachable e) {
            unreachable(request, e);
        }
    }

    private void fromProvider(Actor nobody, Context request) {
        Optional<String> kept = Optional.ofNullable(request.cookie(ATTEMPT)).map(SignInPages::decoded);
        keepAttempt(request, "", 0);
        try {
            OpenIdProvider some = provider.orElseThrow(
                    () -> Refused.missing("sign-in provider (expected: oidc in the configuration)"));
            int end = kept.map(text -> text.indexOf(' ')).orElse(-1);
            OpenIdProvider.Attempt attempt = kept.filter(text -> end > 0)
                    .flatMap(text -> OpenIdProvider.Attempt.parse(text.substring(0, end)))
                    .orElseThrow(() -> new Refused(
                            ErrorKind.UNAUTHENTICATED,
                            "This browser began no sign-in, or more than 10 minutes ago; begin again"));
            URI answer = URI.create(callback(request) + "?" + request.queryString());
            Identity identity = some.finish(attempt, callback(request), answer);
            begin(request, sessions.start(identity, nobody.via().address()), nobody);
            go(request, ownPath(kept.orElseThrow().substring(end + 1)));
        } catch (Refused e) {
            request.status(e.kind().status());
            show(request, words(e), "");
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("the provider's answer is no valid address");
        } catch (Unreachable e) {
            unreachable(request, e);
        }
    }

    private void unreachable(Context request, Unreachable e) {
        log.warn("{}", e.getMessage());
        request.status(ErrorKind.UNAVAILABLE.status());
        show(request, "The sign-in provider can't be reached. Try again later, or sign in with a password.", "");
    }

    /** Starts a session, whose cookie takes the place of any other. */
    private void begin(Context request, String secret, Actor nobody) {
        SessionCookie.of(request)
                .ifPresent(before -> sessions.end(before, nobody.via().address()));
        SessionCookie.set(request, secret, http.isSecure(request), Sessions.LONGEST);
    }

    private void letIn(Actor actor, Context request) {
        CommandLine asked = commandLine(actor, request);
        String code = sessions.code(actor, asked.challenge(), "command line on " + asked.host());
        String address = "http://127.0.0.1:" + asked.port() + "/?code=" + code + "&state=" + asked.state();
        PageRoutes.write(request, Html.of("command-line-allowed", Map.of("address", address)));
    }

    private static CommandLine commandLine(Actor actor, Context request) {
        CommandLine asked = new CommandLine(
                actor.name(),
                either(request, "host"),
                either(request, "port"),
                either(request, "state"),
                either(request, "challenge"));
        boolean isPort = asked.port().matches("[0-9]{4,5}") && Integer.parseInt(asked.port()) < 65_536;
        if (!isPort
                || !asked.state().matches("[A-Za-z0-9_-]{16,100}")
                || !asked.challenge().matches("[A-Za-z0-9_-]{43}")
                || !asked.host().matches("[A-Za-z0-9._-]{1,100}")) {
            throw Refused.invalid("port, state, challenge or host (expected: the address that 'mayfly login' printed)");
        }
        return asked;
    }

    private static String either(Context request, String field) {
        return Optional.ofNullable(request.formParam(field))
                .or(() -> Optional.ofNullable(request.queryParam(field)))
                .orElse("");
    }

    private static String form(Context request, String field) {
        return Optional.ofNullable(request.formParam(field)).orElse("");
    }

    /** Only a path of this server: who signs in must not end elsewhere. */
    static String ownPath(String to) {
        boolean isPath = to.matches("/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*") && !to.startsWith("//");
        return isPath && to.length() <= LONGEST_TO ? to : HOME;
    }

    private URI callback(Context request) {
        return URI.create((http.isSecure(request) ? "https://" : "http://") + request.header("Host") + CALLBACK);
    }

    private void keepAttempt(Context request, String text, int seconds) {
        String value = Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        request.res()
                .addHeader(
                        "Set-Cookie",
                        ATTEMPT + "=" + value + "; Path=/sign-in; Max-Age=" + seconds + "; HttpOnly; SameSite=Lax"
                                + (http.isSecure(request) ? "; Secure" : ""));
    }

    private static String decoded(String cookie) {
        try {
            return new String(Base64.getUrlDecoder().decode(cookie), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static void go(Context request, String where) {
        request.status(303).header("Location", where);
    }
}
