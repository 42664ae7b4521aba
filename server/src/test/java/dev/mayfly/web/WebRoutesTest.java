package dev.mayfly.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.access.Actor;
import dev.mayfly.access.Grant;
import dev.mayfly.account.Accounts;
import dev.mayfly.account.Sessions;
import dev.mayfly.account.SignIn;
import dev.mayfly.api.ApiClient;
import dev.mayfly.api.ApiFailure;
import dev.mayfly.api.ApiRoutes;
import dev.mayfly.api.ClusterApi;
import dev.mayfly.api.Input;
import dev.mayfly.api.ModelApi;
import dev.mayfly.api.PipelineApi;
import dev.mayfly.api.Right;
import dev.mayfly.api.RunApi;
import dev.mayfly.api.ServerApi;
import dev.mayfly.audit.Audit;
import dev.mayfly.capacity.Capacity;
import dev.mayfly.http.CheckedAnswers;
import dev.mayfly.http.HttpServer;
import dev.mayfly.http.Routes;
import dev.mayfly.http.TestHttp;
import dev.mayfly.lineage.Lineage;
import dev.mayfly.maintenance.Health;
import dev.mayfly.maintenance.PeriodicTasks;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.retention.Retention;
import dev.mayfly.testing.FakeClusters;
import dev.mayfly.testing.Installation;
import dev.mayfly.tracking.Batch;
import dev.mayfly.tracking.NewRun;
import dev.mayfly.tracking.Purge;
import dev.mayfly.tracking.TrackingRun;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JSON API over HTTP, each answer held against the OpenAPI document. */
class WebRoutesTest {

    private static final Input.Nothing NOTHING = new Input.Nothing();
    private static final String PIPELINE = """
            name: %s
            description: what it is for
            schedule: {cron: "0 3 * * *", zone: Europe/Moscow}
            parameters: {rows: "10"}
            cluster: {provider: fake, workers: {memory: 1 GB}}
            tasks:
              first: {spark: {package: jobs, main_class: %s}}
              second: {needs: [first], spark: {package: jobs, main_class: Good}}
            """;

    @TempDir
    private Path folder;

    private final FakeClusters provider = new FakeClusters();
    private final Routes routes = new Routes();
    private PeriodicTasks maintenance;
    private Health health;
    private Installation installation;
    private HttpServer server;
    private ApiClient api;
    private volatile Actor actor = Actor.OWNER;

    @BeforeEach
    void start() throws IOException {
        installation =
                new Installation(TestPostgres.database("engine", "server"), provider, Capacity.unlimited(), folder, 4);
        maintenance = new PeriodicTasks(installation.database, Clock.systemUTC());
        SignIn signIn = new SignIn(installation.database, Clock.systemUTC());
        health = new Health(Clock.systemUTC(), Map.of());
        Accounts accounts = new Accounts(installation.database, signIn, Clock.systemUTC());
        new WebRoutes(
                        installation.retraining,
                        installation.slices,
                        installation.packages,
                        installation.logs,
                        installation.clusters,
                        new Lineage(installation.retraining, installation.tracking, installation.registry),
                        installation.registry,
                        new Retention(
                                new Purge(installation.database),
                                installation.registry,
                                installation.artifacts,
                                Clock.systemUTC()),
                        maintenance,
                        accounts,
                        new Sessions(installation.database, signIn, accounts, Clock.systemUTC()),
                        new Audit(installation.database),
                        health)
                .bind(routes);
        server = HttpServer.start(
                TestHttp.CONFIG, TestHttp.access(() -> actor), CheckedAnswers.of(routes), List.of(new JsonProtocol()));
        api = new ApiClient("http://127.0.0.1:" + server.port());
    }

    @AfterEach
    void stop() {
        server.close();
        health.close();
        installation.close();
    }

    @Test
    void everyRouteOfTheApiIsBoundOnce() {
        assertThat(routes.all()).containsExactlyInAnyOrderElementsOf(ApiRoutes.ALL);
        assertThatThrownBy(() ->
                        new JsonRoutes(routes).bind(RunApi.CANCEL, (who, request) -> new RunApi.Cancelled(true, "")))
                .hasMessage("POST /api/v1/runs/{run}/cancel is bound twice");
    }

    @Test
    void aPipelineIsAppliedShownRunPausedAndDeleted() throws Exception {
        assertThat(apply("fraud", "Good").change()).isEqualTo("created");
        assertThat(apply("fraud", "Good").change()).isEqualTo("unchanged");
        assertThat(apply("fraud", "Stay").change()).isEqualTo("changed");

        PipelineApi.Pipeline shown = api.call(PipelineApi.SHOW, new PipelineApi.ByName("fraud"));
        assertThat(shown.trigger().cron()).isEqualTo("0 3 * * *");
        assertThat(shown.revision().yaml()).contains("main_class: Stay");
        assertThat(shown.tasks()).containsExactly("first", "second");
        assertThat(api.call(PipelineApi.PAUSE, new PipelineApi.Pause("fraud", null))
                        .paused())
                .isTrue();
        assertThat(api.call(PipelineApi.LIST, NOTHING)).hasSize(1).allMatch(PipelineApi.Pipeline::paused);
        assertThat(api.call(PipelineApi.RESUME, new PipelineApi.ByName("fraud")).paused())
                .isFalse();
        assertThat(api.call(PipelineApi.SLICES, new PipelineApi.ByName("fraud")))
                .isEmpty();
        assertThat(new String(api.call(PipelineApi.SCHEMA, NOTHING), StandardCharsets.UTF_8))
                .contains("$schema");

        String run = api.call(PipelineApi.OPEN, new PipelineApi.Open("fraud", Map.of("rows", "20"), null, null))
                .runs()
                .get(0);
        assertRefused(409, () -> api.call(PipelineApi.DELETE, new PipelineApi.ByName("fraud")));
        assertThat(api.call(RunApi.CANCEL, new RunApi.Cancel(run, null)).cancelled())
                .isTrue();
        RunApi.Run over = awaitEnd(run);
        assertThat(over.reason()).isEqualTo("cancelled by owner");
        assertThat(over.origin()).isNotNull().satisfies(origin -> {
            assertThat(origin.cause()).isEqualTo("owner");
            assertThat(origin.parameters()).containsEntry("rows", "20");
        });
        assertThat(api.call(PipelineApi.DELETE, new PipelineApi.ByName("fraud")).deleted())
                .isEqualTo("fraud");
        assertThat(api.call(RunApi.LIST, new RunApi.Which("fraud", 5)))
                .extracting(RunApi.Run::id)
                .containsExactly(run);
    }

    @Test
    void aFailedRunIsRetriedAndItsClustersAreShown() {
        apply("fraud", "FailOnce");
        List<String> runs = api.call(
                        PipelineApi.BACKFILL,
                        new PipelineApi.Backfill("fraud", "2026-01-01T00:00Z", "2026-01-02T12:00Z", null, null))
                .runs();
        assertThat(runs).hasSize(1);
        String run = runs.get(0);
        assertThat(awaitEnd(run).state()).isEqualTo("failed");

        assertThat(api.call(RunApi.RETRY, new RunApi.Retry(run.substring(0, 8), List.of("first"), null)))
                .isEqualTo(new RunApi.Retried(run, List.of()));
        RunApi.Run over = awaitEnd(run);
        assertThat(over.succeeded()).isTrue();
        assertThat(over.tasks().get(0).attempts()).hasSize(2);
        assertThat(over.clusters()).isNotEmpty();
        assertThat(api.call(ClusterApi.LIST, new ClusterApi.Which(null)))
                .allSatisfy(cluster -> assertThat(cluster.life().proved()).isNotNull());
        assertThat(api.call(ClusterApi.ORPHANS, NOTHING)).isEmpty();
        assertThat(api.call(RunApi.LOGS, new RunApi.ById(run)).logs()).isEmpty();
        assertRefused(404, () -> api.call(RunApi.LOG, new RunApi.ReadLog(run, "third", 1, "driver", null)));
        assertRefused(400, () -> api.call(RunApi.LOG, new RunApi.ReadLog(run, "first", 0, "driver", null)));
        assertRefused(404, () -> api.call(ClusterApi.DELETE, new ClusterApi.ByName("none")));
    }

    @Test
    void whatFailsIsInTheStatusUntilItSucceeds() {
        AtomicBoolean isBroken = new AtomicBoolean(true);
        maintenance.every(Duration.ofMillis(50), "sweeping", () -> {
            if (isBroken.get()) {
                throw new IllegalStateException("no broom");
            }
        });
        Awaitility.await().until(() -> !api.call(ServerApi.STATUS, NOTHING).isWell());
        assertThat(api.call(ServerApi.STATUS, NOTHING).periodicTasks())
                .singleElement()
                .satisfies(task -> assertThat(task.failure()).isEqualTo("no broom"));

        isBroken.set(false);

        Awaitility.await().until(() -> api.call(ServerApi.STATUS, NOTHING).isWell());
    }

    @Test
    void aRunThatCanNotBeCarriedOnSaysSo() {
        apply("fraud", "Stay");
        String run = api.call(PipelineApi.OPEN, new PipelineApi.Open("fraud", null, null, null))
                .runs()
                .get(0);
        installation.database.useTransaction(tx -> tx.execute(
                "insert into reconcile_failure values ('run', ?, 'the cloud answers nonsense', now(), 3)", run));

        assertThat(api.call(RunApi.SHOW, new RunApi.ById(run)).reason())
                .startsWith("can't be carried on since ")
                .endsWith(", tried 3 times: the cloud answers nonsense");
        assertThat(api.call(RunApi.LIST, new RunApi.Which(null, null)).get(0).reason())
                .startsWith("can't be carried on since ");
        assertThat(api.call(ServerApi.STATUS, NOTHING).failing())
                .singleElement()
                .satisfies(failing -> assertThat(failing.kind()).isEqualTo("run"));
        api.call(RunApi.CANCEL, new RunApi.Cancel(run, null));
        awaitEnd(run);
    }

    @Test
    void aSliceIsShownWithItsFilesAndWhatNeedsAttentionIsInTheList() throws IOException {
        Path in = Files.createDirectories(folder.resolve("in"));
        Files.writeString(in.resolve("a.csv"), "one");
        api.call(
                PipelineApi.APPLY,
                new PipelineApi.Apply(
                        "p.yaml",
                        null,
                        null,
                        PIPELINE.formatted("fraud", "Fail")
                                .replace(
                                        "tasks:",
                                        "input: {files: \"" + in + "/*\", min_age: 0 s, max_failures: 1}\ntasks:")));
        PipelineApi.Opened opened = api.call(PipelineApi.OPEN, new PipelineApi.Open("fraud", null, true, null));
        assertThat(opened.runs()).hasSize(1);
        awaitEnd(opened.runs().get(0));
        Files.writeString(in.resolve("a.csv"), "three");

        PipelineApi.SliceDetails details =
                api.call(PipelineApi.SHOW_SLICE, new PipelineApi.SliceByNumber("fraud", 1, null));

        assertThat(details.slice().state()).isEqualTo("given_up");
        assertThat(details.list()).singleElement().satisfies(file -> {
            assertThat(file.bytes()).isEqualTo(3);
            assertThat(file.change()).startsWith("rewritten: now 5 bytes of ");
        });
        assertThat(api.call(PipelineApi.LIST, NOTHING).get(0).health().warnings())
                .singleElement()
                .asString()
                .startsWith("slice 1 is given up after 1 failed runs ('mayfly pipeline slice fraud 1 retry'");
        assertRefused(404, () -> api.call(PipelineApi.SHOW_SLICE, new PipelineApi.SliceByNumber("fraud", 2, null)));
    }

    @Test
    void aModelIsPromotedAndRolledBack() {
        installation.registry.create(Actor.OWNER, "fraud", "", Map.of());
        for (int n = 0; n < 2; n++) {
            TrackingRun run = installation.tracking.createRun(
                    Actor.OWNER,
                    new NewRun(
                            installation.tracking.experiments().ensure(Actor.OWNER, "e"),
                            "r",
                            "",
                            Instant.EPOCH,
                            Map.of()));
            installation.tracking.log(Actor.OWNER, run.info().id(), Batch.ofTag("a", "b"));
            installation.registry.addVersion(
                    Actor.OWNER,
                    "fraud",
                    ModelVersion.Origin.of(
                            "s3://elsewhere/model", run.info().id().value()),
                    "",
                    Map.of());
        }
        assertThat(api.call(ModelApi.LIST, new ModelApi.Which(null)).get(0).versions())
                .isEqualTo(2);
        api.call(ModelApi.PROMOTE, new ModelApi.Promote("fraud", 1, "first"));
        ModelApi.Promotion promoted = api.call(ModelApi.PROMOTE, new ModelApi.Promote("fraud", 2, "better"));
        assertThat(promoted.reason()).isEqualTo("by owner: better");
        assertThat(api.call(ModelApi.ROLLBACK, new ModelApi.Rollback("fraud", "worse"))
                        .version())
                .isEqualTo(1);
        ModelApi.Model model = api.call(ModelApi.SHOW, new ModelApi.ByName("fraud", 1));
        assertThat(model.aliases()).containsEntry("champion", 1);
        assertThat(model.versionList()).hasSize(1);
        assertThat(model.promotions()).hasSize(1);
        assertRefused(404, () -> api.call(ModelApi.SHOW, new ModelApi.ByName("none", null)));
        assertThat(api.call(ServerApi.PURGE, new ServerApi.Purge("0s", true)).runs())
                .isZero();
        assertRefused(400, () -> api.call(ServerApi.PURGE, new ServerApi.Purge("soon", null)));
    }

    @Test
    void whatIsNotInSombodysScopeIsInNoList() {
        apply("fraud-cards", "Good");
        apply("loans-100", "Good");
        installation.registry.create(Actor.OWNER, "fraud-cards", "", Map.of());
        installation.registry.create(Actor.OWNER, "loans", "", Map.of());
        awaitEnd(api.call(PipelineApi.OPEN, new PipelineApi.Open("loans-100", null, null, null))
                .runs()
                .get(0));

        actor = new Actor(
                "somebody",
                Stream.of("fraud*", "loans_1__", "loans%")
                        .map(pattern -> new Grant(Right.VIEWER, Optional.empty(), pattern))
                        .toList(),
                Actor.Via.ITSELF);
        assertThat(api.call(PipelineApi.LIST, NOTHING))
                .extracting(PipelineApi.Pipeline::name)
                .containsExactly("fraud-cards");
        assertThat(api.call(RunApi.LIST, new RunApi.Which(null, null))).isEmpty();
        assertThat(api.call(ModelApi.LIST, new ModelApi.Which(null)))
                .extracting(ModelApi.Model::name)
                .containsExactly("fraud-cards");
    }

    @Test
    void anErrorIsAProblemThatSaysWhereAndWhatWasExpected() throws Exception {
        HttpResponse<String> invalid = send("POST", "/api/v1/pipelines?file=x.yaml", "name: [\n");
        assertThat(invalid.statusCode()).isEqualTo(422);
        assertThat(invalid.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(problem(invalid).path("type").asText()).isEqualTo("/api#invalid_pipeline");
        assertThat(problem(invalid).at("/problems/0/file").asText()).isEqualTo("x.yaml");
        assertThat(problem(send("GET", "/api/v1/runs?limit=0", ""))
                        .path("detail")
                        .asText())
                .isEqualTo("limit 0 (expected: 1 to 9999)");
        assertThat(problem(send("GET", "/api/v1/none", "")).path("type").asText())
                .isEqualTo("/api#no_endpoint");
        assertThat(send("GET", "/health", "").body()).isEqualTo("OK");
        assertThat(send("GET", "/api/v1/openapi.json", "").body()).contains("\"/api/v1/runs/{run}/cancel\"");
    }

    @Test
    void withoutAProviderOrADatabaseTheAnswerIs503() throws Exception {
        String unavailable = "\"status\":503,\"detail\":\"the %s can't be reached; try again later\"";
        provider.isOutOfReach = true;
        assertThat(send("GET", "/api/v1/clusters/orphans", "").body())
                .contains(unavailable.formatted("cluster provider"));
        installation.close();
        assertThat(send("GET", "/api/v1/pipelines", "").body()).contains(unavailable.formatted("database"));
    }

    private PipelineApi.Applied apply(String name, String mainClass) {
        return api.call(
                PipelineApi.APPLY, new PipelineApi.Apply("p.yaml", null, null, PIPELINE.formatted(name, mainClass)));
    }

    private RunApi.Run awaitEnd(String run) {
        List<RunApi.Run> last = new ArrayList<>();
        Awaitility.await().until(() -> {
            last.add(api.call(RunApi.SHOW, new RunApi.ById(run)));
            return last.get(last.size() - 1).isFinal();
        });
        return last.get(last.size() - 1);
    }

    private static void assertRefused(int status, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        ApiFailure.class,
                        failure -> assertThat(failure.status()).isEqualTo(status));
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(api.base() + path))
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode problem(HttpResponse<String> answer) throws IOException {
        return ApiClient.JSON.readTree(answer.body());
    }
}
