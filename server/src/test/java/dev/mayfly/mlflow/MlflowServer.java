package dev.mayfly.mlflow;

import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.idempotency.IdempotentRequests;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.tracking.Imports;
import dev.mayfly.tracking.LoggedModels;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.webhook.AllowedOrigins;
import dev.mayfly.webhook.Webhooks;
import io.javalin.Javalin;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** The real routes on a real database and a folder, over HTTP. */
record MlflowServer(Database database, Javalin javalin) implements AutoCloseable {

    static MlflowServer start(Path folder) {
        Clock clock = Clock.systemUTC();
        Database database = TestPostgres.database("server");
        Tracking tracking = new Tracking(database, clock);
        MlflowRoutes routes = new MlflowRoutes(
                tracking,
                new LoggedModels(database, tracking, clock),
                new ModelRegistry(database, new FolderArtifacts(folder), clock),
                new FolderArtifacts(folder),
                new IdempotentRequests(database, clock),
                new Imports(database, tracking),
                new Webhooks(database, new AllowedOrigins(List.of("https://hooks.example.com")), clock),
                clock);
        Javalin server = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    routes.add(config.routes);
                    config.routes.exception(Refused.class, (e, request) -> MlflowRoutes.refuse(request, e));
                })
                .start("127.0.0.1", 0);
        return new MlflowServer(database, server);
    }

    String url() {
        return "http://127.0.0.1:" + javalin.port();
    }

    @Override
    public void close() {
        javalin.stop();
        database.close();
    }
}
