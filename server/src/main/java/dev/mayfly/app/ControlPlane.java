package dev.mayfly.app;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Guard;
import dev.mayfly.account.Accounts;
import dev.mayfly.account.JobAccounts;
import dev.mayfly.account.Sessions;
import dev.mayfly.account.SignIn;
import dev.mayfly.account.oidc.OpenIdProvider;
import dev.mayfly.api.Route;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.OldFolder;
import dev.mayfly.audit.Audit;
import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.cluster.local.LocalClusters;
import dev.mayfly.cluster.yandex.YandexClusters;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.Reconciler;
import dev.mayfly.engine.Wakeups;
import dev.mayfly.http.HttpConfig;
import dev.mayfly.http.HttpServer;
import dev.mayfly.http.Routes;
import dev.mayfly.idempotency.IdempotentRequests;
import dev.mayfly.lineage.Lineage;
import dev.mayfly.log.AttemptLogs;
import dev.mayfly.maintenance.Health;
import dev.mayfly.maintenance.PeriodicTasks;
import dev.mayfly.mlflow.MlflowProtocol;
import dev.mayfly.mlflow.MlflowRoutes;
import dev.mayfly.packages.Packages;
import dev.mayfly.page.PageProtocol;
import dev.mayfly.page.Pages;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.DatabaseUnavailable;
import dev.mayfly.postgres.Pulse;
import dev.mayfly.postgres.embedded.EmbeddedPostgres;
import dev.mayfly.problem.StartFailure;
import dev.mayfly.pypi.PypiProtocol;
import dev.mayfly.pypi.PypiRoutes;
import dev.mayfly.reaper.ReapOrphans;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.retention.Retention;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.secret.Sealing;
import dev.mayfly.secret.Secrets;
import dev.mayfly.slice.Slices;
import dev.mayfly.task.TaskKinds;
import dev.mayfly.task.promote.PromoteKind;
import dev.mayfly.task.spark.JobTokens;
import dev.mayfly.task.spark.SparkJobs;
import dev.mayfly.task.spark.SparkKind;
import dev.mayfly.tracking.Belonging;
import dev.mayfly.tracking.Imports;
import dev.mayfly.tracking.LoggedModels;
import dev.mayfly.tracking.Purge;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.web.JsonProtocol;
import dev.mayfly.web.WebRoutes;
import dev.mayfly.webhook.Webhooks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole control plane in one process: the composition root. Closing it stops everything it started. */
final class ControlPlane implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);
    private static final int CONNECTIONS = 16;
    private static final int THREADS = 6;
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
    private static final Duration CERTIFICATE_LOOK = Duration.ofSeconds(10);
    private static final Duration LONGEST_UPLOAD = Duration.ofDays(1);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final ServerConfig config;
    private final Clock clock;
    private final String url;
    private final String where;
    private final Routes routes = new Routes();

    private ControlPlane(ServerConfig config, Clock clock) throws IOException {
        this.config = config;
        this.clock = clock;
        try {
            HttpConfig http = reserve(config.http());
            DataFolder data = opened(DataFolder.lock(config.folders().data()));
            Optional<EmbeddedPostgres> embedded = config.databaseUrl().isPresent()
                    ? Optional.empty()
                    : Optional.of(opened(EmbeddedPostgres.start(data.resolve("postgres"))));
            Database database = opened(Database.connect(
                    embedded.map(EmbeddedPostgres::jdbcUrl)
                            .or(config::databaseUrl)
                            .orElseThrow(),
                    CONNECTIONS));
            Engine.migrate(database);
            database.migrate("server");
            this.url = http.url();
            SignIn signIn = new SignIn(database, clock);
            checkExposure(http, signIn);
            boolean isOpen = http.exposure().mayBeAnonymous() && signIn.isOwnerAlone();
            opened(assemble(http, data, database, signIn));
            data.publishAddress(url);
            this.where = "data in " + config.folders().data() + ", PostgreSQL "
                    + embedded.map(some -> "embedded, on port " + some.port()).orElse("as configured")
                    + (isOpen ? "; no accounts yet: whoever reaches this address is the owner" : "");
        } catch (DatabaseUnavailable e) {
            throw failedStart(new StartFailure(String.valueOf(e.getMessage()), e));
        } catch (RuntimeException e) {
            throw failedStart(e);
        }
    }

    /**
     * Starts everything; it serves requests when this returns.
     *
     * @throws StartFailure if it can't start; everything that was open is closed again
     */
    public static ControlPlane start(ServerConfig config, Clock clock) throws IOException {
        return new ControlPlane(config, clock);
    }

    public String url() {
        return url;
    }

    /** Where data and database are, as a text for people. */
    public String where() {
        return where;
    }

    /** All routes that it answers. */
    List<Route<?, ?>> routes() {
        return routes.all();
    }

    private AutoCloseable assemble(HttpConfig http, DataFolder data, Database database, SignIn signIn) {
        Wakeups wakeups = new Wakeups(database, clock);
        ArtifactStore artifacts = opened(config.rooms().artifacts().open(data.resolve("artifacts")));
        ArtifactStore own = opened(artifacts.ofServer());
        Packages packages =
                new Packages(database, clock, own, config.rooms().allowed().code(), data.resolve("cache"));
        packages.adopt(new OldFolder(data.resolve("packages")));
        Optional<YandexClusters> cloud = cloud();
        Clusters clusters = Clusters.open(
                database, wakeups, clock, config.rooms().capacity().capacity(), providers(data, cloud));
        AttemptLogs logs = new AttemptLogs(clusters, own);
        logs.adopt(new OldFolder(data.resolve("logs")));
        Accounts accounts = new Accounts(database, signIn, clock);
        data.keepOwnerToken(accounts);
        Sessions sessions = new Sessions(database, signIn, accounts, clock);
        JobAccounts jobAccounts = new JobAccounts(database, clock);
        Tracking tracking = new Tracking(database, clock);
        Belonging belonging = new Belonging(database);
        Webhooks webhooks = new Webhooks(
                database,
                config.rooms().webhooks(),
                config.rooms().sealing().orElseGet(() -> new Sealing(data.encryptionKey())),
                clock);
        ModelRegistry registry = new ModelRegistry(database, artifacts, clock, webhooks::publish);
        IdempotentRequests idempotent = new IdempotentRequests(database, clock);
        Retention retention = new Retention(new Purge(database), registry, artifacts, clock);
        Slices slices = new Slices(database, config.rooms().allowed().inputs(), clock);
        SparkKind spark = new SparkKind(
                clusters,
                tracking,
                registry,
                logs,
                new SparkJobs(
                        packages,
                        new Secrets(
                                config.variables(),
                                cloud.map(some -> some::secret),
                                config.rooms().allowed().secrets()),
                        new JobTokens(jobAccounts, registry, belonging),
                        config.http().publicUrl().orElse(url)),
                clock);
        Retraining retraining = new Retraining(
                database,
                new Engine(database, wakeups, clock),
                clusters,
                new TaskKinds(spark, new PromoteKind(tracking, registry, clock)),
                slices,
                packages,
                config.folders().data(),
                clock);
        OwnPackages.store(packages, config.folders().home());
        PeriodicTasks maintenance = opened(new PeriodicTasks(database, clock));
        new MlflowRoutes(
                        tracking,
                        new LoggedModels(database, tracking, clock),
                        registry,
                        artifacts,
                        idempotent,
                        new Imports(database, tracking),
                        webhooks,
                        clock)
                .bind(routes);
        Lineage lineage = new Lineage(retraining, tracking, registry);
        Audit audit = new Audit(database);
        new WebRoutes(
                        retraining,
                        slices,
                        packages,
                        logs,
                        clusters,
                        lineage,
                        registry,
                        retention,
                        maintenance,
                        accounts,
                        sessions,
                        audit,
                        health(data, database, wakeups))
                .bind(routes);
        Pages pages = new Pages(
                sessions,
                config.rooms().oidc().map(oidc -> new OpenIdProvider(oidc, clock)),
                http,
                retraining,
                slices,
                lineage,
                clusters,
                logs,
                tracking,
                registry,
                artifacts,
                packages.index(),
                audit,
                clock);
        pages.bind(routes);
        new PypiRoutes(packages.index()).bind(routes);
        HttpServer server = opened(HttpServer.start(
                http,
                new HttpServer.Access(
                        new Senders(signIn, http),
                        new Guard(new AllOwners(belonging, registry, retraining.runs()), clock),
                        (actor, route, path, why) ->
                                database.useTransaction(tx -> Audit.refused(tx, actor, route, path, why))),
                routes,
                List.of(new MlflowProtocol(), new PageProtocol(), new PypiProtocol(), new JsonProtocol())));
        opened(pages); // closed before the server: it lets go of open connections, which would keep that from stopping
        reconcile(wakeups, retraining, clusters);
        maintenance.every(Duration.ofHours(1), "closing jobs' accounts", jobAccounts::closeExpired);
        maintenance.every(Duration.ofHours(1), "forgetting sessions that have ended", sessions::forgetEnded);
        if (http.tls().isPresent()) {
            maintenance.every(CERTIFICATE_LOOK, "reading the TLS certificate", server::readCertificateAgain);
        }
        maintain(maintenance, webhooks, idempotent, artifacts, retention, new ReapOrphans(clusters, tracking, clock));
        return wakeups;
    }

    private Health health(DataFolder data, Database database, Wakeups wakeups) {
        Pulse pulse = opened(database.pulse());
        Map<String, Health.Check> checks = new LinkedHashMap<>();
        checks.put("the database does not answer", pulse::problem);
        checks.put("the disk of the data folder is full", data::spaceProblem);
        checks.put("runs are not carried on", () -> {
            Duration silence = Duration.between(wakeups.lastSweep(), clock.instant());
            return silence.compareTo(LONGEST_SILENCE) > 0
                    ? Optional.of("the last look at them was " + silence.toSeconds() + " s ago")
                    : Optional.empty();
        });
        return opened(new Health(clock, checks));
    }

    private static void checkExposure(HttpConfig http, SignIn signIn) {
        if (http.exposure() == HttpConfig.Exposure.OPEN && signIn.isOwnerAlone()) {
            throw new StartFailure(
                    "host: " + http.listen().host() + " can be reached by others, who might do everything,"
                            + " since there are no accounts yet (expected: --accounts, so that every request needs a token; a"
                            + " loopback address such as 127.0.0.1; or --insecure, where a firewall or a proxy decides who gets"
                            + " through)");
        }
    }

    private static void reconcile(Wakeups wakeups, Retraining retraining, Clusters clusters) {
        List<Reconciler> reconcilers = new ArrayList<>(retraining.reconcilers());
        reconcilers.add(clusters.reconciler());
        wakeups.start("mayfly-" + ProcessHandle.current().pid(), THREADS, reconcilers);
    }

    private void maintain(
            PeriodicTasks maintenance,
            Webhooks webhooks,
            IdempotentRequests idempotent,
            ArtifactStore artifacts,
            Retention retention,
            ReapOrphans reaper) {
        maintenance.every(Duration.ofHours(1), "removing old idempotency keys", idempotent::forget);
        maintenance.every(Duration.ofSeconds(1), "sending to webhooks", webhooks::deliver);
        maintenance.every(
                Duration.ofHours(1),
                "aborting abandoned uploads",
                () -> artifacts.parts().abortBefore(clock.instant().minus(LONGEST_UPLOAD)));
        config.rooms()
                .retention()
                .keepsDeleted()
                .ifPresent(age -> maintenance.every(Duration.ofHours(1), "purging", () -> {
                    Retention.Purged purged = retention.purge(Actor.SYSTEM, age, false);
                    log.info("purged what was deleted at least {} days ago: {}", age.toDays(), purged);
                }));
        maintenance.every(
                ReapOrphans.EVERY,
                "reaping orphaned clusters",
                () -> reaper.round().forEach(log::warn));
    }

    private List<ClusterProvider> providers(DataFolder data, Optional<YandexClusters> cloud) {
        List<ClusterProvider> providers = new ArrayList<>();
        providers.add(new LocalClusters(
                data.resolve("clusters"),
                config.folders().sparkHome(),
                config.folders().sparkJavaOptions()));
        cloud.ifPresent(providers::add);
        return providers;
    }

    private Optional<YandexClusters> cloud() {
        return config.rooms().yandex().map(yandex -> {
            StoredStaging staging =
                    opened(StoredStaging.at(yandex.staging(), config.rooms().artifacts()));
            return opened(new YandexClusters(yandex, staging));
        });
    }

    /** Fails early and clearly if the port is taken; picks a free one if the configured port is 0. */
    private static HttpConfig reserve(HttpConfig http) {
        HttpConfig.Listen listen = http.listen();
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(listen.host()), listen.port()));
            return http.at(socket.getLocalPort());
        } catch (IOException e) {
            throw new StartFailure(
                    "port " + listen.port() + " of " + listen.host() + " can't be opened (" + e.getMessage()
                            + "); choose another with --port",
                    e);
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    private RuntimeException failedStart(RuntimeException failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                if (first == null) {
                    first = new IllegalStateException("the server could not be closed: " + e.getMessage(), e);
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
