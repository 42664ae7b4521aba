package dev.mayfly.page;

import dev.mayfly.account.Sessions;
import dev.mayfly.account.oidc.OpenIdProvider;
import dev.mayfly.api.Right;
import dev.mayfly.http.HttpConfig;
import dev.mayfly.http.Routes;
import dev.mayfly.problem.Refused;
import java.time.Duration;
import java.util.Optional;

/** All pages. */
public final class Pages {

    private static final Duration FOR_EVER = Duration.ofDays(365);

    private final SignInPages signIn;

    public Pages(Sessions sessions, Optional<OpenIdProvider> provider, HttpConfig http) {
        this.signIn = new SignInPages(sessions, provider, http);
    }

    public void bind(Routes routes) {
        PageRoutes pages = new PageRoutes(routes);
        pages.get("/assets/{file}", "A file that pages load", Right.PUBLIC.anywhere(), (actor, request) -> {
            Assets.Asset asset = Assets.at(request.pathParam("file"))
                    .orElseThrow(() -> Refused.missing("asset (expected: one that a page of this version names)"));
            request.header("Cache-Control", "public, max-age=" + FOR_EVER.toSeconds() + ", immutable")
                    .contentType(asset.media())
                    .result(asset.text());
        });
        signIn.bind(pages);
    }
}
