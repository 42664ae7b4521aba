package dev.mayfly.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients send of themselves. */
class ClientCallsTest extends OnMlflowServer {

    private static final String NO_PROMPTS = "tag.`mlflow.prompt.is_prompt` != 'true'";

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
