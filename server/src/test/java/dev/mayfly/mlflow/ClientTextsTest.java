package dev.mayfly.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts that no database keeps, and texts at MLflow's limits, in every place. */
class ClientTextsTest extends OnMlflowServer {

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
}
