package dev.mayfly.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/** MLflow's own Java client, and plain HTTP where it has no call, against the real routes on a real database. */
class JavaClientTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private MlflowServer server;
    private MlflowClient client;
    private String url;

    @BeforeEach
    void start() {
        server = MlflowServer.start(folder);
        url = server.url();
        client = new MlflowClient(new BasicMlflowHostCreds(url));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void everyCallOfTheClientIsAnsweredAsItExpects() {
        new JavaClientSession(client).play();
    }

    @Test
    void experimentsAreCreatedFoundAndRefusedTwice() {
        String id = client.createExperiment("fraud");

        assertThat(client.getExperiment(id).getName()).isEqualTo("fraud");
        assertThat(client.getExperimentByName("fraud").orElseThrow().getExperimentId())
                .isEqualTo(id);
        assertThat(client.getExperimentByName("none")).isEqualTo(Optional.empty());
        assertThat(client.searchExperiments().getItems())
                .extracting(Experiment::getName)
                .containsExactly("fraud", "Default");
        assertThatThrownBy(() -> client.createExperiment("fraud"))
                .isInstanceOf(MlflowClientException.class)
                .hasMessageContaining("RESOURCE_ALREADY_EXISTS");
    }

    @Test
    void aRunKeepsParametersMetricsAndTags() {
        RunInfo info = client.createRun(client.createExperiment("fraud"));
        client.logParam(info.getRunId(), "trees", "100");
        client.logMetric(info.getRunId(), "auc", 0.8, 1_000, 1);
        client.logMetric(info.getRunId(), "auc", 0.9, 2_000, 2);
        client.logMetric(info.getRunId(), "odd", Double.NaN, 2_000, 0);
        client.setTag(info.getRunId(), "team", "risk");
        client.logBatch(
                info.getRunId(),
                List.of(Metric.newBuilder()
                        .setKey("ap")
                        .setValue(0.5)
                        .setTimestamp(3_000)
                        .setStep(0)
                        .build()),
                List.of(Param.newBuilder().setKey("depth").setValue("20").build()),
                List.of(RunTag.newBuilder().setKey("stage").setValue("test").build()));
        client.setTerminated(info.getRunId(), RunStatus.FINISHED, 5_000);

        Run run = client.getRun(info.getRunId());

        assertThat(run.getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
        assertThat(run.getInfo().getEndTime()).isEqualTo(5_000);
        assertThat(run.getData().getParamsList()).extracting(Param::getValue).containsExactly("20", "100");
        assertThat(run.getData().getMetricsList())
                .extracting(Metric::getKey, Metric::getValue)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("ap", 0.5),
                        org.assertj.core.groups.Tuple.tuple("auc", 0.9),
                        org.assertj.core.groups.Tuple.tuple("odd", Double.NaN));
        assertThat(run.getData().getTagsList()).extracting(RunTag::getKey).contains("team", "stage", "mlflow.runName");
        assertThat(client.getMetricHistory(info.getRunId(), "auc"))
                .extracting(Metric::getValue)
                .containsExactly(0.8, 0.9);
    }

    @Test
    void aParameterCannotChange() {
        RunInfo info = client.createRun(client.createExperiment("fraud"));
        client.logParam(info.getRunId(), "trees", "100");
        client.logParam(info.getRunId(), "trees", "100");

        assertThatThrownBy(() -> client.logParam(info.getRunId(), "trees", "200"))
                .hasMessageContaining("Changing param values is not allowed");
        assertThat(client.getRun(info.getRunId()).getData().getParams(0).getValue())
                .isEqualTo("100");
    }

    @Test
    void runsAreSearchedFilteredOrderedAndPaged() {
        String experiment = client.createExperiment("fraud");
        for (int n = 0; n < 5; n++) {
            RunInfo info = client.createRun(experiment);
            client.logMetric(info.getRunId(), "auc", n / 10.0);
            client.setTag(info.getRunId(), "kind", n % 2 == 0 ? "even" : "odd");
        }

        var page = client.searchRuns(
                List.of(experiment),
                "metrics.auc >= 0.1 and tags.kind = 'odd'",
                ViewType.ACTIVE_ONLY,
                1,
                List.of("metrics.auc DESC"));

        assertThat(page.getItems())
                .extracting(run -> run.getData().getMetrics(0).getValue())
                .containsExactly(0.3);
        assertThat(page.hasNextPage()).isTrue();
        assertThat(page.getNextPage()
                        .getItems()
                        .iterator()
                        .next()
                        .getData()
                        .getMetrics(0)
                        .getValue())
                .isEqualTo(0.1);
        assertThatThrownBy(() -> client.searchRuns(List.of(experiment), "metrics.auc ~ 1", ViewType.ACTIVE_ONLY, 10))
                .hasMessageContaining("INVALID_PARAMETER_VALUE");
    }

    @Test
    void anUnknownRunIsMissing() {
        assertThatThrownBy(() -> client.getRun("00000000000000000000000000000000"))
                .hasMessageContaining("RESOURCE_DOES_NOT_EXIST");
    }

    @Test
    void aVersionSaysThatItIsIncompleteUntilItsModelIsThere() throws Exception {
        RunInfo info = client.createRun(client.createExperiment("fraud"));
        String source = info.getArtifactUri() + "/model";
        post("registered-models/create", "{\"name\": \"card-fraud\"}", 200);

        put(source + "/_SUCCESS", "");
        JsonNode created = post("model-versions/create", version(source, info.getRunId()), 200);
        assertThat(created.path("model_version").path("version").asText()).isEqualTo("1");
        assertThat(client.getModelVersion("card-fraud", "1").getStatusMessage())
                .contains("incomplete: there is no MLmodel file");
        put(source + "/MLmodel", "flavors: {}");
        assertThat(client.getModelVersion("card-fraud", "1").hasStatusMessage()).isFalse();
        post("registered-models/alias", "{\"name\":\"card-fraud\",\"alias\":\"champion\",\"version\":\"1\"}", 200);

        ModelVersion version = client.getModelVersion("card-fraud", "1");
        assertThat(version.getRunId()).isEqualTo(info.getRunId());
        assertThat(version.getStatus().name()).isEqualTo("READY");
        assertThat(client.getModelVersionDownloadUri("card-fraud", "1")).isEqualTo(source);
        assertThat(get("registered-models/alias?name=card-fraud&alias=champion", 200)
                        .path("model_version")
                        .path("aliases")
                        .path(0)
                        .asText())
                .isEqualTo("champion");
        assertThat(get("registered-models/alias?name=card-fraud&alias=none", 400)
                        .path("error_code")
                        .asText())
                .isEqualTo("INVALID_PARAMETER_VALUE");
        assertThat(get("artifacts/list?run_id=" + info.getRunId() + "&path=model", 200)
                        .path("files")
                        .findValuesAsText("path"))
                .containsExactly("model/MLmodel", "model/_SUCCESS");
    }

    @Test
    void unsetFieldsAreLeftOutAndWholeNumbersAreNumbers() throws Exception {
        RunInfo info = client.createRun(client.createExperiment("fraud"));

        JsonNode run = get("runs/get?run_id=" + info.getRunId(), 200).path("run");

        assertThat(run.path("data").has("metrics")).isFalse();
        assertThat(run.path("info").has("end_time")).isFalse();
        assertThat(run.path("info").path("start_time").isIntegralNumber()).isTrue();
        assertThat(post("runs/log-metric", "{\"run_id\":\"" + info.getRunId() + "\",\"key\":\"a\"}", 400)
                        .path("message")
                        .asText())
                .startsWith("Missing value for required parameter 'value'");
    }

    private static String version(String source, String run) {
        return "{\"name\":\"card-fraud\",\"source\":\"" + source + "\",\"run_id\":\"" + run + "\"}";
    }

    private JsonNode get(String path, int status) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(URI.create(url + "/api/2.0/mlflow/" + path))
                        .build(),
                status);
    }

    private JsonNode post(String path, String body, int status) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(URI.create(url + "/ajax-api/2.0/mlflow/" + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                status);
    }

    private void put(String location, String body) throws IOException, InterruptedException {
        String path = location.replace("mlflow-artifacts:/", "");
        send(
                HttpRequest.newBuilder(URI.create(url + "/api/2.0/mlflow-artifacts/artifacts/" + path))
                        .PUT(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                200);
    }

    private static JsonNode send(HttpRequest request, int status) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }
}
