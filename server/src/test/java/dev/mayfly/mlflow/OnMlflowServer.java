package dev.mayfly.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests over HTTP on one server, which has a run, a model called fraud and a prompt. */
abstract class OnMlflowServer {

    static final ObjectMapper JSON = new ObjectMapper();
    static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path folder;

    static MlflowServer server;
    static String run;

    @BeforeAll
    static void start() throws Exception {
        server = MlflowServer.start(folder);
        run = run("runs/create", "{\"experiment_id\":\"0\",\"run_name\":\"first\"}")
                .path("run")
                .path("info")
                .path("run_id")
                .asText();
        for (String name : List.of("fraud", "prompt")) {
            run("registered-models/create", "{\"name\":\"" + name + "\"}");
        }
        run(
                "registered-models/set-tag",
                "{\"name\":\"prompt\",\"key\":\"mlflow.prompt.is_prompt\",\"value\":\"true\"}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + "/api/2.0/mlflow/" + path))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        method.equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static JsonNode run(String path, String body) throws Exception {
        return ok(send("POST", path, body));
    }

    static JsonNode get(String path) throws Exception {
        return ok(send("GET", path, ""));
    }

    static JsonNode ok(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
