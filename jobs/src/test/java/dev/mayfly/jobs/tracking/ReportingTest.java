package dev.mayfly.jobs.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that goes away at any request: nothing of what the job reports is lost. */
class ReportingTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";

    @TempDir
    private Path lake;

    private final Map<String, byte[]> uploaded = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> logged = new ConcurrentHashMap<>();
    private final List<String> versions = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private final AtomicInteger answers = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicInteger made = new AtomicInteger();

    /** Otherwise the JDK's server holds each answer back for 40 ms. */
    @BeforeAll
    static void answerAtOnce() {
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** A server that answers only so many requests; then it breaks off every connection. */
    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (answers.get() <= 0) {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            return;
        }
        answers.decrementAndGet();
        byte[] reply =
                reply(exchange.getRequestMethod(), exchange.getRequestURI().toString(), body);
        exchange.sendResponseHeaders(200, reply.length);
        exchange.getResponseBody().write(reply);
        exchange.close();
    }

    private byte[] reply(String method, String uri, byte[] body) throws IOException {
        if (uri.startsWith(FILES)) {
            if (method.equals("PUT")) {
                uploaded.put(uri.substring(FILES.length()), body);
                return new byte[0];
            }
            return uploaded.getOrDefault(uri.substring(FILES.length()), new byte[0]);
        }
        if (uri.contains("runs/get")) {
            String run = uri.replaceFirst(".*run_id=", "");
            return ("{\"run\": {\"info\": {\"status\": \"RUNNING\", \"lifecycle_stage\": \"active\", \"experiment_id\": \"1\","
                            + " \"artifact_uri\": \"mlflow-artifacts:/1/" + run + "/artifacts\"}}}")
                    .getBytes(StandardCharsets.UTF_8);
        }
        if (method.equals("GET")) {
            return "{}".getBytes(StandardCharsets.UTF_8);
        }
        JsonNode request = JSON.readTree(body);
        if (uri.endsWith("runs/create")) {
            String run = "nested" + made.incrementAndGet() + "of"
                    + request.at("/tags/0/value").asText();
            logged.put(run, new TreeMap<>());
            return ("{\"run\": {\"info\": {\"run_id\": \"" + run + "\"}}}").getBytes(StandardCharsets.UTF_8);
        }
        if (uri.endsWith("runs/log-batch")) {
            Map<String, String> run =
                    logged.computeIfAbsent(request.path("run_id").asText(), id -> new TreeMap<>());
            request.path("params")
                    .forEach(one ->
                            run.put(one.path("key").asText(), one.path("value").asText()));
            request.path("metrics")
                    .forEach(one -> run.put(
                            one.path("key").asText() + "@" + one.path("step").asText(),
                            one.path("value").asText()));
        }
        if (uri.endsWith("model-versions/create")) {
            versions.add(request.path("run_id").asText() + " "
                    + request.path("source").asText());
        }
        return "{\"model_version\": {\"version\": \"1\"}}".getBytes(StandardCharsets.UTF_8);
    }

    private Optional<TrackingClient> client(String trackingRun) {
        Map<String, String> variables = new HashMap<>();
        variables.put(
                "MLFLOW_TRACKING_URI", "http://127.0.0.1:" + server.getAddress().getPort());
        variables.put("MLFLOW_RUN_ID", trackingRun);
        variables.put("MAYFLY_RUN_ID", "run-of-the-pipeline");
        variables.put("MAYFLY_TASK", "train");
        variables.put("MAYFLY_REPORT_PATIENCE", "0");
        return Reporting.fromEnvironment(variables, lake.toString(), new Configuration());
    }

    /** About what a training reports; 11 requests. */
    private static void work(TrackingClient client) {
        TrackingClient trial = client.nested("trial 1", 5);
        trial.log(Collections.singletonMap("depth", 3), Collections.singletonMap("auc", 0.9), Collections.emptyMap());
        TrackingClient fold = trial.nested("fold 1", 6);
        fold.logCurve("curve", new double[] {0.5, 0.25});
        fold.finish(7);
        trial.finish(8);
        String to = client.artifactUri();
        byte[] binary = {0, -1, 7, 127};
        client.upload(to, "plots/a b.png", () -> new ByteArrayInputStream(binary));
        client.upload(
                to,
                "model/MLmodel",
                () -> new ByteArrayInputStream(("run_id: " + client.runId()).getBytes(StandardCharsets.UTF_8)));
        client.log(Collections.singletonMap("seed", 7), Collections.singletonMap("ap", 0.5), Collections.emptyMap());
        client.register("card-fraud", to + "/model");
        client.checkReported();
    }

    private void assertReported(String run) {
        assertThat(logged.get(run)).isEqualTo(Map.of("seed", "7", "ap@0", "0.5"));
        String trial = nestedIn(run);
        assertThat(logged.get(trial)).isEqualTo(Map.of("depth", "3", "auc@0", "0.9"));
        assertThat(logged.get(nestedIn(trial))).isEqualTo(Map.of("curve@0", "0.5", "curve@1", "0.25"));
        assertThat(uploaded.get("1/" + run + "/artifacts/plots/a%20b.png")).containsExactly(0, -1, 7, 127);
        assertThat(uploaded.get("1/" + run + "/artifacts/model/MLmodel"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("run_id: " + run);
        assertThat(versions).containsExactly(run + " mlflow-artifacts:/1/" + run + "/artifacts/model");
    }

    private String nestedIn(String run) {
        List<String> found = new ArrayList<>();
        logged.keySet().stream()
                .filter(other -> other.matches("nested[0-9]+of" + run))
                .forEach(found::add);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    @Test
    void whatIsReportedIsThere() {
        TrackingClient client = client("first").orElseThrow();
        assertThat(client.reportKept()).isFalse();

        work(client);

        assertReported("first");
        assertThat(lake).isEmptyDirectory();
    }

    @Test
    void whereverTheServerGoesAwayTheNextAttemptReportsAllOfItToItsOwnRun() throws IOException {
        TrackingClient healthy = client("zeroth").orElseThrow();
        work(healthy);
        int needed = Integer.MAX_VALUE - answers.get() - 2; // but for the two of its start
        assertThat(needed).isGreaterThan(10);
        for (int request = 0; request <= needed; request++) {
            logged.clear();
            uploaded.clear();
            versions.clear();
            answers.set(Integer.MAX_VALUE);
            TrackingClient client = client("first").orElseThrow();
            answers.set(request);
            boolean isLost = false;
            try {
                work(client);
            } catch (IllegalStateException e) {
                isLost = true;
                assertThat(e).hasMessageContaining("is kept in " + lake + "/_unreported/run-of-the-pipeline/train");
            }
            assertThat(isLost).as("request %s", request).isEqualTo(request < needed);
            if (!isLost) {
                continue;
            }
            answers.set(Integer.MAX_VALUE);
            logged.clear();
            uploaded.clear();
            versions.clear();

            assertThat(client("second").orElseThrow().reportKept()).isTrue();

            assertReported("second");
            try (Stream<Path> left = Files.walk(lake)) {
                assertThat(left.filter(Files::isRegularFile)).isEmpty();
            }
            assertThat(client("third").orElseThrow().reportKept()).isFalse();
        }
    }

    @Test
    void whatCouldNotBeHandedOverStays() {
        TrackingClient client = client("first").orElseThrow();
        answers.set(3);
        assertThatThrownBy(() -> work(client)).isInstanceOf(IllegalStateException.class);
        answers.set(Integer.MAX_VALUE);
        TrackingClient second = client("second").orElseThrow();
        answers.set(5);

        assertThatThrownBy(second::reportKept).isInstanceOf(NoAnswerException.class);

        answers.set(Integer.MAX_VALUE);
        logged.clear();
        versions.clear();
        assertThat(client("third").orElseThrow().reportKept()).isTrue();
        assertReported("third");
    }

    /** Otherwise the next attempt would end well without the model. */
    @Test
    void whatAJobKeptThatDidNotFinishIsNotHandedOver() {
        TrackingClient client = client("first").orElseThrow();
        answers.set(0);
        client.log(Collections.singletonMap("half", 1), Collections.emptyMap(), Collections.emptyMap());
        for (int n = 0; n < 20; n++) {
            client.nested("left", n);
        }
        assertThat(client.isOffline()).isTrue();
        answers.set(Integer.MAX_VALUE);

        TrackingClient second = client("second").orElseThrow();
        assertThat(second.reportKept()).isFalse();
        answers.set(0);
        assertThatThrownBy(() -> work(second)).isInstanceOf(IllegalStateException.class);
        answers.set(Integer.MAX_VALUE);
        logged.clear();

        assertThat(client("third").orElseThrow().reportKept()).isTrue();
        assertReported("third");
    }

    @Test
    void aQuestionThatNobodyAnswersIsOpen() throws IOException {
        TrackingClient client = client("first").orElseThrow();
        assertThat(client.ask(() -> "answer")).contains("answer");
        answers.set(0);

        assertThat(client.ask(() -> client.byAlias("m", "champion"))).isEmpty();

        assertThat(client.isOffline()).isTrue();
        assertThatThrownBy(client::checkReported).isInstanceOf(IllegalStateException.class);
    }
}
