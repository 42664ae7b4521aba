package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moving in and out: everything of one server to another, and as folders. */
class ImportTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String API = "/api/2.0/mlflow/";
    private static final int RUNS = 30;

    @TempDir
    private Path folder;

    private final List<Process> servers = new ArrayList<>();
    private Mayfly source;

    @BeforeEach
    void start() throws IOException {
        source = server("source");
    }

    private Mayfly server(String name) throws IOException {
        Mayfly mayfly = new Mayfly(Files.createDirectory(folder.resolve(name)));
        servers.add(mayfly.server());
        return mayfly;
    }

    @AfterEach
    void stop() throws Exception {
        for (Process server : servers) {
            server.destroy();
            assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private JsonNode send(Mayfly to, String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(to.url() + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body().isEmpty() ? "{}" : answer.body());
    }

    private JsonNode post(String path, String body) throws Exception {
        return send(source, "POST", API + path, body);
    }

    /** Runs with points, parameters, a dataset and files; one is deleted; a model with versions 1 and 3, version 2 being deleted. */
    private String fill() throws Exception {
        // an experiment's number differs between the two
        post("experiments/create", "{'name':'another'}");
        String experiment = post("experiments/create", "{'name':'fraud','tags':[{'key':'team','value':'risk'}]}")
                .path("experiment_id")
                .asText();
        String run = "";
        for (int n = 0; n < RUNS; n++) {
            run = post(
                            "runs/create",
                            "{'experiment_id':'" + experiment + "','start_time':" + n + ",'run_name':'r" + n + "'}")
                    .at("/run/info/run_id")
                    .asText();
            post(
                    "runs/log-batch",
                    "{'run_id':'" + run + "','metrics':[{'key':'auc','value':0.1,'timestamp':1,'step':1},"
                            + "{'key':'auc','value':'NaN','timestamp':2,'step':2}],'params':[{'key':'depth','value':'3'}]}");
            post(
                    "runs/log-inputs",
                    "{'run_id':'" + run + "','datasets':[{'dataset':{'name':'d','digest':'x','source_type':'local',"
                            + "'source':'s'},'tags':[{'key':'mlflow.data.context','value':'training'}]}]}");
            String files = "/api/2.0/mlflow-artifacts/artifacts/" + experiment + "/" + run + "/artifacts/";
            send(source, "PUT", files + "model/MLmodel", "flavors: {}");
            send(source, "PUT", files + "model/odd%20n%C3%A4me", "x".repeat(n));
            post("runs/update", "{'run_id':'" + run + "','status':'FINISHED','end_time':" + (n + 5) + "}");
        }
        String uri = "mlflow-artifacts:/" + experiment + "/" + run + "/artifacts/model";
        post("registered-models/create", "{'name':'fraud','description':'d'}");
        for (int n = 0; n < 3; n++) {
            post("model-versions/create", "{'name':'fraud','source':'" + uri + "','run_id':'" + run + "'}");
        }
        send(source, "DELETE", API + "model-versions/delete", "{'name':'fraud','version':'2'}");
        post("registered-models/alias", "{'name':'fraud','alias':'champion','version':'3'}");
        String gone = post("runs/create", "{'experiment_id':'" + experiment + "','start_time':99}")
                .at("/run/info/run_id")
                .asText();
        post("runs/delete", "{'run_id':'" + gone + "'}");
        return run;
    }

    @Test
    void everythingOfAServerComesOverAlsoIfTheImportIsKilledInBetween() throws Exception {
        Mayfly target = server("target");
        String run = fill();
        for (int n = 0; n < 3; n++) {
            Process cutShort = target.start("import", "mlflow", "--from", source.url());
            cutShort.waitFor(900 + 200L * n, TimeUnit.MILLISECONDS);
            cutShort.destroyForcibly().waitFor();
        }
        Mayfly.Result done = target.command("import", "mlflow", "--from", source.url(), "--json");

        assertThat(done.exit()).as(done.err()).isZero();
        JsonNode counts = done.lastLine();
        assertThat(counts.at("/runs/here").asInt()).isEqualTo(RUNS + 1);
        assertThat(counts.at("/points/here").asInt()).isEqualTo(2 * RUNS);
        assertThat(counts.at("/versions/here").asInt()).isEqualTo(2);
        counts.properties()
                .forEach(kind -> assertThat(kind.getValue().path("here"))
                        .as(kind.getKey())
                        .isEqualTo(kind.getValue().path("there")));

        JsonNode there = source.get(API + "runs/get?run_id=" + run).path("run");
        JsonNode here = target.get(API + "runs/get?run_id=" + run).path("run");
        assertThat(here.path("data").path("metrics"))
                .isEqualTo(there.path("data").path("metrics"));
        assertThat(here.path("data").path("params"))
                .isEqualTo(there.path("data").path("params"));
        assertThat(here.path("inputs")).isEqualTo(there.path("inputs"));
        assertThat(here.at("/info/end_time")).isEqualTo(there.at("/info/end_time"));
        assertThat(target.get(API + "registered-models/alias?name=fraud&alias=champion")
                        .at("/model_version/version")
                        .asText())
                .isEqualTo("3");

        Mayfly.Result again = target.command("import", "mlflow", "--from", source.url());
        assertThat(again.exit()).isZero();
        // the deleted one was never ended, and is looked at again
        assertThat(again.out()).contains(RUNS + " runs had been imported before");
    }

    @Test
    void aRunAndAVersionAreWrittenAsFolders() throws Exception {
        String run = fill();
        Path out = folder.resolve("out");

        assertThat(source.command("export", "run", run, "--to", out.toString()).exit())
                .isZero();
        assertThat(source.command("export", "model", "fraud@champion", "--to", out.toString())
                        .exit())
                .isZero();

        Path written = out.resolve("2").resolve(run);
        assertThat(Files.readString(written.resolve("metrics/auc"))).isEqualTo("1 0.1 1\n2 nan 2\n");
        assertThat(written.resolve("params/depth")).hasContent("3");
        assertThat(written.resolve("artifacts/model/odd näme")).hasSize(RUNS - 1);
        assertThat(JSON.readTree(written.resolve("meta.yaml").toFile())
                        .path("status")
                        .asInt())
                .isEqualTo(3);
        assertThat(out.resolve("models/fraud/version-3/artifacts/MLmodel")).hasContent("flavors: {}");
        assertThat(out.resolve("models/fraud/aliases/champion")).hasContent("3");
    }

    @Test
    void whatCantBeDoneIsSaid() throws Exception {
        Mayfly target = server("target");
        assertThat(target.command("import", "mlflow", "--from", "http://127.0.0.1:9")
                        .err())
                .contains("no server answers at http://127.0.0.1:9");
        assertThat(target.command("import", "mlflow").exit()).isEqualTo(2);
        assertThat(source.command("export", "run", "none", "--to", folder.toString())
                        .err())
                .contains("Run with id=none not found");
        assertThat(source.command("export", "model", "fraud", "--to", folder.toString())
                        .err())
                .contains("model 'fraud' (expected: NAME/VERSION or NAME@ALIAS)");
        fill();
        assertThat(target.command("import", "mlflow", "--from", source.url(), "--artifacts", "reference")
                        .err())
                .contains("mlflow-artifacts:/", "--artifacts copy");
    }

    @Test
    void whatIsDeletedIsPurgedByCommand() throws Exception {
        fill();

        assertThat(source.command("purge", "--older-than", "0s", "--dry-run").out())
                .contains("would be purged: 0 experiments, 1 runs, 0 logged models; kept for model versions: 0");
        assertThat(source.command("purge", "--older-than", "0s").out()).contains("purged: 0 experiments, 1 runs");
        assertThat(source.command("purge", "--older-than", "0s").out()).contains("purged: 0 experiments, 0 runs");
        assertThat(source.command("purge", "--older-than", "soon").err())
                .contains("age 'soon' (expected: a number and d, h");
    }
}
