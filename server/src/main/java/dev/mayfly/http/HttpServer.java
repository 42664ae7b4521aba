package dev.mayfly.http;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Guard;
import dev.mayfly.api.ErrorKind;
import dev.mayfly.api.Right;
import dev.mayfly.api.Route;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.StartFailure;
import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.ExceptionHandler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** The one HTTP server of all protocols. Thread-safe; closing it stops it. */
public final class HttpServer implements AutoCloseable {

    private static final String RETRY_AFTER_SECONDS = "2";
    /** By default 50: when many clients come at once, the others try again a second later. */
    private static final int ACCEPT_QUEUE = 1_024;

    private static final int INPUT_BUFFER = 64 << 10;
    private static final String METHOD_OVERRIDE = "X-HTTP-Method-Override";

    /** What an answer is must not be guessed, framed or told to others; pages among artifacts show themselves and load nothing. */
    private static final Map<String, String> SECURITY_HEADERS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer");

    /**
     * The longest JSON body; more than MLflow's largest field, a dataset's profile, so that an error can name a field
     * that is too long.
     */
    static final long LONGEST_BODY = 20L << 20;

    private final Javalin javalin;
    private final Optional<Tls> tls;

    private HttpServer(Javalin javalin, Optional<Tls> tls) {
        this.javalin = javalin;
        this.tls = tls;
    }

    /** Identifies the sender of a request. */
    public interface Authentication {

        /**
         * Who sent a request.
         *
         * @param right that the request needs; whoever asks for what is public need not say who they are
         * @throws Refused if the request does not prove whose it is
         */
        Actor actor(Right right, Context request);
    }

    /** Is told who was refused what. */
    public interface Refusals {
        void refused(Actor actor, String route, String path, String why);
    }

    /** Who sends requests, and what each may do. */
    public record Access(Authentication authentication, Guard guard, Refusals refusals) {}

    /**
     * Starts to serve requests.
     *
     * @param protocols the last one also writes the errors of paths that no protocol owns
     * @throws StartFailure if the port is taken
     */
    public static HttpServer start(HttpConfig config, Access access, Routes routes, List<Protocol> protocols) {
        HostAndOriginCheck origins = HostAndOriginCheck.of(config);
        Optional<Tls> tls = config.tls().map(Tls::new);
        Javalin javalin = Javalin.create(javalinConfig -> {
            javalinConfig.startup.showJavalinBanner = false;
            javalinConfig.startup.showOldJavalinVersionWarning = false;
            javalinConfig.startup.startupWatcherEnabled = false;
            javalinConfig.http.maxRequestSize = LONGEST_BODY;
            javalinConfig.jetty.addConnector((server, http) -> connector(server, http, config.listen(), tls));
            javalinConfig.jetty.modifyServer(server -> {
                server.setErrorHandler(HttpServer::unreadable);
                server.setHandler(Load.handlers(routes.all()));
            });
            RoutesConfig javalinRoutes = javalinConfig.routes;
            javalinRoutes.before(request -> SECURITY_HEADERS.forEach(request::header));
            javalinRoutes.before(request -> origins.refusal(request).ifPresent(why -> {
                throw Refused.forbidden(why);
            }));
            routes.bound().forEach(bound -> add(javalinRoutes, access, bound));
            // without a handler for exactly these, Javalin answers its own exceptions itself
            ExceptionHandler<? super Exception> refusal =
                    (e, request) -> refuse(protocols, request, ErrorTable.of(e, request));
            javalinRoutes.exception(Exception.class, refusal);
            javalinRoutes.exception(HttpResponseException.class, refusal);
        });
        try {
            return new HttpServer(javalin.start(), tls);
        } catch (JavalinBindException e) {
            HttpConfig.Listen listen = config.listen();
            throw new StartFailure(
                    "port " + listen.port() + " of " + listen.host() + " is in use; choose another with --port", e);
        }
    }

    private static void add(RoutesConfig routes, Access access, Routes.Bound<?> bound) {
        Route<?, ?> route = bound.route();
        routes.addHttpHandler(HandlerType.findOrCreate(route.method().name()), route.path(), request -> {
            Actor actor = access.authentication().actor(route.right(), request);
            try {
                bound.answer(access.guard(), actor, request);
            } catch (Refused e) {
                if (e.kind() == ErrorKind.FORBIDDEN && route.right() != Right.VIEWER) {
                    access.refusals().refused(actor, route.toString(), request.path(), String.valueOf(e.getMessage()));
                }
                throw e;
            } catch (StackOverflowError e) {
                throw new IllegalStateException("the request is nested too deeply", e);
            }
        });
    }

    private static void refuse(List<Protocol> protocols, Context request, Failure failure) {
        if (failure.kind() == ErrorKind.UNAUTHENTICATED) {
            request.header("WWW-Authenticate", "Bearer realm=\"Mayfly\"");
        }
        if (failure.kind() == ErrorKind.UNAVAILABLE) {
            request.header("Retry-After", RETRY_AFTER_SECONDS);
        }
        protocol(protocols, request.path()).refuse(request, failure);
    }

    private static Protocol protocol(List<Protocol> protocols, String path) {
        return protocols.stream()
                .filter(protocol -> protocol.owns(path))
                .findFirst()
                .orElse(protocols.get(protocols.size() - 1));
    }

    /**
     * Reads the certificate again if its file has changed.
     *
     * @throws java.io.UncheckedIOException if the new one can't be used; the server goes on with the old one
     */
    public void readCertificateAgain() {
        tls.ifPresent(Tls::readAgain);
    }

    /** The port it listens on. */
    public int port() {
        return javalin.port();
    }

    /** By default Jetty reads 8 KB at a time, which halves the speed of uploads. */
    private static Connector connector(
            Server server, HttpConfiguration http, HttpConfig.Listen listen, Optional<Tls> tls) {
        http.addCustomizer(HttpServer::withOwnMethod);
        tls.ifPresent(some -> http.addCustomizer(new SecureRequestCustomizer(false)));
        HttpConnectionFactory factory = new HttpConnectionFactory(http);
        factory.setInputBufferSize(INPUT_BUFFER);
        ServerConnector connector = tls.map(some -> new ServerConnector(server, some.context(), factory))
                .orElseGet(() -> new ServerConnector(server, factory));
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setHost(listen.host());
        connector.setPort(listen.port());
        return connector;
    }

    /** Javalin takes the method from a header if there is one: then a POST from another site could pass for a GET. */
    private static Request withOwnMethod(Request request, HttpFields.Mutable answer) {
        if (!request.getHeaders().contains(METHOD_OVERRIDE)) {
            return request;
        }
        HttpFields headers =
                HttpFields.build(request.getHeaders()).remove(METHOD_OVERRIDE).asImmutable();
        return new Request.Wrapper(request) {
            @Override
            public HttpFields getHeaders() {
                return headers;
            }
        };
    }

    /**
     * A request that Jetty can't read (a path with %00, headers that are too long) reaches no route, but its error is
     * JSON, too.
     */
    private static boolean unreadable(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE); // Jetty closes it, whatever is said
        Content.Sink.write(
                response,
                true,
                "{\"error_code\":\"BAD_REQUEST\",\"message\":\"The request can't be read: "
                        + HttpStatus.getMessage(response.getStatus())
                        + " (expected: HTTP/1.1, a path with valid escapes and no %00, headers of at most 8 KB)\"}",
                callback);
        return true;
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
