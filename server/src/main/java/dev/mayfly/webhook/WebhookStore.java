package dev.mayfly.webhook;

import dev.mayfly.secret.Sealing;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The tables {@code webhook} and {@code webhook_delivery}. */
final class WebhookStore {

    private WebhookStore() {}

    /** A delivery to send; {@code attempts} includes this one. */
    record Delivery(long number, String id, String webhook, String payload, int attempts) {}

    static void put(Handle tx, Webhook webhook) {
        tx.createUpdate("""
                        insert into webhook (id, name, url, description, events, secret, active, created, updated)
                        values (:id, :name, :url, :description, :events, :secret, :active, :created, :updated)
                        on conflict (id) do update set name = excluded.name, url = excluded.url,
                          description = excluded.description, events = excluded.events, secret = excluded.secret,
                          active = excluded.active, updated = excluded.updated""")
                .bind("id", webhook.id())
                .bind("name", webhook.name())
                .bind("url", webhook.url())
                .bind("description", webhook.description())
                .bindArray(
                        "events",
                        String.class,
                        webhook.events().stream().map(Event::toString).toList())
                .bind("secret", webhook.secret())
                .bind("active", webhook.isActive())
                .bind("created", webhook.times().created().toEpochMilli())
                .bind("updated", webhook.times().updated().toEpochMilli())
                .execute();
    }

    /** Seals the secrets that an earlier version kept as they are. */
    static void sealAll(Handle tx, Sealing sealing) {
        tx.createQuery("select id, secret from webhook where secret is not null and not starts_with(secret, 'sealed:')"
                        + " for update")
                .map((row, context) -> Map.entry(row.getString("id"), row.getString("secret")))
                .list()
                .forEach(plain -> tx.createUpdate("update webhook set secret = :secret where id = :id")
                        .bind("secret", sealing.seal(plain.getValue()))
                        .bind("id", plain.getKey())
                        .execute());
    }

    static Optional<Webhook> find(Handle tx, String id) {
        return tx.createQuery("select * from webhook where id = :id")
                .bind("id", id)
                .map((row, context) -> webhook(row))
                .findOne();
    }

    /** Returns webhooks in order of id, after a given id. */
    static List<Webhook> list(Handle tx, String after, int limit) {
        return tx.createQuery("select * from webhook where id > :after order by id limit :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> webhook(row))
                .list();
    }

    static boolean delete(Handle tx, String id) {
        return tx.createUpdate("delete from webhook where id = :id")
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** Adds a delivery for every active webhook of the event. */
    static void enqueue(Handle tx, Event event, String payload, Instant now) {
        tx.createUpdate("""
                        insert into webhook_delivery (id, webhook_id, payload, next_at)
                        select cast(gen_random_uuid() as text), id, :payload, :now from webhook
                        where active and :event = any(events)""")
                .bind("payload", payload)
                .bind("event", event.toString())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /** Claims due deliveries: other processes can claim them only after {@code until}. */
    static List<Delivery> claimDue(Handle tx, Instant now, Instant until, int limit) {
        return tx.createQuery("""
                        update webhook_delivery set attempts = attempts + 1, next_at = :until
                        where number in (select number from webhook_delivery where next_at <= :now
                          order by number limit :limit for update skip locked)
                        returning *""")
                .bind("now", now.toEpochMilli())
                .bind("until", until.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> new Delivery(
                        row.getLong("number"),
                        row.getString("id"),
                        row.getString("webhook_id"),
                        row.getString("payload"),
                        row.getInt("attempts")))
                .list();
    }

    static void done(Handle tx, Delivery delivery) {
        tx.createUpdate("delete from webhook_delivery where number = :number")
                .bind("number", delivery.number())
                .execute();
    }

    static void reschedule(Handle tx, Delivery delivery, Instant at) {
        tx.createUpdate("update webhook_delivery set next_at = :at where number = :number")
                .bind("number", delivery.number())
                .bind("at", at.toEpochMilli())
                .execute();
    }

    private static Webhook webhook(ResultSet row) throws SQLException {
        return new Webhook(
                row.getString("id"),
                row.getString("name"),
                row.getString("url"),
                row.getString("description"),
                Arrays.stream((String[]) row.getArray("events").getArray())
                        .map(Event::parse)
                        .toList(),
                row.getString("secret"),
                row.getBoolean("active"),
                new Webhook.Times(
                        Instant.ofEpochMilli(row.getLong("created")), Instant.ofEpochMilli(row.getLong("updated"))));
    }
}
