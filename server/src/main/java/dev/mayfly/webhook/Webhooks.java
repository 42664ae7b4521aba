package dev.mayfly.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.access.Actor;
import dev.mayfly.audit.Audit;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import dev.mayfly.secret.Sealing;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Webhooks, in MLflow's form: a POST of JSON, signed with HMAC-SHA256 over {@code id.timestamp.payload}. Each is
 * delivered at least once: it is sent again until the receiver accepts it, for about a day. Redirects are not followed.
 * Thread-safe, also across servers.
 */
public final class Webhooks {

    private static final Logger log = LoggerFactory.getLogger(Webhooks.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration TAKEN = Duration.ofMinutes(2);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final int MOST_ATTEMPTS = 15;
    private static final int AT_ONCE = 10;
    private static final int LONGEST_ANSWER = 1_000;

    private final Database database;
    private final AllowedOrigins targets;
    private final Sealing sealing;
    private final Clock clock;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(ANSWER)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /**
     * Opens the room.
     *
     * @param sealing keeps the secrets of webhooks; those of earlier versions, which are plain, are sealed now
     */
    public Webhooks(Database database, AllowedOrigins targets, Sealing sealing, Clock clock) {
        this.database = database;
        this.sealing = sealing;
        this.targets = targets;
        this.clock = clock;
        database.useTransaction(tx -> WebhookStore.sealAll(tx, sealing));
    }

    /** The outcome of a call: the status and the beginning of the answer, or why there is none. */
    public record Outcome(boolean isAccepted, Optional<Integer> status, String text) {}

    /**
     * Creates a webhook; {@code filled} sets the fields of an empty one.
     *
     * @throws Refused if its address may not be called
     */
    public Webhook create(Actor actor, UnaryOperator<Webhook> filled) {
        Instant now = clock.instant();
        Webhook webhook = filled.apply(new Webhook(
                UUID.randomUUID().toString(), "", "", "", List.of(), null, true, new Webhook.Times(now, now)));
        return put(actor, "webhook create", webhook);
    }

    /**
     * Changes a webhook.
     *
     * @throws Refused if there is none, or the new address may not be called
     */
    public Webhook update(Actor actor, String id, UnaryOperator<Webhook> change) {
        return put(actor, "webhook update", change.apply(get(id)));
    }

    private Webhook put(Actor actor, String action, Webhook webhook) {
        if (!webhook.name().matches("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")) {
            throw Refused.invalid(
                    "Webhook name '" + webhook.name().replaceAll("\\p{Cntrl}", "?") + "' is invalid (expected:"
                            + " 1 to 63 letters, digits, '.', '_' and '-', with a letter or digit at both ends)");
        }
        if (webhook.events().isEmpty()) {
            throw Refused.invalid("Webhook events must be a non-empty list.");
        }
        targets.check(webhook.url());
        String secret = webhook.secret();
        Webhook sealed = secret == null || Sealing.isSealed(secret) ? webhook : webhook.with(sealing.seal(secret));
        database.useTransaction(tx -> {
            WebhookStore.put(tx, sealed);
            Audit.done(tx, actor, action, "webhook " + webhook.name(), webhook.id());
        });
        return sealed;
    }

    public Webhook get(String id) {
        return database.read(tx -> WebhookStore.find(tx, id))
                .orElseThrow(() -> Refused.missing("Webhook with ID " + id + " not found."));
    }

    /** Returns webhooks in order of id, after a given id. */
    public List<Webhook> list(String after, int limit) {
        return database.read(tx -> WebhookStore.list(tx, after, limit));
    }

    public void delete(Actor actor, String id) {
        Webhook last = get(id);
        database.useTransaction(tx -> {
            if (!WebhookStore.delete(tx, id)) {
                throw Refused.missing("Webhook with ID " + id + " not found.");
            }
            Audit.done(tx, actor, "webhook delete", "webhook " + last.name(), id);
        });
    }

    /** Queues an event within the transaction of the change. */
    public void publish(Handle tx, String entity, String action, Map<String, Object> data) {
        Event event = new Event(entity, action);
        WebhookStore.enqueue(tx, event, payload(event, data), clock.instant());
    }

    /** Sends an example of an event now, and returns the outcome. */
    public Outcome test(Actor actor, String id, Optional<Event> event) {
        Webhook webhook = get(id);
        Event sent = event.orElse(webhook.events().get(0));
        database.useTransaction(tx -> Audit.done(tx, actor, "webhook test", "webhook " + webhook.name(), id));
        return send(
                webhook, UUID.randomUUID().toString(), payload(sent, Map.of("name", "example_model", "version", "1")));
    }

    /** Sends the deliveries that are due; a periodic task calls it. */
    public void deliver() {
        Instant now = clock.instant();
        for (WebhookStore.Delivery delivery :
                database.inTransaction(tx -> WebhookStore.claimDue(tx, now, now.plus(TAKEN), AT_ONCE))) {
            Optional<Webhook> webhook = database.read(tx -> WebhookStore.find(tx, delivery.webhook()));
            Outcome outcome = webhook.map(some -> send(some, delivery.id(), delivery.payload()))
                    .orElseGet(() -> new Outcome(true, Optional.empty(), "the webhook was deleted"));
            boolean givesUp = !outcome.isAccepted() && delivery.attempts() >= MOST_ATTEMPTS;
            if (givesUp) {
                log.warn("{} did not take {} in {} attempts: {}", webhook, delivery.id(), delivery.attempts(), outcome);
            }
            Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(delivery.attempts() - 1, 11));
            database.useTransaction(tx -> {
                if (outcome.isAccepted() || givesUp) {
                    WebhookStore.done(tx, delivery);
                } else {
                    WebhookStore.reschedule(tx, delivery, clock.instant().plus(pause));
                }
            });
        }
    }

    private Outcome send(Webhook webhook, String id, String payload) {
        try {
            HttpRequest request = request(targets.check(webhook.url()), webhook, id, payload);
            HttpResponse<String> answer = client.sendAsync(request, head -> new Beginning(LONGEST_ANSWER))
                    .get(ANSWER.toSeconds(), TimeUnit.SECONDS);
            return new Outcome(answer.statusCode() / 100 == 2, Optional.of(answer.statusCode()), answer.body());
        } catch (Refused | IllegalArgumentException e) {
            return new Outcome(false, Optional.empty(), String.valueOf(e.getMessage()));
        } catch (ExecutionException e) {
            return new Outcome(false, Optional.empty(), String.valueOf(e.getMessage()));
        } catch (TimeoutException e) {
            return new Outcome(false, Optional.empty(), "no answer within " + ANSWER.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome(false, Optional.empty(), "interrupted");
        }
    }

    private HttpRequest request(URI target, Webhook webhook, String id, String payload) {
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .header("X-MLflow-Delivery-Id", id)
                .header("X-MLflow-Timestamp", timestamp)
                .POST(HttpRequest.BodyPublishers.ofString(payload));
        String secret = webhook.secret();
        if (secret != null) {
            request.header(
                    "X-MLflow-Signature",
                    "v1," + signature(sealing.open(secret), id + "." + timestamp + "." + payload));
        }
        return request.build();
    }

    private static String signature(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private String payload(Event event, Map<String, Object> data) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("entity", event.entity());
        payload.put("action", event.action());
        payload.put("timestamp", clock.instant().toString());
        payload.put("data", data);
        try {
            return JSON.writeValueAsString(payload);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("payload can't be written: " + payload, e);
        }
    }
}
