package dev.mayfly.page;

import dev.mayfly.api.ErrorKind;
import dev.mayfly.http.Failure;
import dev.mayfly.http.Protocol;
import dev.mayfly.http.SessionCookie;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Errors as pages; who has not signed in is asked to. */
public final class PageProtocol implements Protocol {

    private static final List<String> PLACES = List.of(
            "/sign-in",
            "/sign-out",
            "/me",
            "/assets",
            "/search",
            "/events",
            "/language",
            "/pipelines",
            "/editor",
            "/runs",
            "/clusters",
            "/capacity",
            "/models",
            "/experiments",
            "/tracking",
            "/compare",
            "/packages",
            "/audit");

    @Override
    public boolean owns(String path) {
        return path.equals("/")
                || PLACES.stream().anyMatch(place -> path.equals(place) || path.startsWith(place + "/"));
    }

    @Override
    public void refuse(Context request, Failure failure) {
        if (failure.kind() == ErrorKind.UNAUTHENTICATED
                && request.method().name().equals("GET")) {
            String query = Optional.ofNullable(request.queryString())
                    .map(text -> "?" + text)
                    .orElse("");
            String to = URLEncoder.encode(request.path() + query, StandardCharsets.UTF_8);
            request.status(303).header("Location", "/sign-in?to=" + to);
            return;
        }
        request.status(failure.kind().status());
        PageRoutes.write(
                request,
                Html.of(
                        "problem",
                        Map.of(
                                "status", failure.kind().status(),
                                "title", failure.kind().title(),
                                "message", failure.message(),
                                "isSession", SessionCookie.of(request).isPresent())));
    }
}
