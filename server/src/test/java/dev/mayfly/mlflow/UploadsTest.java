package dev.mayfly.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients send in ways that MLflow's Java client knows nothing of: parts, digests, keys, webhooks. */
class UploadsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String API = "/api/2.0/mlflow/";
    private static final String PROXY = "/api/2.0/mlflow-artifacts/";

    @TempDir
    private Path folder;

    private MlflowServer server;

    @BeforeEach
    void start() {
        server = MlflowServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        URI uri = URI.create(path.startsWith("http") ? path : server.url() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode json(String method, String path, String body, String... headers) throws Exception {
        HttpResponse<String> answer = send(method, path, body.replace('\'', '"'), headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private String read(String path) throws Exception {
        return send("GET", PROXY + "artifacts/" + path, "").body();
    }

    @Test
    void aFileIsSentInPartsToTheAddressesThatAreGiven() throws Exception {
        JsonNode begun = json("POST", PROXY + "mpu/create/1/a%20b", "{'path':'/home/ann/big file.bin','num_parts':2}");
        StringBuilder parts = new StringBuilder();
        for (JsonNode part : begun.path("credentials")) {
            int number = part.path("part_number").asInt();
            HttpResponse<String> stored = send("PUT", part.path("url").asText(), "part " + number + " ");
            assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
            String tag = stored.headers().firstValue("ETag").orElseThrow().replace("\"", "");
            // in the wrong order
            parts.insert(0, ",{'part_number':" + number + ",'etag':'" + tag + "'}");
        }
        String upload = begun.path("upload_id").asText();
        assertThat(send("GET", PROXY + "artifacts/1/a%20b/big%20file.bin", "").statusCode())
                .isEqualTo(404);

        json(
                "POST",
                PROXY + "mpu/complete/1/a%20b",
                "{'path':'big file.bin','upload_id':'" + upload + "','parts':[" + parts.substring(1) + "]}");

        assertThat(read("1/a%20b/big%20file.bin")).isEqualTo("part 1 part 2 ");
        JsonNode address = json("GET", PROXY + "presigned/1/a%20b/big%20file.bin", "");
        assertThat(address.path("file_size").asInt()).isEqualTo(14);
        assertThat(send("GET", address.path("url").asText(), "", "Range", "bytes=5-6")
                        .body())
                .isEqualTo("1 ");
    }

    @Test
    void partsThatAreWrongAreRefused() throws Exception {
        JsonNode begun = json("POST", PROXY + "mpu/create/1/a", "{'path':'x','num_parts':1}");
        String upload = begun.path("upload_id").asText();
        String part = PROXY + "mpu/part/" + upload + "/";

        assertThat(send("PUT", part + "0/1/a/x", "a").statusCode()).isEqualTo(400);
        assertThat(send("PUT", part + "10001/1/a/x", "a").statusCode()).isEqualTo(400);
        assertThat(send("PUT", part + "1/1/a/another", "a").body()).contains("expected: one that was begun");
        assertThat(send("PUT", part + "1/1/a/x", "a", "Content-MD5", "AAAA").statusCode())
                .isEqualTo(400);
        assertThat(send("POST", PROXY + "mpu/create/1/a", "{\"path\":\"..\"}").statusCode())
                .isEqualTo(400);
        assertThat(send("POST", PROXY + "mpu/create/1/a", "{\"path\":\"x\",\"num_parts\":10001}")
                        .statusCode())
                .isEqualTo(400);
        String complete = "{\"path\":\"x\",\"upload_id\":\"" + upload + "\",\"parts\":[]}";
        assertThat(send("POST", PROXY + "mpu/complete/1/a", complete).body()).contains("parts");

        json("POST", PROXY + "mpu/abort/1/a", "{'path':'x','upload_id':'" + upload + "'}");
        assertThat(send("PUT", part + "1/1/a/x", "a").statusCode()).isEqualTo(400);
    }

    @Test
    void bytesThatAreNotThoseTheRequestSaysAreNotStored() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest("hello".getBytes(StandardCharsets.UTF_8));
        String good = "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":";

        HttpResponse<String> refused = send("PUT", PROXY + "artifacts/1/a", "hullo", "Content-Digest", good);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("is not stored", "SHA-256");
        assertThat(send("GET", PROXY + "artifacts/1/a", "").statusCode()).isEqualTo(404);

        assertThat(send("PUT", PROXY + "artifacts/1/a", "hello", "Content-Digest", good)
                        .statusCode())
                .isEqualTo(200);
        assertThat(read("1/a")).isEqualTo("hello");
    }

    @Test
    void anAddressForAnArtifactOfARunCanBeWrittenAndRead() throws Exception {
        String experiment = json("POST", API + "experiments/create", "{'name':'a'}")
                .path("experiment_id")
                .asText();
        String run = json("POST", API + "runs/create", "{'experiment_id':'" + experiment + "'}")
                .at("/run/info/run_id")
                .asText();
        String asked = "{'run_id':'" + run + "','path':'some/file'}";

        String up = json("POST", API + "artifacts/presigned-upload-url", asked)
                .path("presigned_url")
                .asText();
        assertThat(send("PUT", up, "bytes").statusCode()).isEqualTo(200);
        String down = json("POST", API + "artifacts/presigned-download-url", asked)
                .path("presigned_url")
                .asText();
        assertThat(send("GET", down, "").body()).isEqualTo("bytes");

        assertThat(answerBeforeTheBody(
                        "/ajax-api/2.0/mlflow/upload-artifact?run_uuid=" + run + "&path=x", (10 << 20) + 1))
                .startsWith("HTTP/1.1 400")
                .contains("Artifact size is too large. Max size is 10MB.");
    }

    /** What is said to a body's length, none of the body being sent. */
    private String answerBeforeTheBody(String path, int length) throws Exception {
        URI uri = URI.create(server.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(10_000);
            String head = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: "
                    + length + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aCreateWithAKeyIsDoneOnce() throws Exception {
        String experiment = json("POST", API + "experiments/create", "{'name':'a'}")
                .path("experiment_id")
                .asText();
        String body = "{'experiment_id':'" + experiment + "','start_time':1}";
        String[] key = {"Idempotency-Key", "one"};

        String first = json("POST", API + "runs/create", body, key)
                .at("/run/info/run_id")
                .asText();
        assertThat(json("POST", API + "runs/create", body, key)
                        .at("/run/info/run_id")
                        .asText())
                .isEqualTo(first);
        assertThat(json("POST", API + "runs/create", body, "Idempotency-Key", "two")
                        .at("/run/info/run_id")
                        .asText())
                .isNotEqualTo(first);
        assertThat(json("POST", API + "runs/create", body)
                        .at("/run/info/run_id")
                        .asText())
                .isNotEqualTo(json("POST", API + "runs/create", body)
                        .at("/run/info/run_id")
                        .asText());

        json("POST", API + "registered-models/create", "{'name':'m'}");
        String version = "{'name':'m','source':'s3://b/m'}";
        for (String expected : new String[] {"1", "1"}) {
            assertThat(json("POST", API + "model-versions/create", version, key)
                            .at("/model_version/version")
                            .asText())
                    .isEqualTo(expected);
        }
        assertThat(json("POST", API + "model-versions/create", version)
                        .at("/model_version/version")
                        .asText())
                .isEqualTo("2");
    }

    @Test
    void webhooksAreKeptAndTheirSecretsNotShown() throws Exception {
        JsonNode made = json(
                        "POST",
                        API + "webhooks",
                        "{'name':'hook','url':'https://hooks.example.com/x','secret':'hunter2',"
                                + "'events':[{'entity':'MODEL_VERSION','action':'CREATED'}]}")
                .path("webhook");
        String id = made.path("webhook_id").asText();
        assertThat(made.toString()).doesNotContain("hunter2");
        assertThat(made.path("status").asText()).isEqualTo("ACTIVE");

        JsonNode changed = json("PATCH", API + "webhooks/" + id, "{'status':'DISABLED','description':'d'}")
                .path("webhook");
        assertThat(changed.path("status").asText()).isEqualTo("DISABLED");
        assertThat(changed.path("events")).isEqualTo(made.path("events"));
        assertThat(json("GET", API + "webhooks", "").path("webhooks")).hasSize(1);
        assertThat(send("PATCH", API + "webhooks/" + id, "{\"url\":\"https://evil.example/\"}")
                        .statusCode())
                .isEqualTo(400);

        json("DELETE", API + "webhooks/" + id, "");
        assertThat(send("GET", API + "webhooks/" + id, "").statusCode()).isEqualTo(404);
    }
}
