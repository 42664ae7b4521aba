package dev.mayfly.page;

import dev.mayfly.access.Actor;
import dev.mayfly.api.Input;
import dev.mayfly.api.Method;
import dev.mayfly.api.Output;
import dev.mayfly.api.Permission;
import dev.mayfly.api.Route;
import dev.mayfly.http.Routes;
import dev.mayfly.problem.Refused;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Binds pages: routes whose answers are HTML, and which the API's document leaves out. Not thread-safe. */
final class PageRoutes {

    /** Pages load what this server has, run no inline code, and send forms nowhere else. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final String HTML = "text/html; charset=utf-8";
    private static final long LARGEST_FORM = 1 << 20; // a pipeline of 256 KB, most of it escaped

    private final Routes routes;
    private final Clock clock;

    PageRoutes(Routes routes, Clock clock) {
        this.routes = routes;
        this.clock = clock;
    }

    /** What a page of the site shows. */
    interface Content {
        Object of(Actor actor, View view, Context request);
    }

    /** Binds a page of the site: a template, and what it is filled with. */
    void show(String path, String summary, Permission permission, String template, Content content) {
        get(path, summary, permission, (actor, request) -> {
            View view = view(actor, request);
            page(request, view, template, content.of(actor, view, request));
        });
    }

    /** Who looks at the page that is asked for. */
    View view(Actor actor, Context request) {
        return View.of(actor, request, clock.instant());
    }

    /** Answers a request with a page, or sends the browser elsewhere. */
    interface Handler {
        void handle(Actor actor, Context request);
    }

    void get(String path, String summary, Permission permission, Handler handler) {
        bind(Method.GET, path, summary, permission, handler);
    }

    void post(String path, String summary, Permission permission, Handler handler) {
        bind(Method.POST, path, summary, permission, (actor, request) -> {
            long length = request.req().getContentLengthLong();
            if (length < 0 || length > LARGEST_FORM) {
                throw Refused.invalid("a form of " + length + " bytes (expected: one of a known length, at most "
                        + LARGEST_FORM + ")");
            }
            handler.handle(actor, request);
        });
    }

    private void bind(Method method, String path, String summary, Permission permission, Handler handler) {
        Route<?, ?> route = new Route<>(
                method, path, summary, permission, Input.free(String.class, ""), Output.bytes(HTML), Set.of());
        routes.bindPage(route, new Fields(), (actor, read, request) -> handler.handle(actor, read));
    }

    /** What a page's address names. */
    private static final class Fields implements Routes.Reader<Context> {

        @Override
        public Context read(Actor actor, Context request) {
            return request;
        }

        @Override
        public List<String> named(Context request, String field) {
            return Optional.ofNullable(request.pathParamMap().get(field))
                    .or(() -> Optional.ofNullable(request.queryParam(field)))
                    .map(List::of)
                    .orElse(List.of());
        }
    }

    /** Answers with a page of the site. */
    static void page(Context request, View view, String template, Object page) {
        write(request, Html.of(template, Map.of("view", view, "page", page)));
    }

    /** Sends the browser to another page, after something was done. */
    static void go(Context request, String where) {
        request.status(303).header("Location", where);
    }

    /** A field of a form; empty if it is absent. */
    static String form(Context request, String name) {
        return Optional.ofNullable(request.formParam(name)).orElse("").strip();
    }

    /** Answers with a page. */
    static void write(Context request, String html) {
        request.header("Content-Security-Policy", POLICY)
                // without any referrer, browsers say that a form of ours comes from nowhere
                .header("Referrer-Policy", "same-origin")
                .header("Cache-Control", "no-store")
                .contentType(HTML)
                .result(html.getBytes(StandardCharsets.UTF_8));
    }
}
