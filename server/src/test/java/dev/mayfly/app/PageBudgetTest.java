package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a page costs whoever opens it: the whole server, over HTTP. */
class PageBudgetTest {

    private static final Pattern ASSET = Pattern.compile("(?:src|href)=\"(/assets/[^\"]+)\"");

    @TempDir
    private static Path folder;

    private static WholeServer server;
    private static Things things;

    @BeforeAll
    static void start() throws Exception {
        server = WholeServer.start(folder, "", Map.of("MAYFLY_ALLOW_INPUTS", folder.toString()));
        things = server.things("page-", folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Authorization", "Bearer " + server.ownerToken());
        for (int n = 0; n < headers.length; n += 2) {
            request.header(headers[n], headers[n + 1]);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void theFirstLoadIsSmallAndWhatItLoadsIsKeptForEver() throws Exception {
        for (int n = 0; n < 20; n++) {
            things.pipelineRun(things.pipeline());
        }
        HttpResponse<byte[]> home = get("/", "Accept-Encoding", "gzip");
        assertThat(home.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(home.body().length).as("HTML").isLessThan(40 << 10);
        String plain = new String(get("/").body(), StandardCharsets.UTF_8);
        Matcher asset = ASSET.matcher(plain);
        int scripts = 0;
        int styles = 0;
        while (asset.find()) {
            HttpResponse<byte[]> answer = get(asset.group(1), "Accept-Encoding", "gzip");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("public, max-age=31536000, immutable");
            scripts += asset.group(1).endsWith(".js") ? answer.body().length : 0;
            styles += asset.group(1).endsWith(".css") ? answer.body().length : 0;
        }
        assertThat(scripts).as("scripts").isBetween(1, 25 << 10);
        assertThat(styles).as("styles").isBetween(1, 15 << 10);
        System.out.println(
                "first load, compressed: HTML " + home.body().length + ", scripts " + scripts + ", styles " + styles);
    }

    /** The policy of pages forbids both, so that nothing that somebody wrote into a name can run. */
    @Test
    void noPageHasAScriptOrStyleOfItsOwn() throws Exception {
        String pipeline = things.pipeline();
        String run = things.pipelineRun(pipeline);
        for (String path : List.of(
                "/",
                "/search?q=%3Cscript%3E",
                "/pipelines",
                "/pipelines/" + pipeline,
                "/editor",
                "/runs",
                "/runs/" + run,
                "/clusters",
                "/capacity",
                "/models/" + things.model(),
                "/experiments/" + things.experiment(),
                "/tracking/" + things.run(),
                "/packages",
                "/audit",
                "/me",
                "/sign-in")) {
            HttpResponse<byte[]> answer = get(path);
            String html = new String(answer.body(), StandardCharsets.UTF_8);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(html).as(path).doesNotContainPattern("<script(?! src=\"/assets/)|<style| style=| on[a-z]+=");
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("script-src 'self'; style-src 'self'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        }
    }

    /** A state is looked for among all runs, not among those that a page would show without it. */
    @Test
    void runsOfAStateAreFoundHoweverManyCameLater() throws Exception {
        String pipeline = things.pipeline();
        String run = things.cancelled(pipeline);
        for (int n = 0; n < 110; n++) {
            things.pipelineRun(things.pipeline());
        }
        assertThat(text("/runs")).doesNotContain(run);
        assertThat(text("/runs?state=cancelled")).contains(run);
        assertThat(text("/runs?state=succeeded")).doesNotContain(run);
    }

    @Test
    void aPipelineAsLongAsOneMayBeGoesThroughTheEditor() throws Exception {
        String form = "pipeline=&text=" + URLEncoder.encode("# ünï\n".repeat(30_000), StandardCharsets.UTF_8);
        HttpResponse<String> answer =
                Things.send(server.url(), server.ownerToken(), new Things.Request("POST", "/editor", form));
        assertThat(answer.body()).contains("the pipeline has no").doesNotContain("a form of");
    }

    private static String text(String path) throws Exception {
        return new String(get(path).body(), StandardCharsets.UTF_8);
    }
}
