package dev.mayfly.tracking;

import dev.mayfly.postgres.Database;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jdbi.v3.core.Handle;

/**
 * Creates that a client sends again because it lost the answer to the first: they make nothing new. MLflow's clients repeat every
 * request, without a key. So a request is remembered in the transaction that serves it, and forgotten when its answer has been handed
 * to the network; what is found remembered belongs to an answer that failed to be written, or to a server that died. A client that
 * sends a key gets the same answer for a day. Safe for use by any thread.
 */
public final class Repeats {

    /** For how long a request without a key may be repeated: longer than MLflow's clients try. */
    private static final Duration WINDOW = Duration.ofMinutes(15);

    private static final Duration WINDOW_OF_KEYS = Duration.ofDays(1);

    private final Database database;
    private final Clock clock;
    /** Requests under way here, or answered and not yet forgotten: another of the same content is another create. */
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    private final Queue<String> answered = new ConcurrentLinkedQueue<>();

    public Repeats(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * A request to create something.
     *
     * @param content what it asks for, or the key by which the client says which requests are the same
     */
    public Request request(String content, boolean isKey) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return new Request(UUID.nameUUIDFromBytes(bytes).toString(), isKey);
    }

    /** One request, from its arrival to the arrival of its answer. */
    public final class Request implements Once {

        private final String digest;
        private final boolean isKey;

        private Request(String digest, boolean isKey) {
            this.digest = digest;
            this.isKey = isKey;
        }

        @Override
        public String claim(Handle tx, String result) {
            boolean counts = isKey || underWay.add(digest);
            Instant now = clock.instant();
            return RepeatStore.claim(tx, digest, result, now, now.minus(isKey ? WINDOW_OF_KEYS : WINDOW), counts);
        }

        /** Says whether the answer could be written. */
        public void answered(boolean arrived) {
            if (arrived && !isKey) {
                answered.add(digest);
            } else {
                underWay.remove(digest);
            }
        }
    }

    /** Forgets those whose answers arrived, and what is too old to be repeated. To be called now and then. */
    public void forget() {
        List<String> digests = new ArrayList<>();
        for (String digest = answered.poll(); digest != null; digest = answered.poll()) {
            digests.add(digest);
        }
        try {
            database.useTransaction(
                    tx -> RepeatStore.forget(tx, digests, clock.instant().minus(WINDOW_OF_KEYS)));
            digests.forEach(underWay::remove);
        } catch (RuntimeException e) {
            answered.addAll(digests);
            throw e;
        }
    }
}
