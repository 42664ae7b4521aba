package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.jobs.scorer.ScoreFunction;
import dev.mayfly.jobs.scorer.Scorer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mayfly model serve}: a server, two versions of a model, and requests that never stop while one takes over from the other. */
class ServeTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ADDRESS = Pattern.compile("at (http://\\S+)/invocations");

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void scoresAsTheModelDoesAndGoesOverToANewChampionWithoutLosingARequest() throws Exception {
        Mayfly mayfly = new Mayfly(folder);
        Process server = mayfly.server();
        Scorer first = scorer(0.5);
        register(mayfly, first, 1);
        alias(mayfly, 1);
        Process serving = mayfly.start(
                "model", "serve", "fraud@champion", "--port", "0", "--refresh", "1", "--server", mayfly.url());
        String url = address();

        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int n = 0; n < 50; n++) {
            double[] row = {random.nextGaussian(), 100 * random.nextDouble()};
            JsonNode said = send(
                            url,
                            "{\"dataframe_split\": {\"columns\": [\"b\", \"more\", \"a\"], \"data\": [[" + row[1]
                                    + ", 7, " + row[0] + "]]}}")
                    .path("predictions")
                    .path(0);
            assertThat(said.path("score").asDouble()).as("seed %s", seed).isCloseTo(first.score(row), within(1e-9));
            assertThat(said.path("fraud_probability").asDouble())
                    .as("seed %s", seed)
                    .isCloseTo(first.probability(first.score(row)), within(1e-9));
        }
        whatCanNotBeReadIsRefusedWithItsPlace(url);
        List<Socket> slow = slowClients(URI.create(url), 300);

        AtomicInteger lost = new AtomicInteger();
        AtomicBoolean isOver = new AtomicBoolean();
        ConcurrentSkipListSet<String> versions = new ConcurrentSkipListSet<>();
        List<Thread> clients = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            Thread client = new Thread(() -> {
                while (!isOver.get()) {
                    try {
                        versions.add(send(url, "{\"instances\": [[1, 2]]}")
                                .path("model_version")
                                .asText());
                    } catch (IOException | RuntimeException e) {
                        lost.incrementAndGet();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            });
            client.start();
            clients.add(client);
        }
        register(mayfly, scorer(-3), 2);
        alias(mayfly, 2);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> versions.contains("2"));
        isOver.set(true);
        for (Thread client : clients) {
            client.join();
        }

        assertThat(versions).containsExactly("1", "2");
        assertThat(lost).hasValue(0);
        for (Socket client : slow) {
            client.close();
        }
        serving.destroy();
        assertThat(serving.waitFor(30, TimeUnit.SECONDS)).isTrue();
        server.destroy();
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    /** Clients that never end their bodies. */
    private static List<Socket> slowClients(URI server, int count) throws IOException {
        List<Socket> clients = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            Socket client = new Socket(server.getHost(), server.getPort());
            client.getOutputStream()
                    .write("POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{"
                            .getBytes(StandardCharsets.US_ASCII));
            clients.add(client);
        }
        return clients;
    }

    private void whatCanNotBeReadIsRefusedWithItsPlace(String url) throws Exception {
        assertThat(refused(url, "{\"instances\": [[1]]}"))
                .isEqualTo("instances, row 0, b: missing (expected: a number)");
        assertThat(refused(url, "{\"dataframe_split\": {\"columns\": [\"a\"], \"data\": [[1]]}}"))
                .isEqualTo("columns [a] (expected: among them b)");
        assertThat(refused(url, "{\"dataframe_records\": [{\"a\": 1, \"b\": \"x\"}]}"))
                .isEqualTo("dataframe_records, row 0, b: \"x\" (expected: a number)");
        assertThat(refused(url, "{\"inputs\": ")).startsWith("body, line 1, column ");
        assertThat(refused(url, "[]")).startsWith("body (expected: an object with one of dataframe_split");
    }

    private String refused(String url, String body) throws Exception {
        HttpResponse<String> answer = http.send(post(url + "/invocations", body), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        return JSON.readTree(answer.body()).path("message").asText();
    }

    private JsonNode send(String url, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(post(url + "/invocations", body), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private static HttpRequest post(String url, String body) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private String address() {
        Path out = folder.resolve("out.txt");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> ADDRESS.matcher(Files.readString(out)).find());
        try {
            Matcher found = ADDRESS.matcher(Files.readString(out));
            assertThat(found.find()).isTrue();
            return found.group(1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Scorer scorer(double intercept) {
        return new Scorer(
                List.of("a", "b"),
                0.5,
                new double[] {0.1, 0.4, 0.9},
                new double[] {0.01, 0.2, 0.8},
                ScoreFunction.linear(new double[] {0.7, -0.02}, intercept));
    }

    private void register(Mayfly mayfly, Scorer scorer, int version) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        scorer.write(bytes);
        String experiment = call(mayfly, "experiments/create", "{\"name\": \"version-" + version + "\"}")
                .path("experiment_id")
                .asText();
        JsonNode run = call(
                        mayfly,
                        "runs/create",
                        "{\"experiment_id\": \"" + experiment + "\", \"start_time\": " + version + "}")
                .path("run")
                .path("info");
        String source = run.path("artifact_uri").asText() + "/model";
        upload(mayfly, source + "/MLmodel", "flavors: {}\n".getBytes(StandardCharsets.UTF_8));
        upload(mayfly, source + "/scorer.bin", bytes.toByteArray());
        call(mayfly, "registered-models/create", "{\"name\": \"fraud\"}");
        JsonNode made = call(
                mayfly,
                "model-versions/create",
                "{\"name\": \"fraud\", \"source\": \"" + source + "\", \"run_id\": \""
                        + run.path("run_id").asText() + "\"}");
        assertThat(made.path("model_version").path("version").asText())
                .as(made.toString())
                .isEqualTo("" + version);
    }

    private void upload(Mayfly mayfly, String location, byte[] bytes) throws Exception {
        String path = location.substring("mlflow-artifacts:/".length());
        HttpRequest upload = HttpRequest.newBuilder(
                        URI.create(mayfly.url() + "/api/2.0/mlflow-artifacts/artifacts/" + path))
                .PUT(BodyPublishers.ofByteArray(bytes))
                .build();
        assertThat(http.send(upload, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    private void alias(Mayfly mayfly, int version) throws Exception {
        call(
                mayfly,
                "registered-models/alias",
                "{\"name\": \"fraud\", \"alias\": \"champion\", \"version\": \"" + version + "\"}");
    }

    private JsonNode call(Mayfly mayfly, String path, String body) throws Exception {
        return JSON.readTree(http.send(post(mayfly.url() + "/api/2.0/mlflow/" + path, body), BodyHandlers.ofString())
                .body());
    }
}
