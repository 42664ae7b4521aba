package dev.mayfly.idempotency;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code create_request}. */
final class IdempotencyStore {

    private IdempotencyStore() {}

    /**
     * Returns the result of an earlier request with this digest, if it is not older than {@code oldest}; otherwise
     * stores and returns {@code result}. Waits for such a request in another transaction. Empty if the key belongs to a
     * request with other content.
     */
    static Optional<String> claim(
            Handle tx, String digest, String content, String result, Instant now, Instant oldest) {
        return tx.createQuery("""
                        insert into create_request as known (digest, content, result, at)
                        values (:digest, :content, :result, :now)
                        on conflict (digest) do update set
                          result = case when known.at >= :oldest then known.result else excluded.result end,
                          content = case when known.at >= :oldest then known.content else excluded.content end,
                          at = case when known.at >= :oldest then known.at else excluded.at end
                        returning case when content in (:content, '') then result end""")
                .bind("digest", digest)
                .bind("content", content)
                .bind("result", result)
                .bind("now", now.toEpochMilli())
                .bind("oldest", oldest.toEpochMilli())
                .mapTo(String.class)
                .findOne();
    }

    static void forget(Handle tx, Instant oldest) {
        tx.createUpdate("delete from create_request where at < :oldest")
                .bind("oldest", oldest.toEpochMilli())
                .execute();
    }
}
