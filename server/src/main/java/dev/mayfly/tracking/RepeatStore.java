package dev.mayfly.tracking;

import java.time.Instant;
import java.util.Collection;
import org.jdbi.v3.core.Handle;

/** The table {@code create_request}. */
final class RepeatStore {

    private RepeatStore() {}

    /**
     * What the request made before, if that was since {@code oldest} and is to count; otherwise {@code result}, which is kept. A request
     * that is under way in another transaction is waited for.
     */
    static String claim(Handle tx, String digest, String result, Instant now, Instant oldest, boolean counts) {
        return tx.createQuery("""
                        insert into create_request as known (digest, result, at) values (:digest, :result, :now)
                        on conflict (digest) do update set
                          result = case when :counts and known.at >= :oldest then known.result else excluded.result end,
                          at = case when :counts and known.at >= :oldest then known.at else excluded.at end
                        returning result""")
                .bind("digest", digest)
                .bind("result", result)
                .bind("now", now.toEpochMilli())
                .bind("oldest", oldest.toEpochMilli())
                .bind("counts", counts)
                .mapTo(String.class)
                .one();
    }

    static void forget(Handle tx, Collection<String> digests, Instant oldest) {
        tx.createUpdate("delete from create_request where digest = any(:digests) or at < :oldest")
                .bindArray("digests", String.class, digests)
                .bind("oldest", oldest.toEpochMilli())
                .execute();
    }
}
