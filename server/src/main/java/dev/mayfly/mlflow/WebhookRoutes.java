package dev.mayfly.mlflow;

import dev.mayfly.problem.Refused;
import dev.mayfly.webhook.Event;
import dev.mayfly.webhook.Webhook;
import dev.mayfly.webhook.Webhooks;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /mlflow/webhooks}. Secrets go in and never out. */
final class WebhookRoutes {

    private static final int MOST = 1_000;

    private final Webhooks webhooks;
    private final Clock clock;

    WebhookRoutes(Webhooks webhooks, Clock clock) {
        this.webhooks = webhooks;
        this.clock = clock;
    }

    void add(Api api) {
        api.post("webhooks", fields -> reply(webhooks.create(webhook -> changed(webhook, fields))));
        api.get("webhooks", this::list);
        api.get("webhooks/{webhook_id}", fields -> reply(webhooks.get(id(fields))));
        api.patch(
                "webhooks/{webhook_id}",
                fields -> reply(webhooks.update(id(fields), webhook -> changed(webhook, fields))));
        api.delete("webhooks/{webhook_id}", fields -> ExperimentRoutes.done(() -> webhooks.delete(id(fields))));
        api.post("webhooks/{webhook_id}/test", this::test);
    }

    private Object list(Fields fields) {
        int limit = fields.limit("max_results", 100, MOST);
        List<Webhook> found = webhooks.list(fields.text("page_token", ""), limit + 1);
        List<Webhook> page = found.size() > limit ? found.subList(0, limit) : found;
        return new WebhookReplies.WebhooksReply(
                page.stream().map(WebhookReplies.WireWebhook::of).toList(),
                found.size() > limit ? page.get(limit - 1).id() : null);
    }

    private Object test(Fields fields) {
        Optional<Event> event = fields.has("event") ? Optional.of(event(fields.inside("event"))) : Optional.empty();
        Webhooks.Outcome outcome = webhooks.test(id(fields), event);
        return new WebhookReplies.WebhookTestReply(new WebhookReplies.WebhookTest(
                outcome.isTaken(),
                outcome.status().orElse(null),
                outcome.status().isPresent() ? outcome.text() : null,
                outcome.status().isPresent() ? null : outcome.text()));
    }

    private Webhook changed(Webhook webhook, Fields fields) {
        boolean isNew = webhook.name().isEmpty();
        String status = fields.text("status", webhook.isActive() ? "ACTIVE" : "DISABLED");
        if (!List.of("ACTIVE", "DISABLED").contains(status)) {
            throw Refused.invalid("Invalid webhook status '" + status + "' (expected: ACTIVE or DISABLED)");
        }
        List<Event> events =
                fields.list("events").stream().map(WebhookRoutes::event).toList();
        return new Webhook(
                webhook.id(),
                isNew ? fields.required("name") : fields.text("name", webhook.name()),
                isNew ? fields.required("url") : fields.text("url", webhook.url()),
                fields.text("description", webhook.description()),
                events.isEmpty() ? webhook.events() : events,
                secret(webhook, fields),
                status.equals("ACTIVE"),
                webhook.created(),
                clock.instant());
    }

    private static @Nullable String secret(Webhook webhook, Fields fields) {
        return fields.has("secret") ? fields.textOrNull("secret") : webhook.secret();
    }

    private static Event event(Fields fields) {
        return new Event(
                fields.required("entity").toLowerCase(Locale.ROOT),
                fields.required("action").toLowerCase(Locale.ROOT));
    }

    private static String id(Fields fields) {
        return fields.required("webhook_id");
    }

    private static WebhookReplies.WebhookReply reply(Webhook webhook) {
        return new WebhookReplies.WebhookReply(WebhookReplies.WireWebhook.of(webhook));
    }
}
