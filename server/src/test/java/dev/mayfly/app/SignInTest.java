package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People who sign in with a browser, by password and at a provider, and by it the command line. */
class SignInTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    private static Path folder;

    private static WholeServer server;
    private static MockOAuth2Server provider;
    private static Things things;

    @BeforeAll
    static void start() throws Exception {
        provider = new MockOAuth2Server();
        provider.start();
        server = WholeServer.start(folder, """
                oidc:
                  issuer: %s
                  client_secret: env:OIDC_SECRET
                  label: Sign in with the company
                  grants:
                    - "ml engineers: author pipeline fraud-*"
                    - "ml engineers: editor"
                    - "*: viewer"
                """.formatted(provider.issuerUrl("company")), Map.of("OIDC_SECRET", "hush"));
        things = server.things("mine-", folder);
    }

    @AfterAll
    static void stop() {
        server.close();
        provider.shutdown();
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : server.url() + path)), headers);
    }

    /** Posts a form as a browser does from a page of the server. */
    private static HttpResponse<String> post(String path, Map<String, String> form, String... headers)
            throws Exception {
        return send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Origin", server.url())
                        .POST(HttpRequest.BodyPublishers.ofString(encoded(form))),
                headers);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String... headers) throws Exception {
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String account() {
        String name = things.name();
        things.post("/api/v1/accounts", """
                {"name": "%s", "password": "%s", "grants": [{"right": "editor"}]}""".formatted(name, PASSWORD));
        return name;
    }

    private static HttpResponse<String> signIn(String name, String password, String... headers) throws Exception {
        return post("/sign-in", Map.of("name", name, "password", password, "to", "/me"), headers);
    }

    /** The cookie of a session that an answer sets. */
    private static String cookie(HttpResponse<String> answer, String name) {
        return answer.headers().allValues("Set-Cookie").stream()
                .filter(line -> line.startsWith(name + "=") && !line.startsWith(name + "=;"))
                .map(line -> line.substring(0, line.indexOf(';')))
                .findFirst()
                .orElse("");
    }

    private static String whoami(String cookie) throws Exception {
        HttpResponse<String> answer = get("/api/v1/whoami", "Cookie", cookie);
        return answer.statusCode() == 200
                ? JSON.readTree(answer.body()).path("name").asText()
                : "nobody";
    }

    @Test
    void aPasswordStartsASessionThatNoScriptReadsAndNoOtherSiteSends() throws Exception {
        String name = account();
        HttpResponse<String> answer = signIn(name, PASSWORD);
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).hasValue("/me");
        assertThat(answer.headers().allValues("Set-Cookie"))
                .anyMatch(line ->
                        line.matches("mayfly=[A-Za-z0-9_-]{43}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax"));
        String cookie = cookie(answer, "mayfly");
        assertThat(whoami(cookie)).isEqualTo(name);
        assertThat(get("/me", "Cookie", cookie).body()).contains(name).contains("editor");

        String create = "/api/2.0/mlflow/experiments/create";
        String body = "{\"name\": \"" + things.name() + "\"}";
        HttpRequest.Builder forged = HttpRequest.newBuilder(URI.create(server.url() + create))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        assertThat(send(forged.copy(), "Cookie", cookie).statusCode())
                .as("no Origin")
                .isEqualTo(403);
        assertThat(send(forged.copy(), "Cookie", cookie, "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(forged.copy(), "Cookie", cookie, "Origin", "null").statusCode())
                .isEqualTo(403);
        assertThat(send(forged.copy(), "Cookie", cookie, "Origin", server.url()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aWrongPasswordIsSaidOnThePageAndStartsNothing() throws Exception {
        String name = account();
        HttpResponse<String> answer = signIn(name, "wrong <script>alert(1)</script>");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body())
                .contains("A name and password that are not right.")
                .contains("value=\"" + name + "\"");
        assertThat(cookie(answer, "mayfly")).isEmpty();
        String script = "\"><script>alert(1)</script>";
        assertThat(signIn(script, "x").body()).doesNotContain("<script>").contains("&lt;script>");
        assertThat(get("/sign-in")
                        .headers()
                        .firstValue("Content-Security-Policy")
                        .orElse(""))
                .contains("default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
    }

    @Test
    void aSessionIsNewAtEachSignInAndEndsWithSignOutPasswordAndAccount() throws Exception {
        String name = account();
        String planted = "mayfly=" + "A".repeat(43);
        String first = cookie(signIn(name, PASSWORD, "Cookie", planted), "mayfly");
        assertThat(first).isNotEqualTo(planted);
        assertThat(whoami(planted)).isEqualTo("nobody");
        String second = cookie(signIn(name, PASSWORD, "Cookie", first), "mayfly");
        assertThat(whoami(first)).isEqualTo("nobody");
        assertThat(whoami(second)).isEqualTo(name);
        assertThat(post("/sign-out", Map.of(), "Cookie", second).statusCode()).isEqualTo(303);
        assertThat(whoami(second)).isEqualTo("nobody");

        String third = cookie(signIn(name, PASSWORD), "mayfly");
        things.post("/api/v1/accounts/" + name + "/password", "{\"password\": \"another long one\"}");
        assertThat(whoami(third)).isEqualTo("nobody");
        String fourth = cookie(signIn(name, "another long one"), "mayfly");
        assertThat(whoami(fourth)).isEqualTo(name);
        things.post("/api/v1/accounts/" + name + "/disable", "");
        assertThat(whoami(fourth)).isEqualTo("nobody");
        assertThat(signIn(name, "another long one").statusCode()).isEqualTo(401);
    }

    @Test
    void whoeverSignsInGoesOnOnThisServerOnly() throws Exception {
        String name = account();
        for (String to : List.of(
                "https://evil.example",
                "//evil.example",
                "/\\evil.example",
                "\\\\evil.example",
                "/x\r\nSet-Cookie: a=b",
                "javascript:alert(1)",
                " /me",
                "/%0d%0a\n",
                "/" + "a".repeat(2_000))) {
            HttpResponse<String> answer = post("/sign-in", Map.of("name", name, "password", PASSWORD, "to", to));
            assertThat(answer.headers().firstValue("Location")).as(to).hasValue("/");
        }
        assertThat(post(
                                "/sign-in",
                                Map.of("name", name, "password", PASSWORD, "to", "/sign-in/command-line?port=1&a=b"))
                        .headers()
                        .firstValue("Location"))
                .hasValue("/sign-in/command-line?port=1&a=b");
        account();
        assertThat(get("/me").headers().firstValue("Location")).hasValue("/sign-in?to=%2Fme");
    }

    /** A browser on its way through the provider. */
    private record Way(String cookie, URI callback, HttpResponse<String> answer) {}

    private static Way throughProvider(String subject, Map<String, Object> claims) throws Exception {
        provider.enqueueCallback(
                new DefaultOAuth2TokenCallback("company", subject, "JWT", List.of("mayfly"), claims, 3600));
        HttpResponse<String> begun = get("/sign-in/provider?to=/me");
        assertThat(begun.statusCode()).isEqualTo(303);
        String attempt = cookie(begun, "mayfly-sign-in");
        URI at = URI.create(begun.headers().firstValue("Location").orElseThrow());
        assertThat(at.getQuery()).contains("code_challenge_method=S256", "nonce=", "state=");
        URI callback =
                URI.create(get(at.toString()).headers().firstValue("Location").orElseThrow());
        return new Way(attempt, callback, get(callback.toString(), "Cookie", attempt));
    }

    @Test
    void aProviderSignsInWithWhatTheGroupsGrant() throws Exception {
        account();
        String name = things.name();
        Way way = throughProvider(
                "subject of " + name, Map.of("preferred_username", name, "groups", List.of("ml engineers", "others")));
        assertThat(way.answer().statusCode()).as(way.answer().body()).isEqualTo(303);
        String cookie = cookie(way.answer(), "mayfly");
        JsonNode caller = JSON.readTree(get("/api/v1/whoami", "Cookie", cookie).body());
        assertThat(caller.path("name").asText()).isEqualTo(name);
        assertThat(caller.path("grants").toString())
                .contains("\"author\",\"on\":\"pipeline\",\"pattern\":\"fraud-*\"", "\"editor\"", "\"viewer\"");

        // the next sign-in has what the groups are then; what an administrator granted stays
        things.post("/api/v1/accounts/" + name + "/grant", "{\"right\": \"operator\", \"on\": \"model\"}");
        Way again = throughProvider("subject of " + name, Map.of("preferred_username", "renamed", "groups", List.of()));
        JsonNode later = JSON.readTree(get("/api/v1/whoami", "Cookie", cookie(again.answer(), "mayfly"))
                .body());
        assertThat(later.path("name").asText()).isEqualTo(name);
        assertThat(later.path("grants").toString())
                .contains("\"operator\"", "\"viewer\"")
                .doesNotContain("author", "editor");
    }

    @Test
    void nobodyGetsAnothersAccountByItsName() throws Exception {
        String name = account();
        for (String claimed : List.of(name, "owner")) {
            Way way = throughProvider("stranger to " + claimed, Map.of("preferred_username", claimed));
            assertThat(way.answer().statusCode()).isEqualTo(401);
            assertThat(way.answer().body()).contains("exists already", "mayfly account link " + claimed);
        }
        String old = cookie(signIn(name, PASSWORD), "mayfly");
        things.post("/api/v1/accounts/" + name + "/link", "");
        assertThat(whoami(old)).as("whoever had it has it no more").isEqualTo("nobody");
        Way linked = throughProvider("friend", Map.of("preferred_username", name));
        assertThat(whoami(cookie(linked.answer(), "mayfly"))).isEqualTo(name);
        Way late = throughProvider("stranger", Map.of("preferred_username", name));
        assertThat(late.answer().statusCode()).isEqualTo(401);
        for (String odd : List.of("a b", "../x", "<b>", "", "x".repeat(101))) {
            assertThat(throughProvider("odd " + odd, Map.of("preferred_username", odd))
                            .answer()
                            .statusCode())
                    .as(odd)
                    .isIn(400, 401);
        }
        assertThat(throughProvider("unnamed", Map.of()).answer().body()).contains("no claim 'preferred_username'");
    }

    @Test
    void anAnswerOfTheProviderIsGoodOnceInTheBrowserThatBegan() throws Exception {
        account();
        String name = things.name();
        Way way = throughProvider("once " + name, Map.of("preferred_username", name));
        assertThat(way.answer().statusCode()).isEqualTo(303);
        assertThat(get(way.callback().toString()).statusCode())
                .as("another browser")
                .isEqualTo(401);
        assertThat(get(way.callback().toString(), "Cookie", way.cookie()).statusCode())
                .as("replayed")
                .isEqualTo(401);
        String foreign = cookie(get("/sign-in/provider"), "mayfly-sign-in");
        assertThat(get(way.callback().toString(), "Cookie", foreign).statusCode())
                .as("another attempt")
                .isEqualTo(401);
        for (String query : List.of("", "code=x", "state=x", "error=access_denied&state=x", "code=x&state=%00", "%")) {
            int status = rawGet("/sign-in/callback?" + query, foreign);
            assertThat(status).as(query).isIn(400, 401);
        }
        Map<String, Object> right = Map.of("preferred_username", things.name());
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("aud", "other"),
                Map.of("iss", "https://evil.example"),
                Map.of("nonce", "another"),
                Map.of("exp", 1))) {
            Map<String, Object> claims = new HashMap<>(right);
            claims.putAll(wrong);
            Way forged = throughProvider("forged", claims);
            assertThat(forged.answer().statusCode())
                    .as(wrong + forged.answer().body())
                    .isEqualTo(401);
            assertThat(forged.answer().body()).as("" + wrong).contains("token is not valid");
        }
    }

    private static int rawGet(String path, String cookie) throws Exception {
        try (java.net.Socket socket = new java.net.Socket(
                java.net.InetAddress.getLoopbackAddress(),
                URI.create(server.url()).getPort())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + cookie
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    @Test
    void aBrowserLetsTheCommandLineInOnce() throws Exception {
        String name = account();
        String cookie = cookie(signIn(name, PASSWORD), "mayfly");
        String verifier = "v".repeat(43);
        String challenge = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        Map<String, String> asked =
                Map.of("port", "23456", "state", "s".repeat(20), "challenge", challenge, "host", "laptop");
        assertThat(get("/sign-in/command-line?" + encoded(asked))
                        .headers()
                        .firstValue("Location")
                        .orElse(""))
                .startsWith("/sign-in?to=%2Fsign-in%2Fcommand-line%3F");
        assertThat(get("/sign-in/command-line?" + encoded(asked), "Cookie", cookie)
                        .body())
                .contains("laptop", name);
        String token = "";
        for (String given : List.of("w".repeat(43), verifier)) {
            String page = post("/sign-in/command-line", asked, "Cookie", cookie).body();
            String code = page.replaceAll("(?s).*code=([A-Za-z0-9_-]{43}).*", "$1");
            assertThat(page).contains("http://127.0.0.1:23456/?code=" + code + "&amp;state=ssss");
            for (int n = 0; n < 2; n++) {
                HttpResponse<String> answer = exchange(code, given);
                boolean isRight = given.equals(verifier) && n == 0;
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(isRight ? 200 : 401);
                if (isRight) {
                    token = JSON.readTree(answer.body()).path("text").asText();
                }
            }
        }
        HttpResponse<String> mine = get("/api/v1/whoami", "Authorization", "Bearer " + token);
        assertThat(JSON.readTree(mine.body()).path("name").asText()).isEqualTo(name);
        for (Map<String, String> wrong : Stream.of("80", "99999", "1234.example.com", "1@evil.example", "")
                .map(port -> Map.of("port", port, "state", "s".repeat(20), "challenge", challenge, "host", "h"))
                .toList()) {
            assertThat(post("/sign-in/command-line", wrong, "Cookie", cookie).statusCode())
                    .isEqualTo(400);
        }
    }

    private static HttpResponse<String> exchange(String code, String verifier) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(server.url() + "/api/v1/tokens/exchange"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"code\":\"" + code + "\",\"verifier\":\"" + verifier + "\"}")));
    }

    @Test
    void signingInAndOutIsRecorded() throws Exception {
        String name = account();
        String cookie = cookie(signIn(name, PASSWORD), "mayfly");
        signIn(name, "not the password");
        post("/sign-out", Map.of(), "Cookie", cookie);
        HttpResponse<String> audit =
                get("/api/v1/audit?object=" + name, "Authorization", "Bearer " + server.ownerToken());
        JsonNode entries = JSON.readTree(audit.body());
        assertThat(entries.findValuesAsText("action")).containsExactly("sign out", "sign in", "sign in", "account add");
        assertThat(entries.findValuesAsText("outcome")).containsExactly("done", "refused", "done", "done");
        assertThat(entries.findValuesAsText("address")).containsOnly("127.0.0.1");
        assertThat(audit.body()).doesNotContain(PASSWORD).doesNotContain("not the password");
    }
}
