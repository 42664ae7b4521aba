package dev.mayfly.account.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mayfly.account.oidc.OpenIdProvider.Attempt;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.Unreachable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A provider that is ill makes nobody else wait. */
class OpenIdProviderTest {

    private static final URI CALLBACK = URI.create("http://localhost/sign-in/callback");

    private Instant now = Instant.EPOCH;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger codes = new AtomicInteger();
    private final CountDownLatch tokens = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean isIll;
    private HttpServer http;
    private OpenIdProvider provider;

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/.well-known/openid-configuration", this::discovery);
        http.createContext("/token", this::token);
        http.start();
        provider = new OpenIdProvider(config(), new Clock() {
            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        });
    }

    @AfterEach
    void stop() {
        tokens.countDown();
        http.stop(0);
        threads.shutdownNow();
    }

    private String issuer() {
        return "http://localhost:" + http.getAddress().getPort();
    }

    private OidcConfig config() {
        return new OidcConfig(
                URI.create(issuer()),
                "mayfly",
                Optional.empty(),
                "the test",
                List.of(),
                new OidcConfig.Claims("preferred_username", "groups"),
                List.of());
    }

    private void discovery(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        answer(exchange, isIll ? 500 : 200, """
                {"issuer": "%1$s", "authorization_endpoint": "%1$s/auth", "token_endpoint": "%1$s/token",
                 "jwks_uri": "%1$s/keys", "subject_types_supported": ["public"],
                 "response_types_supported": ["code"], "id_token_signing_alg_values_supported": ["RS256"]}
                """.formatted(issuer()));
    }

    private void token(HttpExchange exchange) throws IOException {
        codes.incrementAndGet();
        try {
            tokens.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        answer(exchange, 400, "{\"error\": \"invalid_grant\", \"error_description\": \"no such code\"}");
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void aProviderThatFailedIsAskedAgainAfterAMoment() {
        isIll = true;
        for (int n = 0; n < 5; n++) {
            assertThatThrownBy(() -> provider.signInAt(Attempt.random(), CALLBACK))
                    .isInstanceOf(Unreachable.class)
                    .hasMessageContaining(issuer());
        }
        assertThat(asked).hasValue(1);

        isIll = false;
        now = now.plusSeconds(6);
        assertThat(provider.signInAt(Attempt.random(), CALLBACK)).asString().startsWith(issuer() + "/auth?");
        assertThat(asked).hasValue(2);
    }

    @Test
    void fewWaitForAProviderAtOnceAndTheOthersAreSentAway() throws Exception {
        List<Future<?>> waiting = new ArrayList<>();
        for (int n = 0; n < 16; n++) {
            waiting.add(threads.submit(this::finish));
        }
        Awaitility.await().until(() -> codes.get() == 16);

        assertThatThrownBy(this::finish).isInstanceOf(Unreachable.class).hasMessageContaining("at once");
        tokens.countDown();
        for (Future<?> one : waiting) {
            assertThatThrownBy(one::get).hasRootCauseInstanceOf(Refused.class).hasMessageContaining("no such code");
        }
        assertThatThrownBy(this::finish).isInstanceOf(Refused.class).hasMessageContaining("no such code");
    }

    private void finish() {
        Attempt attempt = Attempt.random();
        provider.finish(attempt, CALLBACK, URI.create(CALLBACK + "?code=c&state=" + attempt.state()));
    }
}
