package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Python index as its clients see it; conformance/packages has the clients themselves. */
class PypiTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static WholeServer server;
    private static String token;
    private static Things things;

    @BeforeAll
    static void start() throws Exception {
        server = WholeServer.start(folder, "{}", Map.of());
        token = server.ownerToken();
        things = server.things("demo-", folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> get(String path, String accept) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.url() + path))
                                .header("Accept", accept)
                                .build(),
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01|v1+json",
                "application/vnd.pypi.simple.latest+json|v1+json",
                "application/vnd.pypi.simple.v1+html;q=0.9, application/vnd.pypi.simple.v1+json;q=0.1|v1+html",
                "text/html|text/html",
                "*/*|text/html",
                "application/json;q=0, image/png|text/html",
                "application/vnd.pypi.simple.v9+json|text/html",
                ";;q=x,,|text/html",
            })
    void aPageComesInTheFormThatItsClientLikesBest(String accept, String media) throws Exception {
        String name = things.wheel();
        for (String path : new String[] {"/simple/", "/simple/" + name + "/"}) {
            HttpResponse<String> answer = get(path, accept);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).contains(media);
            assertThat(answer.headers().firstValue("Vary")).contains("Accept");
            assertThat(answer.body()).contains(name);
        }
    }

    @Test
    void filesComeWithAllThatResolversAskFor() throws Exception {
        String name = things.wheel();
        JsonNode page = JSON.readTree(get("/simple/" + name + "/", "application/vnd.pypi.simple.v1+json")
                .body());
        JsonNode file = page.path("files").path(0);
        assertThat(page.path("meta").path("api-version").asText()).isEqualTo("1.1");
        assertThat(page.path("versions").path(0).asText()).isEqualTo("1.0");
        assertThat(file.path("requires-python").asText()).isEqualTo(">=3.8,<4");
        assertThat(file.path("hashes").path("sha256").asText()).hasSize(64);
        assertThat(file.path("size").asInt()).isPositive();
        assertThat(file.path("upload-time").asText()).endsWith("Z");
        assertThat(file.has("yanked")).isFalse();
        String url = file.path("url").asText();
        assertThat(get(url, "*/*").body()).hasSize(file.path("size").asInt()).startsWith("PK");
        assertThat(get(url + ".metadata", "*/*").body()).startsWith("Metadata-Version");

        things.post("/api/v1/packages/python/" + name + "/1.0/yank?reason=%22bad%22%20%3Cone%3E", "");
        assertThat(get("/simple/" + name + "/", "text/html").body())
                .contains("data-yanked=\"&quot;bad&quot; &lt;one&gt;\"", "data-requires-python=\"&gt;=3.8,&lt;4\"");
        assertThat(get("/simple/" + name.replace('-', '_').toUpperCase(java.util.Locale.ROOT) + "/", "*/*")
                        .headers()
                        .firstValue("Location"))
                .contains("/simple/" + name + "/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/simple/none/",
                "/simple/none/none-1.0.whl",
                "/simple/none/none-1.0.whl.metadata",
                "/simple/%2e%2e/x"
            })
    void whatIsNotThereIsSaidInText(String path) throws Exception {
        HttpResponse<String> answer = get(path, "*/*");
        assertThat(answer.statusCode()).isBetween(400, 404);
        assertThat(answer.body()).doesNotContain("Exception");
    }

    /** Each is a form that is bent in one place. */
    @ParameterizedTest
    @CsvSource({
        ":action, action, 400",
        "file_upload, remove, 400",
        "name=\"content\", name=\"file\", 400",
        "name=\"version\", name=\"v\", 400",
        "filename=, other=, 400",
        "1.0-py3, 2.0-py3, 400",
        "-py3-none-any.whl, .whl, 400",
        "-py3-none-any.whl, .exe, 400",
        "PK, XX, 400",
        "--boundary-of-the-test--, --, 400"
    })
    void aFormThatIsBentIsRefusedInText(String part, String instead, int status) throws Exception {
        String name = things.name();
        String form = Things.uploadForm(name).replace(part, instead);
        HttpResponse<String> answer = Things.send(server.url(), token, new Things.Request("POST", "/legacy/", form));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("Exception", folder.toString());
        assertThat(get("/simple/" + name + "/", "*/*").statusCode()).isEqualTo(404);
    }

    @Test
    void theSameBytesComeAgainAndOthersDoNot() throws Exception {
        String name = things.name();
        String form = Things.uploadForm(name);
        for (int n = 0; n < 2; n++) {
            assertThat(Things.send(server.url(), token, new Things.Request("POST", "/legacy/", form))
                            .statusCode())
                    .isEqualTo(200);
        }
        HttpResponse<String> other = Things.send(
                server.url(), token, new Things.Request("POST", "/legacy/", Things.uploadForm(name, "a = 1")));
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("File already exists");
    }
}
