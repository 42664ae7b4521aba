package dev.mayfly.idempotency;

import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Creates that a client may retry: those with an {@code Idempotency-Key} header
 * (draft-ietf-httpapi-idempotency-key-header). The key is stored for a day, by the transaction of the create. Only the
 * key identifies a retry: equal bodies do not, since processes of one script send equal bodies in the same millisecond.
 * Thread-safe, also between servers.
 */
public final class IdempotentRequests {

    private static final Duration WINDOW = Duration.ofDays(1);
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final Database database;
    private final Clock clock;

    public IdempotentRequests(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * A request to create something.
     *
     * @param endpoint the endpoint it calls; several endpoints may use the same key
     * @param key the client's own name for the request, 1 to 255 printable characters
     * @param content the whole request; the same key with other content is refused
     */
    public IdempotentCreate request(String endpoint, String key, String content) {
        if (!KEY.matcher(key).matches()) {
            throw Refused.invalid("Invalid Idempotency-Key of " + key.length()
                    + " characters (expected: 1 to 255 printable ASCII characters without spaces)");
        }
        String digest = digest(endpoint + " key " + key);
        return (tx, result) -> {
            Instant now = clock.instant();
            return IdempotencyStore.claim(tx, digest, digest(content), result, now, now.minus(WINDOW))
                    .orElseThrow(() -> Refused.invalid("Idempotency-Key '" + key
                            + "' was used for another request (expected: a new key for every new request)"));
        };
    }

    private static String digest(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** Removes keys that are older than a day. To be called periodically. */
    public void forget() {
        database.useTransaction(
                tx -> IdempotencyStore.forget(tx, clock.instant().minus(WINDOW)));
    }
}
