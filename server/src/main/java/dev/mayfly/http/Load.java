package dev.mayfly.http;

import dev.mayfly.api.Route;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.EagerContentHandler.RetainedContentLoaderFactory;
import org.eclipse.jetty.server.handler.MinimumDataRateHandler;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Bounds what slow clients and many requests cost. A small body is read whole before a thread looks at its request, so that
 * whoever sends it slowly holds none. Files and large bodies, which hold one, are few at once, and what waits for its turn
 * holds none either. What asks for the health of the server never waits.
 */
final class Load {

    /** Of the 250 threads of Jetty's pool, so that some are left for what never waits. */
    private static final int MOST_AT_ONCE = 190;

    private static final int MOST_BULK_AT_ONCE = 64;
    private static final int MOST_WAITING = 2_000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    private static final int SMALL_BODY = 64 << 10;
    private static final int FRAMING = 16;
    private static final long LEAST_BYTES_A_SECOND = 1_024;
    private static final String HEALTH = "/health";
    /** Whoever listens for changes stays for hours, without a thread. */
    private static final String EVENTS = "/events";

    private static final String RETRY_AFTER_SECONDS = "5";

    private Load() {}

    /** The handlers that a request goes through before any other. */
    static Handler.Singleton handlers(List<Route<?, ?>> routes) {
        List<String> filePaths = routes.stream()
                .filter(route ->
                        isFile(route.output().media()) || isFile(route.input().media()))
                .map(Load::fixedPart)
                .distinct()
                .toList();
        Predicate<Request> isBulk = request -> isLarge(request) || isOfFile(request, filePaths);
        EagerContentHandler bodies =
                new EagerContentHandler(new RetainedContentLoaderFactory(SMALL_BODY, FRAMING, false));
        bodies.exclude(isBulk);
        Turns all = new Turns(MOST_AT_ONCE);
        all.exclude(request -> Request.getPathInContext(request).equals(HEALTH));
        all.exclude(request -> Request.getPathInContext(request).equals(EVENTS));
        Turns bulk = new Turns(MOST_BULK_AT_ONCE);
        bulk.include(isBulk);
        MinimumDataRateHandler rate = new MinimumDataRateHandler(LEAST_BYTES_A_SECOND, 0);
        // what waits for its turn among the large ones must not count among all
        bodies.setHandler(bulk);
        bulk.setHandler(all);
        all.setHandler(rate);
        rate.setHandler(new RestOfBody());
        return bodies;
    }

    private static boolean isFile(String media) {
        return media.startsWith("application/octet-stream");
    }

    private static String fixedPart(Route<?, ?> route) {
        return route.path().split("[{<]", 2)[0];
    }

    private static boolean isOfFile(Request request, List<String> paths) {
        String path = Request.getPathInContext(request);
        return paths.stream().anyMatch(path::startsWith);
    }

    private static boolean isLarge(Request request) {
        HttpFields headers = request.getHeaders();
        return request.getLength() > SMALL_BODY || headers.contains(HttpHeader.TRANSFER_ENCODING);
    }

    /** Lets some requests through at once; others wait, without a thread, and not for ever. */
    private static final class Turns extends QoSHandler {

        Turns(int most) {
            setMaxRequestCount(most);
            setMaxSuspendedRequestCount(MOST_WAITING);
            setMaxSuspend(LONGEST_WAIT);
        }

        @Override
        protected void failSuspended(
                Request request, Response response, Callback callback, int status, Throwable failure) {
            refuse(response, callback);
        }

        @Override
        protected void reject(Request request, Response response, Callback callback, int status) {
            refuse(response, callback);
        }

        private static void refuse(Response response, Callback callback) {
            response.setStatus(503);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
            Content.Sink.write(
                    response,
                    true,
                    "{\"error_code\":\"TEMPORARILY_UNAVAILABLE\",\"message\":\"The server has too much to do at once; try"
                            + " again later\"}",
                    callback);
        }
    }
}
