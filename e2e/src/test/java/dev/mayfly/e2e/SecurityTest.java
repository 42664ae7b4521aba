package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a hostile client sends, byte by byte as it sends it: no library on the way makes it harmless. */
class SecurityTest {

    private static final String SECRET = "the secret beside the store";

    @TempDir
    private static Path folder;

    private static Mayfly mayfly;
    private static Process server;

    @BeforeAll
    static void start() throws IOException {
        mayfly = new Mayfly(folder);
        server = mayfly.server();
        Files.writeString(mayfly.folder().resolve("secret.txt"), SECRET);
        Files.writeString(mayfly.folder().resolve("artifacts/secret.txt"), SECRET);
    }

    @AfterAll
    static void stop() throws Exception {
        server.destroy();
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void everyAnswerForbidsGuessingFramingAndTelling() throws Exception {
        for (String path :
                List.of("/", "/health", "/api/v1/pipelines", "/api/v1/nothing", "/api/2.0/mlflow/runs/get")) {
            HttpResponse<Void> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(mayfly.url() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            assertThat(answer.headers().map())
                    .as(path)
                    .containsEntry("x-content-type-options", List.of("nosniff"))
                    .containsEntry("x-frame-options", List.of("DENY"))
                    .containsKey("referrer-policy")
                    .containsKey("content-security-policy");
        }
    }

    @Test
    void noSpellingOfAPathLeadsOutOfTheStore() throws IOException {
        List<String> ups = List.of(
                "..",
                "%2e%2e",
                "%2E%2e",
                "%252e%252e",
                ".%2e",
                "..;x",
                "..%00",
                "..%09",
                "%c0%ae%c0%ae",
                "..%5c",
                "..\\",
                "....",
                "%2e%2e%2f");
        List<String> prefixes = List.of("", "a/", "a/b/", "//", "%2f", "/", "C:/", "%5c%5chost%5c", "./");
        List<String> routes = List.of(
                "/api/2.0/mlflow-artifacts/artifacts/",
                "/ajax-api/2.0/mlflow-artifacts/artifacts/",
                "/api/2.0/mlflow-artifacts/artifacts?path=",
                "/api/2.0/mlflow-artifacts/presigned/",
                "/api/2.0/mlflow-artifacts/mpu/part/00000000-0000-0000-0000-000000000000/1/",
                "/api/2.0/mlflow-artifacts/mpu/part/..%2f..%2f0000-0000-0000-000000000000/1/",
                "/get-artifact?run_id=0&path=");
        List<String> found = new ArrayList<>();
        for (String route : routes) {
            for (String prefix : prefixes) {
                for (String up : ups) {
                    for (String path :
                            List.of(up + "/secret.txt", up + "/" + up + "/secret.txt", up + "%2fsecret.txt")) {
                        for (String method : List.of("GET", "PUT", "DELETE")) {
                            String answer = send(method, route + prefix + path, "Host: 127.0.0.1");
                            if (answer.contains(SECRET) || answer.startsWith("HTTP/1.1 5")) {
                                found.add(method + " " + route + prefix + path + ": " + answer);
                            }
                        }
                    }
                }
            }
        }
        assertThat(found).isEmpty();
        assertThat(mayfly.folder().resolve("secret.txt")).hasContent(SECRET);
        assertThat(mayfly.folder().resolve("artifacts/secret.txt")).hasContent(SECRET);
    }

    @Test
    void aNameThatOnlyLeadsHereIsNotAnswered() throws IOException {
        for (String host : List.of("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8484", "")) {
            assertThat(send("GET", "/api/v1/runs", "Host: " + host))
                    .as(host)
                    .satisfiesAnyOf(
                            answer -> assertThat(answer).startsWith("HTTP/1.1 403"),
                            answer -> assertThat(answer).startsWith("HTTP/1.1 400"));
        }
        for (String host : List.of("localhost", "LOCALHOST:8484", "127.0.0.1", "[::1]:8484", "10.1.2.3")) {
            assertThat(send("GET", "/api/v1/runs", "Host: " + host)).as(host).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aPageOfAnotherSiteChangesNothing() throws IOException {
        String create = "/api/2.0/mlflow/experiments/create";
        for (String origin : List.of("http://evil.example", "null", "http://localhost:1", "https://127.0.0.1.evil")) {
            assertThat(send("POST", create, "Host: localhost:8484", "Origin: " + origin))
                    .as(origin)
                    .startsWith("HTTP/1.1 403");
        }
        assertThat(send("POST", create, "Host: localhost:8484", "Origin: http://localhost:8484"))
                .startsWith("HTTP/1.1 400")
                .contains("Content-Type must be");
    }

    @Test
    void whatIsStoredIsHandedOutAsAFileAndNeverShownAsAPage() throws IOException {
        String path = "/api/2.0/mlflow-artifacts/artifacts/1/run/artifacts/page.html";
        put(path, "<script>alert(1)</script>");
        assertThat(send("GET", path, "Host: localhost"))
                .containsIgnoringCase("X-Content-Type-Options: nosniff")
                .containsIgnoringCase("Content-Disposition: attachment");
        assertThat(send("GET", path, "Host: localhost", "Range: bytes=1-6"))
                .startsWith("HTTP/1.1 206")
                .containsIgnoringCase("Content-Range: bytes 1-6/25")
                .endsWith("script");
        assertThat(send("GET", path, "Host: localhost", "Range: bytes=99-")).startsWith("HTTP/1.1 416");
        assertThat(send("GET", path, "Host: localhost", "Range: bytes=5-2"))
                .startsWith("HTTP/1.1 200")
                .endsWith("</script>");
    }

    private void put(String path, String body) throws IOException {
        String answer = exchange("PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);
        assertThat(answer).startsWith("HTTP/1.1 200");
    }

    private String send(String method, String path, String... headers) throws IOException {
        return exchange(method + " " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers)
                + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }

    private String exchange(String request) throws IOException {
        URI url = URI.create(mayfly.url());
        try (Socket socket = new Socket(InetAddress.getByName(url.getHost()), url.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            InputStream answer = socket.getInputStream();
            return new String(answer.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
