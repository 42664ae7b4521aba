package dev.mayfly.app;

import dev.mayfly.access.Actor;
import dev.mayfly.account.SignIn;
import dev.mayfly.api.ErrorKind;
import dev.mayfly.api.Right;
import dev.mayfly.http.HttpConfig;
import dev.mayfly.http.HttpServer;
import dev.mayfly.http.SessionCookie;
import dev.mayfly.problem.Refused;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells who sends a request. Whoever proves nothing is the owner where nobody else can reach the server and there are no
 * other accounts, and nobody elsewhere. Thread-safe.
 */
final class Senders implements HttpServer.Authentication {

    /** What a proxy adds: behind one, a request to a private address may come from anywhere. */
    private static final List<String> OF_PROXIES =
            List.of("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via");

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final SignIn signIn;
    private final HttpConfig http;

    Senders(SignIn signIn, HttpConfig http) {
        this.signIn = signIn;
        this.http = http;
    }

    @Override
    public Actor actor(Right right, Context request) {
        if (right == Right.PUBLIC) {
            return Actor.NOBODY.from(http.clientAddress(request));
        }
        Optional<String> authorization = Optional.ofNullable(request.header("Authorization"));
        if (authorization.isPresent()) {
            return signIn.actor(authorization.get(), http.clientAddress(request));
        }
        Optional<Actor> inBrowser =
                SessionCookie.of(request).flatMap(secret -> signIn.ofSession(secret, http.clientAddress(request)));
        if (inBrowser.isPresent()) {
            requireOwnPage(request);
            return inBrowser.get();
        }
        if (http.exposure().mayBeAnonymous() && !isForwarded(request) && signIn.isOwnerAlone()) {
            return Actor.OWNER.from(http.clientAddress(request));
        }
        throw new Refused(
                ErrorKind.UNAUTHENTICATED,
                "the request brought no token (expected: Authorization: Bearer TOKEN; 'mayfly login' for the command line,"
                        + " MLFLOW_TRACKING_TOKEN for MLflow)");
    }

    /**
     * A browser sends a session's cookie with whatever any page makes it send; that a request comes from a page of this
     * server, its Origin says, which is compared for every request that has one.
     */
    private static void requireOwnPage(Context request) {
        boolean isRead = READING.contains(request.method().name());
        if (!isRead && request.header("Origin") == null) {
            throw Refused.forbidden(
                    "a request with a session brought no Origin (expected: this server's own address, as browsers send"
                            + " it; programs send a token)");
        }
    }

    private boolean isForwarded(Context request) {
        return http.exposure() == HttpConfig.Exposure.PRIVATE
                && OF_PROXIES.stream().anyMatch(name -> request.header(name) != null);
    }
}
