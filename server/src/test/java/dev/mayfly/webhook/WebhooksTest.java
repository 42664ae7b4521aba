package dev.mayfly.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mayfly.access.Actor;
import dev.mayfly.artifact.FolderArtifacts;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.secret.Sealing;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhooksTest {

    private static final Sealing SEALING = new Sealing("a key of some length");

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    /** What arrived: the body, and a line of its headers. */
    private record Received(String body, String id, String timestamp, String signature) {}

    @TempDir
    private Path folder;

    private final List<Received> received = new ArrayList<>();
    private int answer = 200;
    private Database database;
    private HttpServer listener;
    private String origin;
    private ModelRegistry registry;

    @BeforeEach
    void open() throws IOException {
        database = TestPostgres.database("server");
        listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        listener.createContext("/", this::receive);
        listener.start();
        origin = "http://127.0.0.1:" + listener.getAddress().getPort();
        registry =
                new ModelRegistry(database, new FolderArtifacts(folder), Clock.systemUTC(), at(Duration.ZERO)::publish);
    }

    @AfterEach
    void close() {
        listener.stop(0);
        database.close();
    }

    private synchronized void receive(HttpExchange exchange) throws IOException {
        received.add(new Received(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                exchange.getRequestHeaders().getFirst("X-MLflow-Delivery-Id"),
                exchange.getRequestHeaders().getFirst("X-MLflow-Timestamp"),
                String.valueOf(exchange.getRequestHeaders().getFirst("X-MLflow-Signature"))));
        exchange.getResponseHeaders().add("Location", origin + "/elsewhere");
        exchange.sendResponseHeaders(answer, -1);
        exchange.close();
    }

    private Webhooks at(Duration later) {
        return new Webhooks(
                database, new AllowedOrigins(List.of(origin)), SEALING, Clock.fixed(NOW.plus(later), ZoneOffset.UTC));
    }

    private Webhook listen(@Nullable String secret, Event... events) {
        return at(Duration.ZERO)
                .create(
                        Actor.OWNER,
                        empty -> new Webhook(
                                empty.id(),
                                "hook",
                                origin + "/hook",
                                "",
                                List.of(events),
                                secret,
                                true,
                                empty.times()));
    }

    @Test
    void whatHappensInTheRegistryIsSentSigned() throws Exception {
        listen("a secret", new Event("model_version", "created"), new Event("model_version_alias", "created"));
        registry.create(Actor.OWNER, "fraud", "", Map.of());
        ModelVersion version =
                registry.addVersion(Actor.OWNER, "fraud", ModelVersion.Origin.of("s3://b/m", "r"), "", Map.of());
        registry.setAlias(Actor.OWNER, version.key(), "champion");

        at(Duration.ZERO).deliver();
        at(Duration.ZERO).deliver();

        assertThat(received).hasSize(2);
        assertThat(received.get(0).body())
                .contains(
                        "\"entity\":\"model_version\",\"action\":\"created\"", "\"name\":\"fraud\",\"version\":\"1\"");
        assertThat(received.get(1).body()).contains("\"alias\":\"champion\"");
        Received first = received.get(0);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("a secret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] signed = mac.doFinal(
                (first.id() + "." + first.timestamp() + "." + first.body()).getBytes(StandardCharsets.UTF_8));
        assertThat(first.signature()).isEqualTo("v1," + Base64.getEncoder().encodeToString(signed));
    }

    @Test
    void aSecretIsSealedInItsRowAndOpensWithItsKeyOnly() {
        Webhook plain = listen("a secret", new Event("registered_model", "created"));
        String row = secretOf(plain);
        assertThat(row).startsWith("sealed:").doesNotContain("secret");
        assertThat(SEALING.open(row)).isEqualTo("a secret");
        assertThat(SEALING.seal("a secret")).isNotEqualTo(row);

        database.useTransaction(tx -> tx.execute("update webhook set secret = 'of an earlier version'"));
        at(Duration.ZERO);
        assertThat(SEALING.open(secretOf(plain))).isEqualTo("of an earlier version");

        Webhooks stranger = new Webhooks(
                database,
                new AllowedOrigins(List.of(origin)),
                new Sealing("another key of some length"),
                Clock.fixed(NOW, ZoneOffset.UTC));
        Webhooks.Outcome outcome = stranger.test(Actor.OWNER, plain.id(), Optional.empty());
        assertThat(outcome.isAccepted()).isFalse();
        assertThat(outcome.text()).contains("sealed with another key", "encryption_key");
        assertThat(received).isEmpty();
    }

    private String secretOf(Webhook webhook) {
        return database.read(tx -> tx.createQuery("select secret from webhook where id = :id")
                .bind("id", webhook.id())
                .mapTo(String.class)
                .one());
    }

    @Test
    void anAnswerWithoutAnEndIsReadToItsBeginning() {
        AtomicLong written = new AtomicLong();
        listener.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] block = "x".repeat(8_192).getBytes(StandardCharsets.UTF_8);
            try (OutputStream out = exchange.getResponseBody()) {
                for (int n = 0; n < 100_000; n++) {
                    out.write(block);
                    written.addAndGet(block.length);
                }
            }
        });
        Webhook endless = at(Duration.ZERO)
                .create(
                        Actor.OWNER,
                        empty -> new Webhook(
                                empty.id(),
                                "hook",
                                origin + "/endless",
                                "",
                                List.of(new Event("registered_model", "created")),
                                null,
                                true,
                                empty.times()));
        Webhooks.Outcome outcome = at(Duration.ZERO).test(Actor.OWNER, endless.id(), Optional.empty());
        assertThat(outcome.isAccepted()).isTrue();
        assertThat(outcome.text()).isEqualTo("x".repeat(1_000));
        assertThat(written.get()).isLessThan(100_000_000);
    }

    @Test
    void whatIsRolledBackIsNotSent() {
        listen(null, new Event("registered_model", "created"));
        registry.create(Actor.OWNER, "fraud", "", Map.of());
        assertThatThrownBy(() -> registry.create(Actor.OWNER, "fraud", "", Map.of()))
                .isInstanceOf(Refused.class);

        at(Duration.ZERO).deliver();

        assertThat(received).hasSize(1);
    }

    @Test
    void whatIsNotTakenIsSentAgainLaterAndAtLastGivenUp() {
        listen(null, new Event("registered_model", "created"));
        registry.create(Actor.OWNER, "fraud", "", Map.of());
        answer = 500;
        Duration later = Duration.ZERO;
        at(later).deliver();
        at(Duration.ofSeconds(4)).deliver();
        assertThat(received).hasSize(1);

        for (int n = 0; n < 20; n++) {
            later = later.plusHours(6);
            at(later).deliver();
        }

        assertThat(received).hasSize(15);
        assertThat(received.stream().map(Received::id).distinct()).hasSize(1);
    }

    @Test
    void aProcessThatDiedWhileSendingLeavesItToAnother() {
        listen(null, new Event("registered_model", "created"));
        registry.create(Actor.OWNER, "fraud", "", Map.of());
        database.inTransaction(tx -> WebhookStore.claimDue(tx, NOW, NOW.plusSeconds(120), 10));

        at(Duration.ofSeconds(60)).deliver();
        assertThat(received).isEmpty();
        at(Duration.ofSeconds(121)).deliver();
        assertThat(received).hasSize(1);
    }

    @Test
    void aRedirectIsNotFollowed() {
        Webhook webhook = listen(null, new Event("registered_model", "created"));
        answer = 302;

        assertThat(at(Duration.ZERO).test(Actor.OWNER, webhook.id(), Optional.empty()))
                .isEqualTo(new Webhooks.Outcome(false, Optional.of(302), ""));
        assertThat(received).hasSize(1);
    }

    @Test
    void whatIsDisabledIsSentNothing() {
        Webhook webhook = listen(null, new Event("registered_model", "created"));
        at(Duration.ZERO)
                .update(
                        Actor.OWNER,
                        webhook.id(),
                        before -> new Webhook(
                                before.id(),
                                before.name(),
                                before.url(),
                                "",
                                before.events(),
                                null,
                                false,
                                before.times()));
        registry.create(Actor.OWNER, "fraud", "", Map.of());

        at(Duration.ZERO).deliver();

        assertThat(received).isEmpty();
        at(Duration.ZERO).delete(Actor.OWNER, webhook.id());
        assertThat(at(Duration.ZERO).list("", 10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hook",
                "/etc/passwd",
                "file:///etc/passwd",
                "ftp://hooks.example.com/",
                "http://hooks.example.com/",
                "https://hooks.example.com:444/",
                "https://hooks.example.com.evil.example/",
                "https://hooks.example.com@evil.example/",
                "https://user@hooks.example.com/",
                "https://evil.example/#@hooks.example.com",
                "https://127.0.0.1/",
                "https://[::1]/",
                "https://169.254.169.254/latest/meta-data",
                "https://hooks.example.com\\@evil.example/",
                "https:hooks.example.com/x",
                "https:///x",
                "https://hooks.example.com/ x"
            })
    void noOtherPlaceIsCalled(String url) {
        AllowedOrigins targets = new AllowedOrigins(List.of("https://hooks.example.com"));

        assertThat(targets.check("https://HOOKS.example.com:443/a?b=c")).hasHost("HOOKS.example.com");
        assertThatThrownBy(() -> targets.check(url)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> new AllowedOrigins(List.of()).check("https://hooks.example.com/"))
                .isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hooks.example.com", "https://a/b", "ftp://a", "https://", "https://a?b"})
    void anOriginThatIsNoneIsRefused(String origin) {
        assertThatThrownBy(() -> new AllowedOrigins(List.of(origin)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: https://host or https://host:port)");
    }
}
