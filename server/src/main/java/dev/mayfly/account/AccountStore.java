package dev.mayfly.account;

import dev.mayfly.access.Grant;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables of accounts and tokens. */
final class AccountStore {

    private static final String GRANTS = """
            array(select granted from account_grant g where g.account = a.name
              and (g.ends_at is null or g.ends_at > now()) order by granted, kind, pattern) as rights,
            array(select kind from account_grant g where g.account = a.name
              and (g.ends_at is null or g.ends_at > now()) order by granted, kind, pattern) as kinds,
            array(select pattern from account_grant g where g.account = a.name
              and (g.ends_at is null or g.ends_at > now()) order by granted, kind, pattern)
              as patterns
            """;

    private AccountStore() {}

    /** What a request must prove to be an account's: the hash, and what goes with it. */
    record Proof(Account account, Optional<String> password, Optional<Stored> token) {}

    /** A token with the hash of its secret. */
    record Stored(Token token, String hash) {}

    static boolean insert(Handle tx, String name, Account.Kind kind, Instant now, String by) {
        return tx.createUpdate("""
                        insert into account (name, kind, created_at, created_by) values (:name, :kind, :now, :by)
                        on conflict (name) do nothing""")
                        .bind("name", name)
                        .bind("kind", kind.word())
                        .bind("now", time(now))
                        .bind("by", by)
                        .execute()
                == 1;
    }

    static boolean delete(Handle tx, String name) {
        return tx.createUpdate("delete from account where name = :name")
                        .bind("name", name)
                        .execute()
                == 1;
    }

    static void setPassword(Handle tx, String name, @Nullable String hash) {
        tx.createUpdate("update account set password = :hash where name = :name")
                .bind("name", name)
                .bind("hash", hash)
                .execute();
    }

    static void setDisabled(Handle tx, String name, boolean isDisabled) {
        tx.createUpdate("update account set is_disabled = :disabled where name = :name")
                .bind("name", name)
                .bind("disabled", isDisabled)
                .execute();
    }

    static void grant(Handle tx, String name, Grant grant) {
        tx.createUpdate("""
                        insert into account_grant (account, granted, kind, pattern)
                        values (:name, :right, :kind, :pattern)
                        on conflict (account, granted, kind, pattern) do update set ends_at = null""")
                .bind("name", name)
                .bind("right", grant.right().word())
                .bind("kind", kind(grant))
                .bind("pattern", grant.pattern())
                .execute();
    }

    /** Grants what a provider's groups give, in place of what they gave before; what an administrator granted stays. */
    static void replaceProvided(Handle tx, String name, List<Grant> grants, Instant end) {
        tx.createUpdate("delete from account_grant where account = :name and ends_at is not null")
                .bind("name", name)
                .execute();
        for (Grant grant : grants) {
            tx.createUpdate("""
                            insert into account_grant (account, granted, kind, pattern, ends_at)
                            values (:name, :right, :kind, :pattern, :end) on conflict do nothing""")
                    .bind("name", name)
                    .bind("right", grant.right().word())
                    .bind("kind", kind(grant))
                    .bind("pattern", grant.pattern())
                    .bind("end", time(end))
                    .execute();
        }
    }

    /** The account of somebody whom a provider knows. */
    static Optional<String> bySubject(Handle tx, String issuer, String subject) {
        return tx.createQuery("select name from account where issuer = :issuer and subject = :subject")
                .bind("issuer", issuer)
                .bind("subject", subject)
                .mapTo(String.class)
                .findOne();
    }

    static void setSubject(Handle tx, String name, String issuer, String subject) {
        tx.createUpdate("""
                        update account set issuer = :issuer, subject = :subject, awaits_provider = false
                        where name = :name""")
                .bind("name", name)
                .bind("issuer", issuer)
                .bind("subject", subject)
                .execute();
    }

    static boolean awaitsProvider(Handle tx, String name) {
        return tx.createQuery("select awaits_provider from account where name = :name")
                .bind("name", name)
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    /** Lets whoever signs in at the provider under the account's name have it. */
    static void awaitProvider(Handle tx, String name) {
        tx.createUpdate("update account set awaits_provider = true, issuer = null, subject = null where name = :name")
                .bind("name", name)
                .execute();
    }

    static boolean revoke(Handle tx, String name, Grant grant) {
        return tx.createUpdate("""
                        delete from account_grant where account = :name and granted = :right and kind = :kind
                          and pattern = :pattern""")
                        .bind("name", name)
                        .bind("right", grant.right().word())
                        .bind("kind", kind(grant))
                        .bind("pattern", grant.pattern())
                        .execute()
                == 1;
    }

    private static String kind(Grant grant) {
        return grant.kind().map(ResourceKind::word).orElse("");
    }

    static Optional<Account> find(Handle tx, String name) {
        return proof(tx, name).map(Proof::account);
    }

    static Optional<Proof> proof(Handle tx, String name) {
        return tx.createQuery("select a.*, " + GRANTS + " from account a where a.name = :name")
                .bind("name", name)
                .map((row, context) ->
                        new Proof(account(row), Optional.ofNullable(row.getString("password")), Optional.empty()))
                .findOne();
    }

    static Optional<Proof> proofOfToken(Handle tx, String id) {
        return tx.createQuery("""
                        select a.*, t.id, t.hash, t.account, t.purpose, t.highest, t.created_at as token_created,
                          t.expires_at, t.last_used_at,
                        """ + GRANTS + " from token t join account a on a.name = t.account where t.id = :id")
                .bind("id", id)
                .map((row, context) -> new Proof(
                        account(row),
                        Optional.empty(),
                        Optional.of(new Stored(token(row, "token_created"), row.getString("hash")))))
                .findOne();
    }

    /** The accounts of people and services, by name. */
    static List<Account> all(Handle tx) {
        return tx.createQuery("select a.*, " + GRANTS + " from account a where kind <> 'job' order by name")
                .map((row, context) -> account(row))
                .list();
    }

    static boolean hasOthersThan(Handle tx, String name) {
        return tx.createQuery("select exists (select 1 from account where kind <> 'job' and name <> :name)")
                .bind("name", name)
                .mapTo(Boolean.class)
                .one();
    }

    static void putToken(Handle tx, Token token, String hash) {
        tx.createUpdate("""
                        insert into token (id, account, hash, purpose, highest, created_at, expires_at)
                        values (:id, :account, :hash, :purpose, :highest, :created, :expires)
                        on conflict (id) do nothing""")
                .bind("id", token.id())
                .bind("account", token.account())
                .bind("hash", hash)
                .bind("purpose", token.purpose())
                .bind("highest", token.highest().map(Right::word).orElse(null))
                .bind("created", time(token.times().created()))
                .bind("expires", time(token.times().expires()))
                .execute();
    }

    static Optional<Token> deleteToken(Handle tx, String id) {
        return tx.createQuery("delete from token where id = :id returning *")
                .bind("id", id)
                .map((row, context) -> token(row, "created_at"))
                .findOne();
    }

    static Optional<Token> token(Handle tx, String id) {
        return tx.createQuery("select * from token where id = :id")
                .bind("id", id)
                .map((row, context) -> token(row, "created_at"))
                .findOne();
    }

    /** The tokens of an account, the newest first. */
    static List<Token> tokens(Handle tx, String account) {
        return tx.createQuery("select * from token where account = :account order by created_at desc, id")
                .bind("account", account)
                .map((row, context) -> token(row, "created_at"))
                .list();
    }

    static void markUsed(Handle tx, String id, Instant now) {
        tx.createUpdate("update token set last_used_at = :now where id = :id")
                .bind("id", id)
                .bind("now", time(now))
                .execute();
    }

    /** The key of jobs' tokens; the first call keeps the proposed one. */
    static byte[] key(Handle tx, byte[] proposed) {
        tx.createUpdate("insert into account_key (key) values (:key) on conflict do nothing")
                .bind("key", proposed)
                .execute();
        return tx.createQuery("select key from account_key")
                .map((row, context) -> row.getBytes(1))
                .one();
    }

    static int deleteExpired(Handle tx, Instant now) {
        return tx.createUpdate("""
                        delete from account a using token t
                        where t.account = a.name and a.kind = 'job' and t.expires_at < :now""").bind("now", time(now)).execute();
    }

    private static Account account(ResultSet row) throws SQLException {
        String[] rights = texts(row, "rights");
        String[] kinds = texts(row, "kinds");
        String[] patterns = texts(row, "patterns");
        List<Grant> grants = new ArrayList<>();
        for (int n = 0; n < rights.length; n++) {
            grants.add(new Grant(
                    Right.valueOf(rights[n].toUpperCase(Locale.ROOT)),
                    kinds[n].isEmpty()
                            ? Optional.empty()
                            : Optional.of(ResourceKind.valueOf(kinds[n].toUpperCase(Locale.ROOT))),
                    patterns[n]));
        }
        return new Account(
                row.getString("name"),
                Account.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("password") != null,
                row.getBoolean("is_disabled"),
                new Account.Created(required(row, "created_at"), row.getString("created_by")),
                grants);
    }

    private static String[] texts(ResultSet row, String column) throws SQLException {
        return (String[]) row.getArray(column).getArray();
    }

    private static Token token(ResultSet row, String created) throws SQLException {
        return new Token(
                row.getString("id"),
                row.getString("account"),
                row.getString("purpose"),
                Optional.ofNullable(row.getString("highest")).map(word -> Right.valueOf(word.toUpperCase(Locale.ROOT))),
                new Token.Times(required(row, created), instant(row, "expires_at"), instant(row, "last_used_at")));
    }

    private static Instant required(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
