package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.CookieHandler;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signs in at a real Keycloak: {@code mvn -Pkeycloak} unpacks one (500 MB), and so does .ci/run. */
class KeycloakTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REALM = """
            {"realm": "company", "enabled": true,
             "clients": [{"clientId": "mayfly", "secret": "hush", "redirectUris": ["http://127.0.0.1:*"],
               "protocolMappers": [{"name": "groups", "protocol": "openid-connect",
                 "protocolMapper": "oidc-group-membership-mapper",
                 "config": {"claim.name": "groups", "full.path": "false", "id.token.claim": "true"}}]}],
             "groups": [{"name": "engineers"}, {"name": "analysts"}],
             "users": [
               {"username": "ann", "enabled": true, "email": "ann@example.com", "firstName": "A", "lastName": "N",
                "emailVerified": true, "groups": ["engineers"],
                "credentials": [{"type": "password", "value": "ann's", "temporary": false}]},
               {"username": "bob", "enabled": true, "email": "bob@example.com", "firstName": "B", "lastName": "O",
                "emailVerified": true, "groups": [],
                "credentials": [{"type": "password", "value": "bob's", "temporary": false}]}]}
            """;

    @TempDir
    private static Path folder;

    private static @Nullable Process keycloak;
    private static @Nullable WholeServer server;
    private static String provider = "";

    @BeforeAll
    static void start() throws Exception {
        String home = System.getProperty("mayfly.keycloak", "");
        if (home.isEmpty()) {
            System.err.println("SKIPPED: no Keycloak here; mvn -Pkeycloak brings one, as .ci/run does");
        }
        assumeTrue(!home.isEmpty(), "no Keycloak here; mvn -Pkeycloak brings one");
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        provider = "http://127.0.0.1:" + port;
        ProcessBuilder builder = new ProcessBuilder(
                        "sh",
                        Path.of(home, "bin/kc.sh").toString(),
                        "start-dev",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port,
                        "--hostname=" + provider,
                        "--cache=local",
                        "--db=dev-mem")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keycloak.log").toFile());
        builder.environment()
                .putAll(Map.of("KC_BOOTSTRAP_ADMIN_USERNAME", "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD", "admin"));
        keycloak = builder.start();
        HttpClient client = HttpClient.newHttpClient();
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .until(() -> get(client, provider + "/realms/master").statusCode() == 200);
        makeRealm(client);
        WholeServer started = WholeServer.start(
                folder,
                "oidc:\n  issuer: " + provider + "/realms/company\n  client_secret: env:OIDC_SECRET\n"
                        + "  grants: ['engineers: operator', 'analysts: viewer']\n",
                Map.of("OIDC_SECRET", "hush"));
        server = started;
        started.things("", folder).post("/api/v1/accounts", "{\"name\": \"somebody\", \"kind\": \"service\"}");
    }

    private static void makeRealm(HttpClient client) throws Exception {
        HttpResponse<String> token = client.send(
                HttpRequest.newBuilder(URI.create(provider + "/realms/master/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "grant_type=password&client_id=admin-cli&username=admin&password=admin"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> made = client.send(
                HttpRequest.newBuilder(URI.create(provider + "/admin/realms"))
                        .header("Content-Type", "application/json")
                        .header(
                                "Authorization",
                                "Bearer "
                                        + JSON.readTree(token.body())
                                                .path("access_token")
                                                .asText())
                        .POST(HttpRequest.BodyPublishers.ofString(REALM))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (server != null) {
            server.close();
        }
        if (keycloak != null) {
            keycloak.descendants().forEach(ProcessHandle::destroy);
            keycloak.destroy();
            keycloak.waitFor(20, TimeUnit.SECONDS);
        }
    }

    private static HttpResponse<String> get(HttpClient client, String url) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A browser that signs in as somebody; returns where it ends. */
    private static HttpResponse<String> signIn(HttpClient browser, String name, String password) throws Exception {
        HttpResponse<String> form = get(browser, server().url() + "/sign-in/provider?to=/me");
        Matcher action = Pattern.compile("<form[^>]+action=\"([^\"]+)\"").matcher(form.body());
        assertThat(action.find()).as(form.body()).isTrue();
        return browser.send(
                HttpRequest.newBuilder(URI.create(action.group(1).replace("&amp;", "&")))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("username=" + name + "&password=" + password))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static WholeServer server() {
        return Optional.ofNullable(server).orElseThrow();
    }

    /** Like browsers, and unlike the JDK's, it sends secure cookies to this machine without TLS. */
    private static final class Cookies extends CookieHandler {

        private final Map<String, Map<String, String>> byServer = new ConcurrentHashMap<>();

        @Override
        public Map<String, List<String>> get(URI uri, Map<String, List<String>> headers) {
            Map<String, String> kept = byServer.getOrDefault(uri.getAuthority(), Map.of());
            return kept.isEmpty()
                    ? Map.of()
                    : Map.of(
                            "Cookie",
                            List.of(kept.entrySet().stream()
                                    .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                                    .collect(Collectors.joining("; "))));
        }

        @Override
        public void put(URI uri, Map<String, List<String>> headers) {
            Map<String, String> kept = byServer.computeIfAbsent(uri.getAuthority(), some -> new ConcurrentHashMap<>());
            headers.getOrDefault("set-cookie", List.of()).forEach(line -> {
                String[] cookie = line.substring(0, line.indexOf(';')).split("=", 2);
                kept.put(cookie[0], cookie[1]);
            });
        }
    }

    private static HttpClient browser() {
        return HttpClient.newBuilder()
                .cookieHandler(new Cookies())
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .build();
    }

    @Test
    void membersOfAGroupAreSignedInWithItsGrants() throws Exception {
        HttpClient browser = browser();
        HttpResponse<String> page = signIn(browser, "ann", "ann%27s");
        assertThat(page.uri()).isEqualTo(URI.create(server().url() + "/me"));
        assertThat(page.body()).contains("<h1>ann</h1>", "operator", "Sign out");
        JsonNode caller =
                JSON.readTree(get(browser, server().url() + "/api/v1/whoami").body());
        assertThat(caller.path("grants").findValuesAsText("right")).isEqualTo(List.of("operator"));
    }

    @Test
    void whoIsInNoGroupIsSignedInAndToldThatNothingIsGranted() throws Exception {
        HttpClient browser = browser();
        HttpResponse<String> page = signIn(browser, "bob", "bob%27s");
        assertThat(page.statusCode()).as(page.body()).isEqualTo(403);
        assertThat(page.body()).contains("bob may not", "Sign out");
        assertThat(get(browser, server().url() + "/api/v1/whoami").statusCode()).isEqualTo(403);
    }

    @Test
    void aWrongPasswordAtTheProviderSignsNobodyIn() throws Exception {
        HttpClient browser = browser();
        HttpResponse<String> page = signIn(browser, "ann", "wrong");
        assertThat(page.uri().toString()).startsWith(provider);
        assertThat(get(browser, server().url() + "/api/v1/whoami").statusCode()).isEqualTo(401);
    }
}
