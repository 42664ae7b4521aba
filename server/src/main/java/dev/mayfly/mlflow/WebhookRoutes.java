package dev.mayfly.mlflow;

import static dev.mayfly.api.Right.ADMIN;
import static dev.mayfly.mlflow.MlflowRouter.delete;
import static dev.mayfly.mlflow.MlflowRouter.get;
import static dev.mayfly.mlflow.MlflowRouter.patch;
import static dev.mayfly.mlflow.MlflowRouter.post;

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

    void bind(MlflowRouter router) {
        router.bind(
                post("webhooks", "Creates a webhook", ADMIN.everywhere(), WebhookReplies.WebhookReply.class),
                fields -> reply(webhooks.create(fields.actor(), webhook -> changed(webhook, fields))));
        router.bind(
                get("webhooks", "The webhooks, by id", ADMIN.everywhere(), WebhookReplies.WebhooksReply.class),
                this::list);
        router.bind(
                get("webhooks/{webhook_id}", "A webhook", ADMIN.everywhere(), WebhookReplies.WebhookReply.class),
                fields -> reply(webhooks.get(id(fields))));
        router.bind(
                patch(
                        "webhooks/{webhook_id}",
                        "Changes a webhook",
                        ADMIN.everywhere(),
                        WebhookReplies.WebhookReply.class),
                fields -> reply(webhooks.update(fields.actor(), id(fields), webhook -> changed(webhook, fields))));
        router.bind(
                delete("webhooks/{webhook_id}", "Deletes a webhook", ADMIN.everywhere(), Wire.Empty.class),
                fields -> Wire.done(() -> webhooks.delete(fields.actor(), id(fields))));
        router.bind(
                post(
                        "webhooks/{webhook_id}/test",
                        "Sends a made-up event to a webhook",
                        ADMIN.everywhere(),
                        WebhookReplies.WebhookTestReply.class),
                this::test);
    }

    private WebhookReplies.WebhooksReply list(RequestFields fields) {
        int limit = fields.limit("max_results", 100, MOST);
        List<Webhook> found = webhooks.list(fields.text("page_token", ""), limit + 1);
        List<Webhook> page = found.size() > limit ? found.subList(0, limit) : found;
        return new WebhookReplies.WebhooksReply(
                page.stream().map(WebhookReplies.WireWebhook::of).toList(),
                found.size() > limit ? page.get(limit - 1).id() : null);
    }

    private WebhookReplies.WebhookTestReply test(RequestFields fields) {
        Optional<Event> event = fields.has("event") ? Optional.of(event(fields.inside("event"))) : Optional.empty();
        Webhooks.Outcome outcome = webhooks.test(fields.actor(), id(fields), event);
        return new WebhookReplies.WebhookTestReply(new WebhookReplies.WebhookTest(
                outcome.isAccepted(),
                outcome.status().orElse(null),
                outcome.status().isPresent() ? outcome.text() : null,
                outcome.status().isPresent() ? null : outcome.text()));
    }

    private Webhook changed(Webhook webhook, RequestFields fields) {
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
                new Webhook.Times(webhook.times().created(), clock.instant()));
    }

    private static @Nullable String secret(Webhook webhook, RequestFields fields) {
        return fields.has("secret") ? fields.textOrNull("secret") : webhook.secret();
    }

    private static Event event(RequestFields fields) {
        return new Event(
                fields.required("entity").toLowerCase(Locale.ROOT),
                fields.required("action").toLowerCase(Locale.ROOT));
    }

    private static String id(RequestFields fields) {
        return fields.required("webhook_id");
    }

    private static WebhookReplies.WebhookReply reply(Webhook webhook) {
        return new WebhookReplies.WebhookReply(WebhookReplies.WireWebhook.of(webhook));
    }
}
