package dev.mayfly.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.ExperimentTag;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.ActiveRun;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.mlflow.tracking.MlflowContext;
import org.mlflow.tracking.RunsPage;

/**
 * Every call of MLflow's Java client that needs no Python, on a new server. Passes against MLflow's own server, too: {@code
 * conformance/live} runs it against both and compares the replies.
 */
@SuppressWarnings("deprecation") // the calls that are deprecated are made, too
public final class JavaClientSession {

    private final MlflowClient client;
    private String fraud = "";
    private String run = "";

    JavaClientSession(MlflowClient client) {
        this.client = client;
    }

    /** Argument: the address of the server. */
    public static void main(String[] arguments) {
        try (MlflowClient client = new MlflowClient(arguments[0])) {
            new JavaClientSession(client).play();
        }
        System.out.println("the Java client's session is complete");
    }

    void play() {
        experiments();
        runs();
        searches();
        histories();
        deletion();
        registry();
        fluent();
    }

    private void experiments() {
        assertThat(client.getExperiment("0").getName()).isEqualTo("Default");
        assertThat(client.createRun().getExperimentId()).isEqualTo("0");
        fraud = client.createExperiment("fraud");
        String churn = client.createExperiment(CreateExperiment.newBuilder()
                .setName("churn")
                .setArtifactLocation("s3://bucket/churn")
                .addTags(ExperimentTag.newBuilder().setKey("team").setValue("crm"))
                .build());
        client.setExperimentTag(fraud, "team", "risk");
        assertThat(client.getExperimentByName("fraud").orElseThrow().getTags(0).getValue())
                .isEqualTo("risk");
        assertThat(client.getExperimentByName("none")).isEmpty();
        client.renameExperiment(churn, "churn 2");
        client.deleteExperiment(churn);
        assertThat(client.getExperiment(churn).getLifecycleStage()).isEqualTo("deleted");
        client.restoreExperiment(churn);
        assertThat(client.searchExperiments().getItems())
                .extracting(Experiment::getName)
                .containsExactlyInAnyOrder("churn 2", "fraud", "Default");
        assertThat(client.searchExperiments("tags.team = 'risk'").getItems()).hasSize(1);
        var page = client.searchExperiments("name LIKE '%u%'", ViewType.ACTIVE_ONLY, 1, List.of("name DESC"));
        assertThat(page.getNextPage().getItems()).hasSize(1);
        refused("RESOURCE_ALREADY_EXISTS", () -> client.createExperiment("fraud"));
        refused("RESOURCE_DOES_NOT_EXIST", () -> client.getExperiment("999999"));
    }

    private void runs() {
        RunInfo info = client.createRun(CreateRun.newBuilder()
                .setExperimentId(fraud)
                .setRunName("first")
                .setUserId("ann")
                .setStartTime(1_000)
                .addTags(RunTag.newBuilder().setKey("kind").setValue("nightly"))
                .build());
        run = info.getRunId();
        client.logParam(run, "depth", "3");
        client.logMetric(run, "auc", 0.8, 1_000, 1);
        client.logMetric(run, "odd", Double.NaN, 1_000, 1);
        client.setTag(run, "team", "risk");
        client.logBatch(
                run,
                List.of(Metric.newBuilder()
                        .setKey("auc")
                        .setValue(0.9)
                        .setTimestamp(2_000)
                        .setStep(2)
                        .build()),
                List.of(Param.newBuilder().setKey("trees").setValue("100").build()),
                List.of(RunTag.newBuilder().setKey("a").setValue("b").build()));
        client.deleteTag(run, "a");
        refused("RESOURCE_DOES_NOT_EXIST", () -> client.deleteTag(run, "a"));
        refused("INVALID_PARAMETER_VALUE", () -> client.logParam(run, "depth", "4"));
        client.setTerminated(run, RunStatus.FAILED, 3_000);
        assertThat(client.getRun(run).getInfo().getStatus()).isEqualTo(RunStatus.FAILED);
        assertThat(client.getRun(run).getData().getParamsCount()).isEqualTo(2);
        refused("RESOURCE_DOES_NOT_EXIST", () -> client.getRun("0".repeat(32)));
    }

    private void searches() {
        for (int n = 0; n < 5; n++) {
            RunInfo info = client.createRun(CreateRun.newBuilder()
                    .setExperimentId(fraud)
                    .setRunName("run-" + n)
                    .setStartTime(10_000 + n)
                    .build());
            client.logMetric(info.getRunId(), "auc", n / 10.0, 1_000, 0);
        }
        List<String> where = List.of(fraud);
        assertThat(client.searchRuns(where, "metrics.auc > 0.25")).hasSize(3);
        assertThat(client.searchRuns(where, "", ViewType.DELETED_ONLY)).isEmpty();
        RunsPage page = client.searchRuns(where, "metrics.auc < 0.5", ViewType.ALL, 2, List.of("metrics.auc DESC"));
        assertThat(page.getNextPage().getItems()).hasSize(2);
        assertThat(client.listRunInfos(fraud)).hasSize(6);
        refused("INVALID_PARAMETER_VALUE", () -> client.searchRuns(where, "metrics.auc ~ 1"));
    }

    private void histories() {
        assertThat(client.getMetricHistory(run, "auc"))
                .extracting(Metric::getStep)
                .containsExactly(1L, 2L);
        assertThat(client.getMetricHistory(run, "none")).isEmpty();
    }

    private void deletion() {
        client.deleteRun(run);
        assertThat(client.getRun(run).getInfo().getLifecycleStage()).isEqualTo("deleted");
        refused("INVALID_PARAMETER_VALUE", () -> client.logMetric(run, "x", 1));
        client.restoreRun(run);
        assertThat(client.getRun(run).getInfo().getLifecycleStage()).isEqualTo("active");
    }

    private void registry() {
        client.sendPost("registered-models/create", "{\"name\": \"fraud\", \"description\": \"who pays\"}");
        for (int n = 1; n < 4; n++) {
            client.sendPost(
                    "model-versions/create",
                    "{\"name\": \"fraud\", \"source\": \"runs:/" + run + "/model\", \"run_id\": \"" + run + "\"}");
        }
        client.sendPost(
                "model-versions/transition-stage",
                "{\"name\": \"fraud\", \"version\": \"2\", \"stage\": \"Production\", \"archive_existing_versions\": true}");
        client.sendPatch(
                "model-versions/update", "{\"name\": \"fraud\", \"version\": \"1\", \"description\": \"old\"}");
        assertThat(client.getRegisteredModel("fraud").getDescription()).isEqualTo("who pays");
        assertThat(client.getLatestVersions("fraud"))
                .extracting(ModelVersion::getVersion)
                .containsExactlyInAnyOrder("2", "3");
        assertThat(client.getLatestVersions("fraud", List.of("Production"))).hasSize(1);
        assertThat(client.getModelVersion("fraud", "1").getDescription()).isEqualTo("old");
        assertThat(client.getModelVersionDownloadUri("fraud", "1")).isEqualTo("runs:/" + run + "/model");
        assertThat(client.searchModelVersions().getItems()).hasSize(3);
        assertThat(client.searchModelVersions("name = 'fraud' and run_id = '" + run + "'")
                        .getItems())
                .hasSize(3);
        assertThat(client.searchModelVersions("name = 'fraud'", 2, List.of("version_number ASC"))
                        .getNextPage()
                        .getItems())
                .hasSize(1);
        client.sendGet("registered-models/get?name=fraud");
        refused("RESOURCE_DOES_NOT_EXIST", () -> client.getModelVersion("fraud", "99"));
    }

    private void fluent() {
        MlflowContext context = new MlflowContext(client);
        context.setExperimentName("fraud");
        ActiveRun parent = context.startRun("parent");
        parent.logParams(Map.of("depth", "3"));
        parent.logMetrics(Map.of("auc", 0.7), 1);
        parent.setTags(Map.of("team", "risk"));
        ActiveRun child = context.startRun("child", parent.getId());
        child.logMetric("auc", 0.6);
        child.endRun();
        parent.endRun(RunStatus.FINISHED);
        context.withActiveRun("block", active -> active.logParam("a", "b"));
        assertThat(client.searchRuns(List.of(fraud), "tags.mlflow.parentRunId = '" + parent.getId() + "'"))
                .hasSize(1);
    }

    private static void refused(String code, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(MlflowClientException.class).hasMessageContaining(code);
    }
}
