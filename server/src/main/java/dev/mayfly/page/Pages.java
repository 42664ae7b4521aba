package dev.mayfly.page;

import dev.mayfly.account.Sessions;
import dev.mayfly.account.oidc.OpenIdProvider;
import dev.mayfly.api.Right;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.audit.Audit;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.http.HttpConfig;
import dev.mayfly.http.Routes;
import dev.mayfly.lineage.Lineage;
import dev.mayfly.log.AttemptLogs;
import dev.mayfly.packages.PackageIndex;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.slice.Slices;
import dev.mayfly.tracking.Tracking;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** All pages. Closing them lets go of those who wait for changes. */
public final class Pages implements AutoCloseable {

    private static final Duration FOR_EVER = Duration.ofDays(365);

    private final SignInPages signIn;
    private final HomePages home;
    private final PipelinePages pipelines;
    private final RunPages runs;
    private final ClusterPages clusters;
    private final ModelPages models;
    private final TrackingPages tracking;
    private final AdminPages admin;
    private final Live live;
    private final Clock clock;

    public Pages(
            Sessions sessions,
            Optional<OpenIdProvider> provider,
            HttpConfig http,
            Retraining retraining,
            Slices slices,
            Lineage lineage,
            Clusters clusters,
            AttemptLogs logs,
            Tracking tracking,
            ModelRegistry registry,
            ArtifactStore artifacts,
            PackageIndex packages,
            Audit audit,
            Clock clock) {
        this.live = new Live(retraining.runs());
        this.clock = clock;
        this.signIn = new SignInPages(sessions, provider, http);
        this.home = new HomePages(retraining, clusters, registry, tracking, live);
        this.pipelines = new PipelinePages(retraining, slices);
        this.runs = new RunPages(retraining.runs(), lineage, logs);
        this.clusters = new ClusterPages(clusters);
        this.models = new ModelPages(registry, lineage);
        this.tracking = new TrackingPages(tracking, registry, artifacts);
        this.admin = new AdminPages(packages, audit);
    }

    public void bind(Routes routes) {
        PageRoutes pages = new PageRoutes(routes, clock);
        pages.get("/assets/{file}", "A file that pages load", Right.PUBLIC.anywhere(), (actor, request) -> {
            Assets.Asset asset = Assets.at(request.pathParam("file"))
                    .orElseThrow(() -> Refused.missing("asset (expected: one that a page of this version names)"));
            request.header("Cache-Control", "public, max-age=" + FOR_EVER.toSeconds() + ", immutable")
                    .contentType(asset.media())
                    .result(asset.text());
        });
        signIn.bind(pages);
        home.bind(pages);
        pipelines.bind(pages);
        runs.bind(pages);
        clusters.bind(pages);
        models.bind(pages);
        tracking.bind(pages);
        admin.bind(pages);
    }

    @Override
    public void close() {
        live.close();
    }
}
