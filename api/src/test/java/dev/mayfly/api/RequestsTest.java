package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestsTest {

    private static final List<Route<?, ?>> ALL = ApiRoutes.ALL;

    @Test
    void whatTheClientWritesTheServerReads() {
        roundTrip(
                PipelineApi.APPLY,
                new PipelineApi.Apply("folder/ü &=?.yaml", true, List.of("a  b&c.py", "d"), "name: x\n# \"%2F\"\n"));
        roundTrip(PipelineApi.APPLY, new PipelineApi.Apply(null, null, null, ""));
        roundTrip(
                PipelineApi.OPEN, new PipelineApi.Open("a b/c?d#e", Map.of("k", "v=1&2", "l", ""), true, "2026-03-01"));
        roundTrip(PipelineApi.OPEN, new PipelineApi.Open("x", null, null, null));
        roundTrip(PipelineApi.PAUSE, new PipelineApi.Pause("x", true));
        roundTrip(PipelineApi.PAUSE, new PipelineApi.Pause("x", null));
        roundTrip(PipelineApi.RETRY_SLICE, new PipelineApi.SliceByNumber("x", 17, "in/*.csv"));
        roundTrip(RunApi.RETRY, new RunApi.Retry("3f2a", List.of("train", "a b"), null));
        roundTrip(RunApi.RETRY, new RunApi.Retry("3f2a", List.of("one"), false));
        roundTrip(RunApi.RETRY, new RunApi.Retry("3f2a", null, true));
        roundTrip(RunApi.LOG, new RunApi.ReadLog("3f2a", "t", 2, "executor 1/stdout", 1L << 40));
        roundTrip(RunApi.LIST, new RunApi.Which(null, 9_999));
        roundTrip(ServerApi.PURGE, new ServerApi.Purge("30d", false));
        roundTrip(ModelApi.PROMOTE, new ModelApi.Promote("fraud", 3, "reason \"quoted\""));
    }

    private static <Q> void roundTrip(Route<Q, ?> route, Q request) {
        Requests.Written written = Requests.write(route, request);
        String[] target = written.target().split("\\?", 2);
        Map<String, String> path = new LinkedHashMap<>();
        String[] template = route.path().split("/", -1);
        String[] parts = target[0].split("/", -1);
        for (int n = 0; n < template.length; n++) {
            if (template[n].startsWith("{")) {
                path.put(template[n].replaceAll("[{}]", ""), decoded(parts[n]));
            }
        }
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String pair : target.length == 1 ? new String[0] : target[1].split("&", -1)) {
            String[] sides = pair.split("=", 2);
            query.computeIfAbsent(sides[0], name -> new ArrayList<>()).add(decoded(sides[1]));
        }
        String body = written.body() == null ? "" : written.body();
        assertThat(Requests.read(route, path, query, body)).isEqualTo(request);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=0|limit 0 (expected: 1 to 9999)",
                "limit=10000|limit 10000 (expected: 1 to 9999)",
                "limit=ten|limit: \"ten\" (expected: a whole number)",
                "limit=1.5|limit: \"1.5\" (expected: a whole number)",
                "limit=|limit: \"\" (expected: a whole number)",
                "limit=99999999999|limit: \"99999999999\" (expected: a whole number)",
                "limit=1&limit=2|query parameter 'limit' is given 2 times",
                "limits=1|'limits' is unknown (expected: pipeline, limit)",
            })
    void aWrongQueryIsSaid(String query, String message) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            String[] sides = pair.split("=", 2);
            fields.computeIfAbsent(sides[0], name -> new ArrayList<>()).add(sides[1]);
        }
        assertThatThrownBy(() -> Requests.read(RunApi.LIST, Map.of(), fields, ""))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1]|request body is not a JSON object: [1]",
                "{\"version\": 1|request body is not JSON",
                "{\"version\": 1}|'reason' is missing",
                "{\"version\": null, \"reason\": \"x\"}|'version' is missing",
                "{\"version\": 1.5, \"reason\": \"x\"}|version: 1.5 (expected: a whole number)",
                "{\"version\": [], \"reason\": \"x\"}|version: [] (expected: a whole number)",
                "{\"version\": 1, \"reason\": {}}|reason: {} (expected: a text)",
                "{\"version\": 1, \"reason\": \"x\", \"why\": 1}|'why' is unknown (expected: name, version, reason)",
            })
    void aWrongBodyIsSaid(String body, String message) {
        assertThatThrownBy(() -> Requests.read(ModelApi.PROMOTE, Map.of("name", "m"), Map.of(), body))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void fieldsOfABodyAreNotReadFromTheQuery() {
        assertThatThrownBy(() -> Requests.read(
                        ModelApi.PROMOTE, Map.of("name", "m"), Map.of("version", List.of("1")), "{\"reason\": \"x\"}"))
                .hasMessage("query parameter 'version' (expected: none; fields are in the JSON body)");
    }

    @Test
    void everyFieldOfAPathIsAFieldOfItsRequest() {
        for (Route<?, ?> route : ALL) {
            List<String> fields = new ArrayList<>();
            for (var component : route.input().type().getRecordComponents()) {
                fields.add(Json.name(component.getName()));
            }
            assertThat(fields).as(route.toString()).containsAll(route.pathParameters());
        }
    }

    @Test
    void theDocumentHoldsEveryRouteAndEveryReferenceLeadsSomewhere() {
        JsonNode document = OpenApi.document("1", ALL);

        for (Route<?, ?> route : ALL) {
            JsonNode operation = document.path("paths")
                    .path(route.path())
                    .path(route.method().name().toLowerCase(java.util.Locale.ROOT));
            assertThat(operation.path("summary").asText()).isEqualTo(route.summary());
            assertThat(operation.path("x-right").asText())
                    .isEqualToIgnoringCase(route.right().name());
        }
        document.findValuesAsText("$ref")
                .forEach(reference -> assertThat(
                                document.at(reference.substring(1)).isObject())
                        .as(reference)
                        .isTrue());
    }
}
