package dev.mayfly.app;

import dev.mayfly.mlflow.MlflowRoutes;
import dev.mayfly.pipeline.InvalidPipeline;
import dev.mayfly.postgres.UnstorableValue;
import dev.mayfly.problem.Refused;
import dev.mayfly.web.WebRoutes;
import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one HTTP server: both protocols, and one table from what went wrong to what is answered. */
final class HttpServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

    private static final int INPUT_BUFFER = 64 << 10;
    /** Of JSON; more than MLflow's largest field, a dataset's profile, so that one that is too long is told by its name. */
    private static final long LONGEST_BODY = 20L << 20;

    private final Javalin javalin;

    private HttpServer(Javalin javalin) {
        this.javalin = javalin;
    }

    /** Throws {@link StartFailure} if the port is taken. */
    static HttpServer start(
            ServerConfig.Listen listen, HostAndOriginCheck callers, MlflowRoutes mlflow, WebRoutes web) {
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.http.maxRequestSize = LONGEST_BODY;
            config.jetty.addConnector((server, http) -> connector(server, http, listen));
            config.jetty.modifyServer(server -> server.setErrorHandler(HttpServer::unreadable));
            config.routes.before(request -> callers.refusal(request).ifPresent(why -> {
                refuse(request, 403, "PERMISSION_DENIED", why);
                request.skipRemainingHandlers();
            }));
            config.routes.get(
                    "/health", request -> request.contentType("text/plain").result("OK"));
            config.routes.get(
                    "/",
                    request -> request.contentType("text/plain")
                            .result(
                                    "Mayfly. JSON API: /api/v1 (pipelines, runs, clusters, models). MLflow clients: this address.\n"));
            mlflow.add(config.routes);
            web.add(config.routes);
            refusals(config.routes);
        });
        try {
            return new HttpServer(javalin.start());
        } catch (JavalinBindException e) {
            throw new StartFailure(
                    "port " + listen.port() + " of " + listen.host() + " is in use; choose another with --port", e);
        }
    }

    /** By default Jetty reads 8 KB at a time, which halves the speed of uploads. */
    private static Connector connector(Server server, HttpConfiguration http, ServerConfig.Listen listen) {
        HttpConnectionFactory factory = new HttpConnectionFactory(http);
        factory.setInputBufferSize(INPUT_BUFFER);
        ServerConnector connector = new ServerConnector(server, factory);
        connector.setHost(listen.host());
        connector.setPort(listen.port());
        return connector;
    }

    /** What Jetty can't read never reaches a route: a path with %00, headers that are too long. The error is JSON all the same. */
    private static boolean unreadable(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        Content.Sink.write(
                response,
                true,
                "{\"error_code\":\"BAD_REQUEST\",\"message\":\"The request can't be read: "
                        + HttpStatus.getMessage(response.getStatus())
                        + " (expected: HTTP/1.1, a path with valid escapes and no %00, headers of at most 8 KB)\"}",
                callback);
        return true;
    }

    private static void refusals(RoutesConfig routes) {
        routes.exception(Refused.class, (e, request) -> {
            if (MlflowRoutes.owns(request)) {
                MlflowRoutes.refuse(request, e);
            } else {
                WebRoutes.refuse(request, e);
            }
        });
        routes.exception(InvalidPipeline.class, (e, request) -> WebRoutes.refuse(request, e));
        routes.exception(
                UnstorableValue.class,
                (e, request) -> refuse(request, 400, "INVALID_PARAMETER_VALUE", String.valueOf(e.getMessage())));
        routes.exception(HttpResponseException.class, HttpServer::refuse);
        routes.exception(Exception.class, (e, request) -> {
            log.error("{} {} failed; the client was told 500", request.method(), request.path(), e);
            refuse(request, 500, "INTERNAL_ERROR", "the server failed; its log says why");
        });
    }

    private static void refuse(HttpResponseException e, Context request) {
        String what = ": " + request.method() + " " + request.path();
        switch (e.getStatus()) {
            case 404 -> refuse(request, 404, "ENDPOINT_NOT_FOUND", "There is no such endpoint" + what);
            case 413 ->
                refuse(
                        request,
                        400,
                        "INVALID_PARAMETER_VALUE",
                        "Request body is too large (expected: at most " + LONGEST_BODY + " bytes)" + what);
            default -> refuse(request, e.getStatus(), "BAD_REQUEST", e.getMessage() + what);
        }
    }

    private static void refuse(Context request, int status, String code, String message) {
        if (MlflowRoutes.owns(request)) {
            MlflowRoutes.refuse(request, status, code, message);
        } else {
            WebRoutes.refuse(request, status, code.toLowerCase(java.util.Locale.ROOT), message);
        }
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
