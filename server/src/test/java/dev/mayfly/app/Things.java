package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.packages.Wheels;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes new things with names of one beginning, by the server's API as its owner, so that each request has its own. */
final class Things {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Random RANDOM = new Random();

    private final String base;
    private final String owner;
    private final String prefix;
    private final Path folder;

    private static final String BOUNDARY = "--boundary-of-the-test";

    Things(String base, String ownerToken, String prefix, Path folder) {
        this.base = base;
        this.owner = "Bearer " + ownerToken;
        this.prefix = prefix;
        this.folder = folder;
    }

    /** A request; its body is JSON if it begins with a brace, and a form if an equals sign comes before any blank. */
    record Request(String method, String path, String body) {}

    /** Sends a request with a token; with none if it is null. */
    static HttpResponse<String> send(String base, @Nullable String token, Request request) throws Exception {
        boolean isForm = request.body().startsWith(BOUNDARY);
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(base + request.path()))
                .method(
                        request.method(),
                        HttpRequest.BodyPublishers.ofString(
                                request.body(), isForm ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8))
                .header("Content-Type", media(request.body()));
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        return CLIENT.send(builder.build(), HttpResponse.BodyHandlers.ofString());
    }

    static String media(String body) {
        if (body.startsWith(BOUNDARY)) {
            return "multipart/form-data; boundary=" + BOUNDARY.substring(2);
        }
        boolean isForm = body.matches("[a-z]+=[^ \n]*");
        return body.startsWith("{") ? "application/json" : isForm ? "application/x-www-form-urlencoded" : "text/plain";
    }

    private JsonNode owner(String method, String path, String body) {
        try {
            HttpResponse<String> answer =
                    send(base, owner.substring("Bearer ".length()), new Request(method, path, body));
            assertThat(answer.statusCode())
                    .as(method + " " + path + " " + answer.body())
                    .isEqualTo(200);
            return answer.body().startsWith("{") || answer.body().startsWith("[")
                    ? JSON.readTree(answer.body())
                    : JSON.createObjectNode();
        } catch (Exception e) {
            throw new IllegalStateException(method + " " + path, e);
        }
    }

    JsonNode post(String path, String body) {
        return owner("POST", path, body);
    }

    /** A package of a script, train.py, of version 1.0. */
    String script() {
        String name = name();
        owner("PUT", "/api/v1/packages/script/" + name + "/1.0/train.py", "a = 1");
        return name;
    }

    /** A package of a wheel, of version 1.0. */
    String wheel() {
        String name = name();
        owner("POST", "/legacy/", uploadForm(name));
        return name;
    }

    static String wheelFile(String name) {
        return name.replace('-', '_') + "-1.0-py3-none-any.whl";
    }

    /** What uploads a wheel, with each byte as a character. */
    static String uploadForm(String name) {
        return uploadForm(name, "");
    }

    static String uploadForm(String name, String module) {
        String content = new String(Wheels.wheel(name.replace('-', '_'), "1.0", module), StandardCharsets.ISO_8859_1);
        StringBuilder form = new StringBuilder();
        Map<String, String> fields = Map.of(
                ":action",
                "file_upload",
                "protocol_version",
                "1",
                "name",
                name,
                "version",
                "1.0",
                "filetype",
                "bdist_wheel");
        fields.forEach((field, value) -> form.append(BOUNDARY)
                .append("\r\nContent-Disposition: form-data; name=\"" + field + "\"\r\n\r\n" + value + "\r\n"));
        return form.append(BOUNDARY)
                .append("\r\nContent-Disposition: form-data; name=\"content\"; filename=\"" + wheelFile(name)
                        + "\"\r\nContent-Type: application/octet-stream\r\n\r\n" + content + "\r\n" + BOUNDARY
                        + "--\r\n")
                .toString();
    }

    /** A name of these things that nothing has. */
    String name() {
        return prefix + random();
    }

    static String random() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    String experiment() {
        return experiment(name());
    }

    String experiment(String name) {
        return post("/api/2.0/mlflow/experiments/create", "{\"name\":\"" + name + "\"}")
                .path("experiment_id")
                .asText();
    }

    String run() {
        return run(experiment());
    }

    String run(String experiment) {
        String run = post("/api/2.0/mlflow/runs/create", "{\"experiment_id\":\"" + experiment + "\"}")
                .at("/run/info/run_id")
                .asText();
        post("/api/2.0/mlflow/runs/set-tag", "{\"run_id\":\"" + run + "\",\"key\":\"t\",\"value\":\"v\"}");
        return run;
    }

    /** A run with a file called {@code f}. */
    String runWithFile() {
        String experiment = experiment();
        String run = run(experiment);
        owner("PUT", "/api/2.0/mlflow-artifacts/artifacts/" + experiment + "/" + run + "/artifacts/f", "text");
        return run;
    }

    /** The path of a file in the store. */
    String file() {
        String path = folder() + "/f";
        owner("PUT", "/api/2.0/mlflow-artifacts/artifacts/" + path, "text");
        return path;
    }

    /** The path of a run's artifacts in the store. */
    String folder() {
        String experiment = experiment();
        return experiment + "/" + run(experiment) + "/artifacts";
    }

    /** A begun upload in parts, by its folder and id. */
    String[] upload() {
        String folder = folder();
        String id = post("/api/2.0/mlflow-artifacts/mpu/create/" + folder, "{\"path\":\"f\",\"num_parts\":1}")
                .path("upload_id")
                .asText();
        return new String[] {folder, id};
    }

    String loggedModel() {
        String id = post(
                        "/api/2.0/mlflow/logged-models",
                        "{\"experiment_id\":\"" + experiment() + "\",\"tags\":[{\"key\":\"t\",\"value\":\"v\"}]}")
                .at("/model/info/model_id")
                .asText();
        return id;
    }

    /** A registered model with a version 1, the tag t, and the alias a. */
    String model() {
        String name = name();
        String run = runWithFile();
        post("/api/2.0/mlflow/registered-models/create", "{\"name\":\"" + name + "\"}");
        post(
                "/api/2.0/mlflow/model-versions/create",
                "{\"name\":\"" + name + "\",\"source\":\"runs:/" + run + "/m\",\"run_id\":\"" + run + "\"}");
        post("/api/2.0/mlflow/registered-models/set-tag", "{\"name\":\"" + name + "\",\"key\":\"t\",\"value\":\"v\"}");
        post(
                "/api/2.0/mlflow/model-versions/set-tag",
                "{\"name\":\"" + name + "\",\"version\":\"1\",\"key\":\"t\",\"value\":\"v\"}");
        post(
                "/api/2.0/mlflow/registered-models/alias",
                "{\"name\":\"" + name + "\",\"version\":\"1\",\"alias\":\"a\"}");
        return name;
    }

    /** A model that had two champions. */
    String modelWithChampions() {
        String name = name();
        post("/api/2.0/mlflow/registered-models/create", "{\"name\":\"" + name + "\"}");
        for (int version = 1; version <= 2; version++) {
            String experiment = experiment();
            String run = run(experiment);
            owner(
                    "PUT",
                    "/api/2.0/mlflow-artifacts/artifacts/" + experiment + "/" + run + "/artifacts/m/MLmodel",
                    "flavors: {}\nartifact_path: m\nrun_id: " + run + "\n");
            post(
                    "/api/2.0/mlflow/model-versions/create",
                    "{\"name\":\"" + name + "\",\"source\":\"runs:/" + run + "/m\",\"run_id\":\"" + run + "\"}");
            post("/api/v1/models/" + name + "/promote", "{\"version\":" + version + ",\"reason\":\"r\"}");
        }
        return name;
    }

    String pipelineText(String name) throws IOException {
        Path input = Files.createDirectories(folder.resolve("input"));
        Files.writeString(input.resolve("a.csv"), "1");
        return """
                name: %s
                schedule: {cron: "0 3 * * *", zone: UTC}
                input: {files: %s/*.csv, files_per_slice: 1, min_age: 0 s}
                cluster: {provider: local, workers: {count: 1, memory: 1 GB}}
                tasks:
                  t: {spark: {package: mayfly-jobs, main_class: Main}}
                """.formatted(name, input);
    }

    /** A pipeline; its runs wait for a cluster that there is no room for. */
    String pipeline() {
        try {
            String name = name();
            post("/api/v1/pipelines", pipelineText(name));
            return name;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A run of a pipeline that does not end by itself. */
    String pipelineRun(String pipeline) {
        return post("/api/v1/pipelines/" + pipeline + "/runs", "{}")
                .at("/runs/0")
                .asText();
    }

    /** A run that was cancelled, so that its slice failed. */
    String cancelled(String pipeline) throws Exception {
        String run = pipelineRun(pipeline);
        post("/api/v1/runs/" + run + "/cancel", "");
        for (int n = 0; n < 500; n++) {
            String state = owner("GET", "/api/v1/runs/" + run, "").path("state").asText();
            if (state.equals("cancelled")) {
                return run;
            }
            Thread.sleep(20);
        }
        throw new IllegalStateException("run " + run + " does not end");
    }

    String webhook() {
        return post(
                        "/api/2.0/mlflow/webhooks",
                        "{\"name\":\"" + name() + "\",\"url\":\"https://hooks.example.com/x\",\"events\":"
                                + "[{\"entity\":\"registered_model\",\"action\":\"created\"}]}")
                .at("/webhook/webhook_id")
                .asText();
    }

    String account() {
        String name = name();
        post("/api/v1/accounts", "{\"name\":\"" + name + "\",\"grants\":[{\"right\":\"viewer\"}]}");
        return name;
    }

    /** A token with grants, each as JSON. */
    String tokenWith(String... grants) {
        String name = name();
        post("/api/v1/accounts", "{\"name\":\"" + name + "\",\"grants\":[" + String.join(",", grants) + "]}");
        return post("/api/v1/tokens", "{\"account\":\"" + name + "\",\"purpose\":\"test\"}")
                .path("text")
                .asText();
    }

    /** The id of a new token of an account. */
    String tokenOf(String account) {
        return post("/api/v1/tokens", "{\"account\":\"" + account + "\",\"purpose\":\"test\"}")
                .at("/token/id")
                .asText();
    }

    String experimentOf(String loggedModel) {
        return owner("GET", "/api/2.0/mlflow/logged-models/" + loggedModel, "")
                .at("/model/info/experiment_id")
                .asText();
    }

    void put(String path, String body) {
        owner("PUT", path, body);
    }
}
