package dev.mayfly.mlflow;

import dev.mayfly.webhook.Webhook;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers of calls about webhooks. */
final class WebhookReplies {

    private WebhookReplies() {}

    record WebhookReply(WireWebhook webhook) {}

    record WebhooksReply(
            List<WireWebhook> webhooks, @Nullable String nextPageToken) {}

    record WebhookEvent(String entity, String action) {}

    record WireWebhook(
            String webhookId,
            String name,
            String url,
            String description,
            List<WebhookEvent> events,
            String status,
            long creationTimestamp,
            long lastUpdatedTimestamp) {

        static WireWebhook of(Webhook webhook) {
            return new WireWebhook(
                    webhook.id(),
                    webhook.name(),
                    webhook.url(),
                    webhook.description(),
                    webhook.events().stream()
                            .map(event -> new WebhookEvent(
                                    event.entity().toUpperCase(Locale.ROOT),
                                    event.action().toUpperCase(Locale.ROOT)))
                            .toList(),
                    webhook.isActive() ? "ACTIVE" : "DISABLED",
                    webhook.times().created().toEpochMilli(),
                    webhook.times().updated().toEpochMilli());
        }
    }

    record WebhookTestReply(WebhookTest result) {}

    record WebhookTest(
            boolean success,
            @Nullable Integer responseStatus,
            @Nullable String responseBody,
            @Nullable String errorMessage) {}
}
