package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.postgres.Database;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody with every right sends takes nothing away from another: over HTTP, as the owner. */
class LossTest {

    private static final String API = "/api/2.0/mlflow/";
    private static final String IMPORT = "/api/2.0/mayfly/import/";

    @TempDir
    private static Path folder;

    private static WholeServer server;
    private static Database database;
    private static String token;
    private static Things things;

    @BeforeAll
    static void start() throws Exception {
        server = WholeServer.start(folder, "{}", Map.of());
        database = Database.connect(server.databaseUrl(), 2);
        token = server.ownerToken();
        things = server.things("mine-", folder);
    }

    @AfterAll
    static void stop() {
        database.close();
        server.close();
    }

    private static HttpResponse<String> send(String method, String path, String body) throws Exception {
        return Things.send(server.url(), token, new Things.Request(method, path, body));
    }

    private static HttpResponse<String> file(String path) throws Exception {
        return send("GET", "/api/2.0/mlflow-artifacts/artifacts/" + path, "");
    }

    private static String importOf(String experiment, String place) {
        return "{\"experiment_id\":\"" + experiment + "\",\"start_time\":1,\"artifact_uri\":\"mlflow-artifacts:/"
                + place + "\"}";
    }

    @Test
    void somethingImportedHasAPlaceOfItsOwn() throws Exception {
        String path = things.file();
        String victim = path.substring(0, path.lastIndexOf('/'));
        String experiment = things.experiment();
        String id = Things.random();
        for (String place : List.of(
                victim,
                victim + "/" + id + "/artifacts",
                victim + "/" + id,
                experiment,
                "",
                experiment + "/artifacts")) {
            assertThat(send("PUT", IMPORT + "runs/" + id, importOf(experiment, place))
                            .statusCode())
                    .as(place)
                    .isEqualTo(400);
            String model = "m-" + Things.random();
            String ofModel = "{\"name\":\"m\",\"creation_timestamp_ms\":1,\"last_updated_timestamp_ms\":1,"
                    + importOf(experiment, place.replace(id, model)).substring(1);
            assertThat(send("PUT", IMPORT + "logged-models/" + model, ofModel).statusCode())
                    .as(place)
                    .isEqualTo(400);
        }
        String own = experiment + "/" + id + "/artifacts";
        assertThat(send("PUT", IMPORT + "runs/" + id, importOf(experiment, own)).statusCode())
                .isEqualTo(200);
        things.post(API + "runs/delete", "{\"run_id\":\"" + id + "\"}");
        things.post("/api/v1/purge?older_than=0s", "");
        assertThat(file(path).statusCode()).isEqualTo(200);
    }

    @Test
    void aPurgeDeletesNoFilesThatARowOnlyClaims() throws Exception {
        String path = things.file();
        String victim = path.substring(0, path.lastIndexOf('/'));
        String run = things.run();
        database.useTransaction(tx -> tx.execute(
                "update tracking_run set artifact_uri = ? where run_id = ?", "mlflow-artifacts:/" + victim, run));
        things.post(API + "runs/delete", "{\"run_id\":\"" + run + "\"}");
        things.post("/api/v1/purge?older_than=0s", "");
        assertThat(send("GET", API + "runs/get?run_id=" + run, "").statusCode()).isEqualTo(404);
        assertThat(file(path).statusCode()).isEqualTo(200);
    }

    @Test
    void noExperimentIsInThePlaceOfAnotherOrAroundIt() throws Exception {
        String path = things.file();
        String[] names = path.split("/", -1);
        String own = things.name();
        things.post(API + "experiments/create", location(own, own + "/deep"));
        for (String place : List.of(
                "",
                "/",
                names[0] + "/x",
                names[0] + "/" + names[1],
                "//" + names[0] + "//" + names[1] + "/artifacts",
                "elsewhere/" + names[1],
                own,
                own + "/",
                own + "/deep/er",
                "99999999",
                "99999999/x")) {
            HttpResponse<String> answer = send("POST", API + "experiments/create", location(things.name(), place));
            assertThat(answer.statusCode()).as(place + " " + answer.body()).isEqualTo(400);
        }
        for (String place : List.of(own + "/deep", own + "/beside", names[0])) {
            HttpResponse<String> answer = send("POST", API + "experiments/create", location(things.name(), place));
            assertThat(answer.statusCode()).as(place + " " + answer.body()).isEqualTo(200);
        }
    }

    private static String location(String name, String place) {
        return "{\"name\":\"" + name + "\",\"artifact_location\":\"mlflow-artifacts:/" + place + "\"}";
    }

    /** Two of these could be stored as one, or read as another. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\\u0000b",
                "a\\nb",
                "a\\u001bb",
                "a\\u202eb",
                "a\\u2066b",
                "a\\ufffdb",
                "a\\ud800b",
                "a\\udc00b",
                "\\udc00\\ud800"
            })
    void namesThatCouldBeTakenForOthersAreRefused(String name) throws Exception {
        String unique = things.name() + name;
        for (String request : List.of(
                API + "experiments/create {\"name\":\"" + unique + "\"}",
                API + "registered-models/create {\"name\":\"" + unique + "\"}",
                API + "logged-models {\"experiment_id\":\"0\",\"name\":\"" + unique + "\"}",
                API + "runs/set-tag {\"run_id\":\"" + things.run() + "\",\"key\":\"" + name + "\",\"value\":\"v\"}",
                "/api/v1/accounts {\"name\":\"" + unique + "\"}")) {
            String[] parts = request.split(" ", 2);
            HttpResponse<String> answer = send("POST", parts[0], parts[1]);
            assertThat(answer.statusCode()).as(request + " " + answer.body()).isEqualTo(400);
        }
    }

    @Test
    void aPairOfSurrogatesIsACharacterAndKept() throws Exception {
        String name = things.name();
        HttpResponse<String> made =
                send("POST", API + "experiments/create", "{\"name\":\"" + name + "\\ud83d\\ude00\\\\ud800\"}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        String body = send("POST", API + "experiments/search", "{\"max_results\":1000}")
                .body();
        assertThat(new ObjectMapper().readTree(body).findValuesAsText("name"))
                .contains(name + Character.toString(0x1f600) + "\\ud800");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%ff", "%ed%a0%80", "a%00b", "%ef%bf%bd", "a%7fb"})
    void pathsThatCouldBeTakenForOthersAreRefused(String name) throws Exception {
        String folder = things.folder();
        assertThat(send("PUT", "/api/2.0/mlflow-artifacts/artifacts/" + folder + "/" + name, "x")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void noPartOfAPathIsALink() throws Exception {
        String path = things.file();
        Path files = folder.resolve("data/artifacts/files");
        Path secret = Files.writeString(
                Files.createDirectories(folder.resolve("outside")).resolve("f"), "secret");
        String run = things.folder();
        Files.createDirectories(files.resolve(run));
        Files.createSymbolicLink(files.resolve(run).resolve("out"), folder.resolve("outside"));
        Files.createSymbolicLink(files.resolve(run).resolve("f"), secret);
        for (String name : List.of("out/f", "f", "out")) {
            HttpResponse<String> read = file(run + "/" + name);
            assertThat(read.statusCode()).as(name).isIn(400, 404);
            assertThat(send("PUT", "/api/2.0/mlflow-artifacts/artifacts/" + run + "/" + name, "x")
                            .statusCode())
                    .as(name)
                    .isEqualTo(400);
            assertThat(send("DELETE", "/api/2.0/mlflow-artifacts/artifacts/" + run + "/" + name, "")
                            .statusCode())
                    .as(name + ": the link itself may go")
                    .isEqualTo(200);
        }
        assertThat(secret).hasContent("secret");
        assertThat(send("GET", "/api/2.0/mlflow-artifacts/artifacts?path=" + run, "")
                        .body())
                .doesNotContain("out", "\"f\"");
        assertThat(file(path).statusCode()).isEqualTo(200);
    }
}
