package dev.mayfly.mlflow;

import dev.mayfly.access.Actor;
import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.http.CheckedAnswers;
import dev.mayfly.http.HttpServer;
import dev.mayfly.http.Routes;
import dev.mayfly.http.TestHttp;
import dev.mayfly.idempotency.IdempotentRequests;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.RegistryEvents;
import dev.mayfly.secret.Sealing;
import dev.mayfly.tracking.Imports;
import dev.mayfly.tracking.LoggedModels;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.webhook.AllowedOrigins;
import dev.mayfly.webhook.Webhooks;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** The real routes on a real database and a folder, over HTTP. */
record MlflowServer(Database database, HttpServer http) implements AutoCloseable {

    static MlflowServer start(Path folder) {
        Clock clock = Clock.systemUTC();
        Database database = TestPostgres.database("server");
        Tracking tracking = new Tracking(database, clock);
        MlflowRoutes routes = new MlflowRoutes(
                tracking,
                new LoggedModels(database, tracking, clock),
                new ModelRegistry(database, new FolderArtifacts(folder), clock, RegistryEvents.NO_LISTENER),
                new FolderArtifacts(folder),
                new IdempotentRequests(database, clock),
                new Imports(database, tracking),
                new Webhooks(
                        database,
                        new AllowedOrigins(List.of("https://hooks.example.com")),
                        new Sealing("a key of some length"),
                        clock),
                clock);
        Routes bound = new Routes();
        routes.bind(bound);
        HttpServer server = HttpServer.start(
                TestHttp.CONFIG,
                TestHttp.access(() -> Actor.OWNER),
                CheckedAnswers.of(bound),
                List.of(new MlflowProtocol()));
        return new MlflowServer(database, server);
    }

    String url() {
        return "http://127.0.0.1:" + http.port();
    }

    @Override
    public void close() {
        http.close();
        database.close();
    }
}
