package dev.mayfly.account;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The tables of sessions and of codes for the command line. */
final class SessionStore {

    private SessionStore() {}

    /** A session, and whose it is. */
    record Row(String hash, String account, String address, Instant created, Instant lastSeen) {}

    /** What a code stands for. */
    record Code(String account, String via, String challenge, String purpose, Instant expires) {}

    static void insert(Handle tx, Row session) {
        tx.createUpdate("""
                        insert into session (hash, account, address, created_at, last_seen_at)
                        values (:hash, :account, :address, :created, :seen)""")
                .bind("hash", session.hash())
                .bind("account", session.account())
                .bind("address", session.address())
                .bind("created", time(session.created()))
                .bind("seen", time(session.lastSeen()))
                .execute();
    }

    static Optional<Row> find(Handle tx, String hash) {
        return tx.createQuery("select * from session where hash = :hash")
                .bind("hash", hash)
                .map((row, context) -> new Row(
                        row.getString("hash"),
                        row.getString("account"),
                        row.getString("address"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant(),
                        row.getObject("last_seen_at", OffsetDateTime.class).toInstant()))
                .findOne();
    }

    static void markSeen(Handle tx, String hash, Instant now) {
        tx.createUpdate("update session set last_seen_at = :now where hash = :hash")
                .bind("hash", hash)
                .bind("now", time(now))
                .execute();
    }

    static Optional<String> delete(Handle tx, String hash) {
        return tx.createQuery("delete from session where hash = :hash returning account")
                .bind("hash", hash)
                .mapTo(String.class)
                .findOne();
    }

    static void deleteOf(Handle tx, String account) {
        tx.createUpdate("delete from session where account = :account")
                .bind("account", account)
                .execute();
    }

    static void deleteOlder(Handle tx, Instant createdBefore, Instant seenBefore, Instant now) {
        tx.createUpdate("delete from session where created_at < :created or last_seen_at < :seen")
                .bind("created", time(createdBefore))
                .bind("seen", time(seenBefore))
                .execute();
        tx.createUpdate("delete from sign_in_code where expires_at < :now")
                .bind("now", time(now))
                .execute();
    }

    static void insertCode(Handle tx, String hash, Code code) {
        tx.createUpdate("""
                        insert into sign_in_code (hash, account, via, challenge, purpose, expires_at)
                        values (:hash, :account, :via, :challenge, :purpose, :expires)""")
                .bind("hash", hash)
                .bind("account", code.account())
                .bind("via", code.via())
                .bind("challenge", code.challenge())
                .bind("purpose", code.purpose())
                .bind("expires", time(code.expires()))
                .execute();
    }

    /** Returns what a code stands for, this once. */
    static Optional<Code> takeCode(Handle tx, String hash) {
        List<Code> taken = tx.createQuery("delete from sign_in_code where hash = :hash returning *")
                .bind("hash", hash)
                .map((row, context) -> new Code(
                        row.getString("account"),
                        row.getString("via"),
                        row.getString("challenge"),
                        row.getString("purpose"),
                        row.getObject("expires_at", OffsetDateTime.class).toInstant()))
                .list();
        return taken.stream().findFirst();
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
