package dev.mayfly.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients send of themselves, and at the limits: over HTTP, one server for all. */
class ClientCallsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NO_PROMPTS = "tag.`mlflow.prompt.is_prompt` != 'true'";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path folder;

    private static MlflowServer server;
    private static String run;

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

    private static HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + "/api/2.0/mlflow/" + path))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        method.equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode run(String path, String body) throws Exception {
        return ok(send("POST", path, body));
    }

    private static JsonNode get(String path) throws Exception {
        return ok(send("GET", path, ""));
    }

    private static JsonNode ok(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void experiment0IsThereFromTheFirstStartOn() throws Exception {
        assertThat(get("experiments/get?experiment_id=0")
                        .path("experiment")
                        .path("name")
                        .asText())
                .isEqualTo("Default");
        assertThat(get("experiments/get-by-name?experiment_name=Default")
                        .path("experiment")
                        .path("experiment_id")
                        .asText())
                .isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            tag.`mlflow.prompt.is_prompt` != 'true'                      | fraud
            name LIKE '%' AND tag.`mlflow.prompt.is_prompt` != 'true'    | fraud
            tags.`mlflow.prompt.is_prompt` = 'false'                     | fraud
            tags.mlflow.prompt.is_prompt = 'true'                        | prompt
            tags.`mlflow.prompt.is_prompt` != 'false'                    | prompt
            name = 'prompt'                                              | ~~
            ~~                                                           | fraud
            """)
    void modelsAreFoundWithoutPromptsAndPromptsWhenAskedFor(String filter, String expected) throws Exception {
        JsonNode found = get("registered-models/search?filter=" + encoded(filter.strip()));

        assertThat(found.path("registered_models"))
                .extracting(model -> model.path("name").asText())
                .filteredOn(List.of("fraud", "prompt")::contains)
                .isEqualTo(expected.strip().isEmpty() ? List.of() : List.of(expected.strip()));
    }

    @Test
    void versionsOfPromptsAreFoundOnlyWhenAskedFor() throws Exception {
        run("registered-models/create", "{\"name\":\"greeting\"}");
        run(
                "model-versions/create",
                "{\"name\":\"greeting\",\"source\":\"s3://b/x\",\"tags\":[{\"key\":\"mlflow.prompt.is_prompt\",\"value\":\"true\"}]}");
        String path = "model-versions/search?filter=";

        assertThat(get(path + encoded("name = 'greeting'")).path("model_versions"))
                .isEmpty();
        assertThat(get(path + encoded("name = 'greeting' and tag.`mlflow.prompt.is_prompt` = 'true'"))
                        .path("model_versions"))
                .hasSize(1);
        assertThat(get(path + encoded(NO_PROMPTS)).path("model_versions").findValuesAsText("name"))
                .doesNotContain("greeting");
    }

    @Test
    void aSourceIsArtifactsOfItsRun() throws Exception {
        String source = "runs:/" + run + "/model";
        String body = "{\"name\":\"fraud\",\"source\":\"" + source + "\",\"run_id\":\"%s\"}";

        JsonNode version = run("model-versions/create", body.formatted(run)).path("model_version");

        assertThat(version.path("source").asText()).isEqualTo(source);
        assertThat(version.path("run_id").asText()).isEqualTo(run);
        assertThat(version.path("status").asText()).isEqualTo("READY");
        assertThat(version.path("status_message").asText())
                .contains("incomplete: there is no MLmodel file at 'mlflow-artifacts:/0/");
        String number = version.path("version").asText();
        assertThat(get("model-versions/get-download-uri?name=fraud&version=" + number)
                        .path("artifact_uri")
                        .asText())
                .isEqualTo(source);
        HttpResponse<String> other = send("POST", "model-versions/create", body.formatted("0".repeat(32)));
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.body()).contains("Invalid model version source");
    }

    /** Every text that is stored or looked for, and is nothing that the route checks itself. */
    static Stream<Arguments> texts() {
        String entity = "{\"run_id\":\"RUN\",\"key\":\"k\",\"value\":\"v\"}";
        String dataset =
                "{\"run_id\":\"RUN\",\"datasets\":[{\"dataset\":{\"name\":\"n\",\"digest\":\"d\",\"source_type\":\"t\","
                        + "\"source\":\"s\",\"schema\":\"{}\",\"profile\":\"{}\"},\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}]}";
        String model =
                "{\"name\":\"fraud\",\"source\":\"s3://b/m\",\"run_id\":\"r\",\"run_link\":\"l\",\"description\":\"d\","
                        + "\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}";
        return Stream.of(
                Arguments.of(
                        "POST",
                        "experiments/create",
                        "{\"name\":\"n\",\"artifact_location\":\"s3://b\",\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}"),
                Arguments.of(
                        "POST",
                        "experiments/search",
                        "{\"max_results\":1,\"filter\":\"name = 'x'\",\"order_by\":[\"name\"],\"page_token\":\"t\"}"),
                Arguments.of("POST", "experiments/update", "{\"experiment_id\":\"0\",\"new_name\":\"n\"}"),
                Arguments.of(
                        "POST",
                        "experiments/set-experiment-tag",
                        "{\"experiment_id\":\"0\",\"key\":\"k\",\"value\":\"v\"}"),
                Arguments.of(
                        "POST",
                        "runs/create",
                        "{\"experiment_id\":\"0\",\"user_id\":\"u\",\"run_name\":\"r\",\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}"),
                Arguments.of("POST", "runs/update", "{\"run_id\":\"RUN\",\"run_name\":\"r\"}"),
                Arguments.of(
                        "POST",
                        "runs/search",
                        "{\"experiment_ids\":[\"0\"],\"filter\":\"tags.a = 'x'\",\"order_by\":[\"tags.a\"],\"page_token\":\"t\"}"),
                Arguments.of("POST", "runs/set-tag", entity),
                Arguments.of("POST", "runs/log-parameter", entity),
                Arguments.of("POST", "runs/delete-tag", "{\"run_id\":\"RUN\",\"key\":\"k\"}"),
                Arguments.of(
                        "POST",
                        "runs/log-metric",
                        "{\"run_id\":\"RUN\",\"key\":\"k\",\"value\":1,\"timestamp\":1,\"model_id\":\"m\",\"dataset_name\":\"d\",\"dataset_digest\":\"d\"}"),
                Arguments.of(
                        "POST",
                        "runs/log-batch",
                        "{\"run_id\":\"RUN\",\"params\":[{\"key\":\"k\",\"value\":\"v\"}],\"tags\":[{\"key\":\"k\",\"value\":\"v\"}],\"metrics\":[{\"key\":\"k\",\"value\":1,\"timestamp\":1}]}"),
                Arguments.of("POST", "runs/log-inputs", dataset),
                Arguments.of("POST", "runs/outputs", "{\"run_id\":\"RUN\",\"models\":[{\"model_id\":\"m\"}]}"),
                Arguments.of(
                        "POST",
                        "logged-models",
                        "{\"experiment_id\":\"0\",\"name\":\"n\",\"model_type\":\"t\",\"source_run_id\":\"r\",\"params\":[{\"key\":\"k\",\"value\":\"v\"}],\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}"),
                Arguments.of(
                        "POST",
                        "logged-models/search",
                        "{\"experiment_ids\":[\"0\"],\"filter\":\"name = 'x'\",\"page_token\":\"t\",\"order_by\":[{\"field_name\":\"metrics.a\",\"dataset_name\":\"n\",\"dataset_digest\":\"d\"}],\"datasets\":[{\"dataset_name\":\"n\",\"dataset_digest\":\"d\"}]}"),
                Arguments.of(
                        "POST",
                        "registered-models/create",
                        "{\"name\":\"n\",\"description\":\"d\",\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}"),
                Arguments.of("PATCH", "registered-models/update", "{\"name\":\"fraud\",\"description\":\"d\"}"),
                Arguments.of("POST", "registered-models/rename", "{\"name\":\"fraud\",\"new_name\":\"n\"}"),
                Arguments.of("POST", "registered-models/set-tag", "{\"name\":\"fraud\",\"key\":\"k\",\"value\":\"v\"}"),
                Arguments.of(
                        "POST", "registered-models/alias", "{\"name\":\"fraud\",\"alias\":\"a\",\"version\":\"1\"}"),
                Arguments.of("POST", "model-versions/create", model),
                Arguments.of(
                        "PATCH",
                        "model-versions/update",
                        "{\"name\":\"fraud\",\"version\":\"1\",\"description\":\"d\"}"),
                Arguments.of(
                        "POST",
                        "webhooks",
                        "{\"name\":\"n\",\"url\":\"https://hooks.example.com/x\",\"description\":\"d\",\"secret\":\"s\",\"events\":[{\"entity\":\"REGISTERED_MODEL\",\"action\":\"CREATED\"}]}"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void nulAndHalvesOfSurrogatePairsAreRefusedInEveryText(String method, String path, String body) throws Exception {
        JsonNode valid = JSON.readTree(body.replace("RUN", run));
        int tried = 0;
        for (String pointer : textPointers(valid, "")) {
            for (String odd : List.of("a\u0000b", "a\ud800b", "\udc00")) {
                ObjectNode changed = valid.deepCopy();
                put(changed, pointer, odd);
                HttpResponse<String> answer = send(
                        method,
                        path,
                        JSON.writeValueAsString(changed)
                                .replace("\ud800", "\\ud800")
                                .replace("\udc00", "\\udc00"));
                assertThat(List.of(400, 404))
                        .as(path + " " + pointer + ": " + answer.body())
                        .contains(answer.statusCode());
                assertThat(answer.statusCode())
                        .as(pointer + ": " + answer.body())
                        .isEqualTo(400);
                tried++;
            }
        }
        assertThat(tried).isGreaterThan(0);
    }

    private static List<String> textPointers(JsonNode node, String at) {
        if (node.isTextual()) {
            return List.of(at);
        }
        Stream<String> names = node.isArray()
                ? Stream.iterate(0, n -> n + 1).limit(node.size()).map(String::valueOf)
                : node.properties().stream().map(entry -> entry.getKey());
        return names.flatMap(name -> textPointers(node.at("/" + name), at + "/" + name).stream())
                .toList();
    }

    private static void put(ObjectNode root, String pointer, String text) {
        int last = pointer.lastIndexOf('/');
        JsonNode parent = root.at(pointer.substring(0, last));
        String name = pointer.substring(last + 1);
        if (parent instanceof ObjectNode object) {
            object.put(name, text);
        } else {
            ((ArrayNode) parent).set(Integer.parseInt(name), text);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "experiments/create,                tag value,  20000",
        "experiments/create,                name,       500",
        "registered-models/create,          tag value,  100000",
        "registered-models/create,          name,       256",
        "model-versions/create,             tag value,  100000",
        "runs/log-inputs,                   value,      500",
        "runs/log-inputs,                   key,        255",
    })
    void limitsAreThoseOfMlflowInCodePoints(String path, String what, int longest) throws Exception {
        for (String letter : List.of("x", "\ud83d\ude00")) {
            boolean isKey = what.equals("key") || what.equals("name");
            String fits = isKey ? "x".repeat(longest - 1) + (letter.equals("x") ? "y" : "z") : letter.repeat(longest);
            assertThat(send("POST", path, body(path, what, fits)).statusCode()).isEqualTo(200);
            HttpResponse<String> refused = send("POST", path, body(path, what, fits + letter));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("exceeds the maximum length of " + longest);
        }
    }

    private static int made;

    private static String body(String path, String what, String text) {
        String name = what.equals("name") ? text : path.startsWith("model-versions") ? "fraud" : "limit-" + made++;
        String value = what.endsWith("value") ? text : "v";
        String key = what.equals("key") ? text : "k";
        String tags = "\"tags\":[{\"key\":\"" + key + "\",\"value\":\"" + value + "\"}]";
        return path.equals("runs/log-inputs")
                ? "{\"run_id\":\"" + run + "\",\"datasets\":[{\"dataset\":{\"name\":\"" + name
                        + "\",\"digest\":\"d\",\"source_type\":\"t\",\"source\":\"s\"}," + tags + "}]}"
                : "{\"name\":\"" + name + "\",\"source\":\"s3://b/m\"," + tags + "}";
    }

    @Test
    void aLongValueIsCutBetweenLettersNotInOne() throws Exception {
        String emoji = "\ud83d\ude00";
        run(
                "runs/log-parameter",
                "{\"run_id\":\"" + run + "\",\"key\":\"long\",\"value\":\"" + emoji.repeat(6_001) + "\"}");

        JsonNode params = get("runs/get?run_id=" + run).path("run").path("data").path("params");
        assertThat(params)
                .anySatisfy(param -> assertThat(param.path("value").asText()).isEqualTo(emoji.repeat(6_000)));
    }

    @Test
    void aTagOfOursMayBeLongerThanAnIndexTakes() throws Exception {
        StringBuilder value = new StringBuilder();
        new Random(1).ints(7_900, 'a', 'z').forEach(c -> value.append((char) c));
        run("runs/set-tag", "{\"run_id\":\"" + run + "\",\"key\":\"mayfly.note\",\"value\":\"" + value + "\"}");
    }

    @Test
    void aTokenOfLoggedModelsBelongsToItsExperiments() throws Exception {
        String other = run("experiments/create", "{\"name\":\"other\"}")
                .path("experiment_id")
                .asText();
        for (int n = 0; n < 2; n++) {
            run("logged-models", "{\"experiment_id\":\"0\",\"name\":\"m\"}");
        }
        String search = "{\"experiment_ids\":[\"%s\"],\"max_results\":1,\"page_token\":\"%s\"}";
        String token = run("logged-models/search", search.formatted("0", ""))
                .path("next_page_token")
                .asText();

        run("logged-models/search", search.formatted("0", token));
        assertThat(send("POST", "logged-models/search", search.formatted(other, token))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aKeyMakesACreateRepeatable() throws Exception {
        for (String path : List.of("runs/create", "logged-models")) {
            String body = "{\"experiment_id\":\"0\"}";
            String first = keyed(path, "one", body);
            assertThat(keyed(path, "one", body)).isEqualTo(first);
            assertThat(keyed(path, "two", body)).isNotEqualTo(first);
            assertThat(run(path, body).toString()).isNotEqualTo(run(path, body).toString());
        }
    }

    private static String keyed(String path, String key, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/api/2.0/mlflow/" + path))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        JsonNode info = ok(HTTP.send(request, HttpResponse.BodyHandlers.ofString()));
        return info.findValuesAsText(path.startsWith("runs") ? "run_id" : "model_id")
                .get(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            POST  | logged-models/search             | {}
            POST  | logged-models/search             | {"experiment_ids": 7}
            POST  | runs/search                      | {"experiment_ids": 7}
            POST  | runs/search                      | {"experiment_ids": "0"}
            POST  | runs/outputs                     | {"run_id": "RUN"}
            PATCH | logged-models/MODEL              | {"model_id": "MODEL"}
            POST  | model-versions/transition-stage  | {"name": "fraud", "version": "1", "stage": "None", "archive_existing_versions": "x"}
            POST  | runs/log-metric                  | {"run_id": "RUN", "key": "a", "value": 1, "timestamp": 1, "dataset_name": "d"}
            POST  | runs/log-metric                  | {"run_id": "RUN", "key": "a", "value": 1, "timestamp": 1, "model_id": "m-none"}
            POST  | runs/log-batch                   | {"run_id": "RUN", "metrics": [{"key": "a", "value": 1, "timestamp": 1, "model_id": "m-none"}]}
            """)
    void whatMlflowRequiresIsRequired(String method, String path, String body) throws Exception {
        String model = run("logged-models", "{\"experiment_id\":\"0\"}")
                .findValuesAsText("model_id")
                .get(0);
        HttpResponse<String> answer = send(
                method, path.replace("MODEL", model), body.replace("RUN", run).replace("MODEL", model));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("INVALID_PARAMETER_VALUE");
    }

    @Test
    void aTokenIsGoodForItsOwnSearchAndRefusedAnywhereElseAndWhenItIsAltered() throws Exception {
        String runs = run("experiments/create", "{\"name\":\"tokens\"}")
                .path("experiment_id")
                .asText();
        for (int n = 0; n < 2; n++) {
            run("runs/create", "{\"experiment_id\":\"" + runs + "\"}");
        }
        String ofRuns = "{\"experiment_ids\":[\"" + runs + "\"],\"max_results\":1,\"page_token\":\"%s\"}";
        String token =
                run("runs/search", ofRuns.formatted("")).path("next_page_token").asText();
        run("runs/search", ofRuns.formatted(token));

        assertThat(send("POST", "experiments/search", "{\"max_results\":1,\"page_token\":\"" + token + "\"}")
                        .statusCode())
                .isEqualTo(400);
        String plain = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        for (String altered : List.of(
                plain.replaceFirst("\\d{13}", "soon"),
                plain.replaceFirst("\\d{13}", "9".repeat(30)),
                plain.replaceFirst("\\d{13}", "1\\\\u0000"),
                plain.replace("]", ",\"x\"]"),
                "{}",
                "")) {
            String encoded = Base64.getUrlEncoder().encodeToString(("" + altered).getBytes(StandardCharsets.UTF_8));
            HttpResponse<String> answer =
                    send("POST", "runs/search", ofRuns.formatted(encoded.isEmpty() ? "%%%" : encoded));
            assertThat(answer.statusCode()).as(altered + ": " + answer.body()).isEqualTo(400);
        }
    }

    @Test
    void aLoggedModelHasEveryPointOfItsMetricsAndARunsSourceLeadsToIt() throws Exception {
        String body = "{\"experiment_id\":\"0\",\"name\":\"trees\",\"source_run_id\":\"" + run + "\"}";
        String model = run("logged-models", body).findValuesAsText("model_id").get(0);
        run("runs/outputs", "{\"run_id\":\"" + run + "\",\"models\":[{\"model_id\":\"" + model + "\",\"step\":0}]}");
        for (int step = 0; step < 3; step++) {
            run(
                    "runs/log-metric",
                    "{\"run_id\":\"" + run + "\",\"key\":\"loss\",\"value\":1,\"timestamp\":1,\"step\":" + step
                            + ",\"model_id\":\"" + model + "\"}");
        }
        assertThat(get("logged-models/" + model).path("model").path("data").path("metrics"))
                .hasSize(3);

        JsonNode version = run(
                        "model-versions/create",
                        "{\"name\":\"fraud\",\"source\":\"runs:/" + run + "/trees\",\"run_id\":\"" + run + "\"}")
                .path("model_version");
        assertThat(version.path("status_message").asText()).contains("/models/" + model + "/artifacts");
    }

    @Test
    void latestVersionsComeInTheOrderInWhichTheirStagesBegan() throws Exception {
        run("registered-models/create", "{\"name\":\"staged\"}");
        for (String stage : List.of("Archived", "Staging", "Production", "None")) {
            String number = run("model-versions/create", "{\"name\":\"staged\",\"source\":\"s3://b/m\"}")
                    .path("model_version")
                    .path("version")
                    .asText();
            run(
                    "model-versions/transition-stage",
                    "{\"name\":\"staged\",\"version\":\"" + number + "\",\"stage\":\"" + stage
                            + "\",\"archive_existing_versions\":false}");
        }
        assertThat(run("registered-models/get-latest-versions", "{\"name\":\"staged\"}")
                        .findValuesAsText("version"))
                .containsExactly("1", "2", "3", "4");
    }

    @ParameterizedTest
    @CsvSource({"1, 9", "2, 0 9", "3, 0 4 9", "10, 0 1 2 3 4 5 6 7 8 9", "100, 0 1 2 3 4 5 6 7 8 9"})
    void samplesAreSpreadEvenlyWithTheFirstAndTheLast(int limit, String steps) throws Exception {
        String long10 = run("runs/create", "{\"experiment_id\":\"0\"}")
                .findValuesAsText("run_id")
                .get(0);
        for (int step = 0; step < 10; step++) {
            run(
                    "runs/log-metric",
                    "{\"run_id\":\"" + long10 + "\",\"key\":\"m\",\"value\":1,\"timestamp\":1,\"step\":" + step + "}");
        }
        JsonNode sample =
                get("metrics/get-history-bulk-interval?metric_key=m&run_ids=" + long10 + "&max_results=" + limit);

        assertThat(String.join(" ", sample.findValuesAsText("step"))).isEqualTo(steps);
    }

    @Test
    void aFileCanNotStandWhereAFolderIs() throws Exception {
        String files = server.url() + "/api/2.0/mlflow-artifacts/artifacts/0/folder";
        for (String path : List.of("/a/b.txt", "/a", "/a/b.txt/c")) {
            HttpRequest put = HttpRequest.newBuilder(URI.create(files + path))
                    .PUT(HttpRequest.BodyPublishers.ofString("x"))
                    .build();
            assertThat(HTTP.send(put, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .as(path)
                    .isEqualTo(path.equals("/a/b.txt") ? 200 : 400);
        }
    }
}
