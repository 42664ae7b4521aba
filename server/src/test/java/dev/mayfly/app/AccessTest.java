package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.access.Actor;
import dev.mayfly.access.Grant;
import dev.mayfly.account.JobAccounts;
import dev.mayfly.api.Method;
import dev.mayfly.api.Permission;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.api.Route;
import dev.mayfly.postgres.Database;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what: the whole server, over HTTP. */
class AccessTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static WholeServer server;
    private static Database database;
    private static String ownerToken;
    private static Things mine;
    private static Things theirs;

    @BeforeAll
    static void start() throws Exception {
        server = WholeServer.start(
                folder, "webhooks: [https://hooks.example.com]", Map.of("MAYFLY_ALLOW_INPUTS", folder.toString()));
        database = Database.connect(server.databaseUrl(), 2);
        ownerToken = server.ownerToken();
        mine = server.things("mine-", folder);
        theirs = server.things("theirs-", folder);
    }

    @AfterAll
    static void stop() {
        database.close();
        server.close();
    }

    /** Somebody who sends requests: what they have been granted, and how. */
    private record Sender(
            String name, @Nullable String token, @Nullable Right right, boolean isForAll) {

        boolean may(Permission permission, boolean isMine) {
            if (permission.right() == Right.PUBLIC) {
                return true;
            }
            if (right == null || !right.includes(permission.right())) {
                return false;
            }
            return isForAll
                    || switch (permission.reach()) {
                        case ANY, SCOPED -> true;
                        case NAMED -> isMine;
                        case ALL -> false;
                    };
        }
    }

    private static List<Sender> senders() {
        List<Sender> senders = new ArrayList<>(List.of(new Sender("nobody", null, null, false)));
        for (Right right : Right.values()) {
            if (right != Right.PUBLIC) {
                String word = right.word();
                senders.add(new Sender(word, mine.tokenWith("{\"right\":\"" + word + "\"}"), right, true));
                senders.add(new Sender(
                        word + " of mine",
                        mine.tokenWith("{\"right\":\"" + word + "\",\"pattern\":\"mine-*\"}"),
                        right,
                        false));
            }
        }
        List<Grant> ofJob = List.of(
                new Grant(Right.VIEWER, Optional.of(ResourceKind.PIPELINE), "mine-*"),
                new Grant(Right.EDITOR, Optional.of(ResourceKind.EXPERIMENT), "mine-*"),
                new Grant(Right.EDITOR, Optional.of(ResourceKind.MODEL), "mine-*"));
        String token = new JobAccounts(database, Clock.systemUTC())
                .open(new Actor.Job("mine-p", "run/task/1"), ofJob, Duration.ofHours(1));
        senders.add(new Sender("job", token, Right.EDITOR, false));
        return senders;
    }

    /** What is expected beside the rule: what a route's own code decides. */
    private static String expected(Route<?, ?> route, Sender sender, boolean isMine) {
        if (sender.name().equals("job") && route.path().matches(".*/(experiments|registered-models)/create")) {
            return "2.."; // what nobody has a job may make, and it is its pipeline's then
        }
        if (!sender.may(route.permission(), isMine)) {
            boolean isPage =
                    route.method() == Method.GET && route.output().media().startsWith("text/html");
            return sender.token() != null ? "403" : isPage ? "303" : "401"; // a browser is sent to the sign-in page
        }
        if (sender.name().equals("job") && route.path().matches("(/api/v1/packages|/packages|/simple)/\\{.*")) {
            return "403"; // a job's packages are beside it when it starts
        }
        boolean isAdmin = sender.isForAll() && sender.right() == Right.ADMIN;
        return switch (route.toString()) {
            case "POST /api/v1/pipelines" -> isMine || sender.isForAll() ? "2.." : "403";
            case "POST /api/v1/accounts/{name}/password" -> isAdmin ? "2.." : "403";
            case "POST /api/v1/tokens" -> sender.name().equals("job") ? "403" : "2..";
            case "DELETE /api/v1/tokens/{id}" -> isAdmin ? "2.." : "404";
            case "DELETE /api/v1/clusters/{name}" -> "404"; // there is none
            case "POST /sign-in", "POST /api/v1/tokens/exchange" -> "401"; // their secrets are wrong
            case "POST /sign-in/command-line" -> "2..";
            case "POST /editor" -> isMine || sender.isForAll() ? "303" : "403";
            case "GET /sign-in/provider", "GET /sign-in/callback" -> "404"; // there is no provider
            default -> isForm(route) ? "303" : "2..";
        };
    }

    /** Whoever has sent a form is shown another page. */
    private static boolean isForm(Route<?, ?> route) {
        return route.method() == Method.POST && route.output().media().startsWith("text/html");
    }

    @Test
    void everyRouteIsOpenToThoseWhoHaveItsRightAndClosedToAllOthers() throws Exception {
        ValidRequests requests = new ValidRequests();
        List<Sender> senders = senders();
        Map<String, Integer> counts = new LinkedHashMap<>();
        List<String> wrong = new ArrayList<>();
        for (Route<?, ?> route : server.plane().routes()) {
            for (Things things : List.of(mine, theirs)) {
                Things.Request refused = requests.of(route, things);
                for (Sender sender : senders) {
                    boolean isAlias = route.path().startsWith("/ajax-api/2.0/");
                    if (sender.isForAll() && (isAlias || things == theirs)) {
                        continue; // another address of a route that is tried as everybody; whose it is does not matter
                    }
                    String expected = expected(route, sender, things == mine);
                    Things.Request request =
                            List.of("2..", "303").contains(expected) ? requests.of(route, things) : refused;
                    HttpResponse<String> answer = Things.send(server.url(), sender.token(), request);
                    counts.merge(expected, 1, Integer::sum);
                    if (!Integer.toString(answer.statusCode()).matches(expected)) {
                        wrong.add("%s as %s, %s: %d (expected: %s): %s"
                                .formatted(
                                        route,
                                        sender.name(),
                                        things == mine ? "mine" : "theirs",
                                        answer.statusCode(),
                                        expected,
                                        answer.body()));
                    }
                }
            }
        }
        System.out.println(server.plane().routes().size() + " routes, " + senders.size() + " senders: " + counts);
        assertThat(wrong).isEmpty();
    }

    /** Whoever logs to tracking, describes or tags leaves no record: what they make bears its time, and their run its user. */
    private static boolean isOnlyLogged(Route<?, ?> route) {
        if (route.path().matches("/api/v1/purge|.*/counts|/sign-.*|.*/exchange|/api/v1/pipelines/files|/language")) {
            return true; // a rehearsal, questions, and what SignInTest tries
        }
        return route.right().compareTo(Right.OPERATOR) < 0
                && !route.path()
                        .matches(".*/(tokens|accounts)(/.*)?|.*/(delete|restore|rename|alias|transition-stage)");
    }

    @Test
    void everyChangeIsRecordedWithItsAuthorAndEveryRefusalToo() throws Exception {
        ValidRequests requests = new ValidRequests();
        String token = mine.tokenWith("{\"right\":\"admin\"}");
        String viewer = mine.tokenWith("{\"right\":\"viewer\"}");
        List<String> unrecorded = new ArrayList<>();
        int recorded = 0;
        for (Route<?, ?> route : server.plane().routes()) {
            if (route.method() == Method.GET
                    || isOnlyLogged(route)
                    || route.path().startsWith("/ajax-api/")) {
                continue;
            }
            Things.Request request = requests.of(route, mine);
            JsonNode before = newestEntry(token);
            HttpResponse<String> answer = Things.send(server.url(), token, request);
            JsonNode entry = newestEntry(token);
            boolean isDone = answer.statusCode() / 100 == 2 || answer.statusCode() == 303;
            boolean isNew = entry.path("id").asLong() > before.path("id").asLong();
            boolean isAuthor = entry.path("token").asText().equals(token.split("_", 3)[1])
                    && entry.path("address").asText().equals("127.0.0.1")
                    && entry.path("outcome").asText().equals("done");
            if (isNew != isDone || (isNew && !isAuthor)) {
                unrecorded.add(route + ": " + answer.statusCode() + " " + entry);
            }
            recorded += isNew ? 1 : 0;
            if (route.right() != Right.VIEWER) {
                Things.send(server.url(), viewer, requests.of(route, mine));
                JsonNode refused = newestEntry(token);
                assertThat(refused.path("action").asText()).isEqualTo(route.toString());
                assertThat(refused.path("outcome").asText()).isEqualTo("refused");
                assertThat(refused.path("token").asText()).isEqualTo(viewer.split("_", 3)[1]);
            }
        }
        System.out.println(recorded + " routes that record what they change");
        assertThat(unrecorded).isEmpty();
        assertThat(recorded).isGreaterThan(30);
    }

    private static JsonNode newestEntry(String token) throws Exception {
        return JSON.readTree(Things.send(server.url(), token, new Things.Request("GET", "/api/v1/audit?limit=1", ""))
                        .body())
                .path(0);
    }

    @Test
    void listsShowOnlyWhatIsGranted() throws Exception {
        String token = mine.tokenWith("{\"right\":\"viewer\",\"pattern\":\"mine-*\"}");
        for (Things things : List.of(mine, theirs)) {
            String experiment = things.experiment();
            things.run(experiment);
            things.loggedModel();
            things.model();
            things.pipelineRun(things.pipeline());
            things.wheel();
        }
        for (String list : List.of(
                "/api/2.0/mlflow/experiments/search?max_results=1000",
                "/api/2.0/mlflow/registered-models/search?max_results=1000",
                "/api/2.0/mlflow/model-versions/search?max_results=1000",
                "/api/v1/pipelines",
                "/api/v1/runs?limit=1000",
                "/api/v1/models?limit=1000",
                "/api/v1/packages",
                "/simple/")) {
            HttpResponse<String> seen = Things.send(server.url(), token, new Things.Request("GET", list, ""));
            HttpResponse<String> all = Things.send(server.url(), ownerToken, new Things.Request("GET", list, ""));
            assertThat(seen.body()).as(list).contains("mine-").doesNotContain("theirs-");
            assertThat(all.body()).as(list).contains("mine-").contains("theirs-");
        }
        String foreign = theirs.experiment();
        theirs.run(foreign);
        JsonNode runs = JSON.readTree(Things.send(
                        server.url(),
                        token,
                        new Things.Request(
                                "POST", "/api/2.0/mlflow/runs/search", "{\"experiment_ids\":[\"" + foreign + "\"]}"))
                .body());
        assertThat(runs.path("runs")).isEmpty();
    }

    /** Each names something of others beside what is one's own, or by another way. */
    @Test
    void nothingOfOthersIsReachedByANameBesideOnesOwn() throws Exception {
        String token = mine.tokenWith("{\"right\":\"editor\",\"pattern\":\"mine-*\"}");
        String experiment = mine.experiment();
        String run = mine.run(experiment);
        String model = mine.model();
        String foreignExperiment = theirs.experiment();
        String foreignRun = theirs.run(foreignExperiment);
        String foreignModel = theirs.model();
        String foreignLogged = theirs.loggedModel();
        String foreignFile = theirs.file();
        String create = "/api/2.0/mlflow/experiments/create %s {'name':'" + mine.name() + "','artifact_location':'";
        String version = "/api/2.0/mlflow/model-versions/create %s {'name':'" + model + "','source':'";
        String api = "/api/2.0/mlflow/";
        String files = "/api/2.0/mlflow-artifacts/artifacts/";
        for (String attack : List.of(
                create + "mlflow-artifacts:/" + foreignExperiment + "'}",
                create + "mlflow-artifacts:/" + foreignExperiment + "/x'}",
                create + "mlflow-artifacts:/none'}",
                create + "mlflow-artifacts:/'}",
                version + "runs:/" + foreignRun + "/m'}",
                version + "models:/" + foreignModel + "/1'}",
                version + "models:/" + foreignLogged + "'}",
                version + "mlflow-artifacts:/" + foreignFile + "'}",
                version + "s3://bucket/x','run_id':'" + foreignRun + "'}",
                version + "s3://bucket/x','model_id':'" + foreignLogged + "'}",
                api + "registered-models/rename %s {'name':'" + model + "','new_name':'" + theirs.name() + "'}",
                api + "experiments/update %s {'experiment_id':'" + experiment + "','new_name':'" + theirs.name() + "'}",
                api + "runs/set-tag %s {'run_uuid':'" + foreignRun + "','key':'k','value':'v'}",
                api + "runs/set-tag %s {'run_id':'" + run + "','run_id':'" + foreignRun + "','key':'k','value':'v'}",
                api + "runs/set-tag?run_id=" + run + " %s {'run_id':'" + foreignRun + "','key':'k','value':'v'}",
                api + "runs/log-batch %s {'run_id':'" + run
                        + "','metrics':[{'key':'m','value':1,'timestamp':1,'model_id':'" + foreignLogged + "'}]}",
                api + "runs/outputs %s {'run_id':'" + run + "','models':[{'model_id':'" + foreignLogged
                        + "','step':0}]}",
                api + "experiments/search-datasets %s {'experiment_ids':['" + experiment + "','" + foreignExperiment
                        + "']}",
                api + "metrics/get-history-bulk?metric_key=m&run_id=" + run + "&run_id=" + foreignRun + " GET",
                files + foreignFile + " GET",
                files + foreignFile.replace("/", "%2F") + " GET",
                files + experiment + "/%2e%2e/" + foreignFile + " GET",
                files + experiment + "%2F..%2F" + foreignFile + " GET",
                files + "%252e%252e/" + foreignFile + " GET",
                files.replace("artifacts/artifacts/", "artifacts/artifacts?path=") + " GET",
                "/get-artifact?path=f&run_uuid=" + run + "&run_id=" + foreignRun + " GET")) {
            String[] parts = attack.replace("%s", "POST").split(" ", 3);
            String body = parts.length > 2 ? parts[2].replace('\'', '"') : "";
            HttpResponse<String> answer =
                    Things.send(server.url(), token, new Things.Request(parts[1], parts[0], body));
            assertThat(answer.statusCode()).as(attack + " " + answer.body()).isIn(400, 403, 404);
        }
        assertThat(Things.send(
                                server.url(),
                                token,
                                new Things.Request(
                                        "POST",
                                        api + "experiments/create",
                                        "{\"name\":\"" + mine.name() + "\",\"artifact_location\":\"s3://bucket/x\"}"))
                        .statusCode())
                .isEqualTo(200);
    }

    /** What a job makes its pipeline's jobs may use, and those of no other. */
    @Test
    void aJobLogsToWhatItsPipelineMadeAndToNothingOfOthers() throws Exception {
        JobAccounts jobs = new JobAccounts(database, Clock.systemUTC());
        Grant own = new Grant(Right.EDITOR, Optional.of(ResourceKind.EXPERIMENT), "a");
        String first = jobs.open(new Actor.Job("a", "1/t/1"), List.of(own), Duration.ofHours(1));
        String second = jobs.open(new Actor.Job("a", "2/t/1"), List.of(own), Duration.ofHours(1));
        String other = jobs.open(new Actor.Job("b", "3/t/1"), List.of(own), Duration.ofHours(1));
        String name = "made-" + Things.random();
        String api = "/api/2.0/mlflow/";
        Things.Request find = new Things.Request("GET", api + "experiments/get-by-name?experiment_name=" + name, "");
        assertThat(Things.send(server.url(), first, find).statusCode())
                .as("the client looks first")
                .isEqualTo(404);
        String id = JSON.readTree(Things.send(
                                server.url(),
                                first,
                                new Things.Request("POST", api + "experiments/create", "{\"name\":\"" + name + "\"}"))
                        .body())
                .path("experiment_id")
                .asText();
        Things.Request log = new Things.Request("POST", api + "runs/create", "{\"experiment_id\":\"" + id + "\"}");
        HttpResponse<String> made = Things.send(server.url(), first, log);
        assertThat(made.body()).contains("\"mayfly.job\"", "1/t/1");
        assertThat(Things.send(server.url(), second, log).statusCode()).isEqualTo(200);
        assertThat(Things.send(server.url(), second, find).statusCode()).isEqualTo(200);
        for (Things.Request request : List.of(log, find)) {
            assertThat(Things.send(server.url(), other, request).statusCode()).isEqualTo(403);
        }
        String theirExperiment = theirs.experiment(theirs.name());
        for (String request : List.of(
                "runs/create {\"experiment_id\":\"" + theirExperiment + "\"}",
                "registered-models/set-tag {\"name\":\"" + theirs.model() + "\",\"key\":\"k\",\"value\":\"v\"}")) {
            String[] parts = request.split(" ", 2);
            assertThat(Things.send(server.url(), first, new Things.Request("POST", api + parts[0], parts[1]))
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    /** Whose package a pipeline runs its author must at least be allowed to read. */
    @Test
    void aPipelineUsesNoPackagesOfOthers() throws Exception {
        String token = mine.tokenWith("{\"right\":\"author\",\"pattern\":\"mine-*\"}");
        for (String script : List.of(mine.script(), theirs.script())) {
            String text = "name: " + mine.name() + "\ncluster: {workers: {}}\ntasks: {t: {pyspark: {file: 'package:"
                    + script + "'}}}\n";
            HttpResponse<String> answer =
                    Things.send(server.url(), token, new Things.Request("POST", "/api/v1/pipelines", text));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(script.startsWith("mine-") ? 200 : 403);
        }
    }

    /** What a proxy or an old framework might make of a request is not what it is. */
    @Test
    void theMethodOfARequestIsTheOneInItsFirstLine() throws Exception {
        String token = mine.tokenWith("{\"right\":\"viewer\"}");
        for (String header : List.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")) {
            HttpResponse<String> answer = java.net.http.HttpClient.newHttpClient()
                    .send(
                            java.net.http.HttpRequest.newBuilder(
                                            java.net.URI.create(server.url() + "/api/v1/pipelines/" + mine.pipeline()))
                                    .header("Authorization", "Bearer " + token)
                                    .header(header, "DELETE")
                                    .GET()
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(header.toLowerCase(Locale.ROOT)).isEqualTo(200);
            assertThat(answer.body()).contains("\"name\"");
        }
    }
}
