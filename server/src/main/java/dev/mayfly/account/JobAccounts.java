package dev.mayfly.account;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Grant;
import dev.mayfly.api.Right;
import dev.mayfly.postgres.Database;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The accounts of jobs: one per attempt of a task, with one token, from its start to its end. Thread-safe, also across
 * servers.
 */
public final class JobAccounts {

    private static final int KEY_BYTES = 32;
    private static final int ID_DIGITS = 16;

    private final Database database;
    private final Clock clock;

    public JobAccounts(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Opens the account of a job, or finds it open; each call returns the same token, so that a job that is submitted
     * twice may have either.
     *
     * @param job unique for ever
     * @param longest how long it may run at most
     */
    public String open(Actor.Job job, List<Grant> grants, Duration longest) {
        String name = job.account();
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            TokenText text = text(AccountStore.key(tx, randomKey()), name);
            if (AccountStore.insert(tx, name, Account.Kind.JOB, now, Actor.SYSTEM.name())) {
                grants.forEach(grant -> AccountStore.grant(tx, name, grant));
                Token token = new Token(
                        text.id(),
                        name,
                        "the job's",
                        Optional.<Right>empty(),
                        new Token.Times(now, now.plus(longest), null));
                AccountStore.putToken(tx, token, text.hash());
            }
            return text.full();
        });
    }

    /** Ends the account of a job; may be called twice. */
    public void close(Actor.Job job) {
        database.useTransaction(tx -> AccountStore.delete(tx, job.account()));
    }

    /** Deletes the accounts whose tokens have ended: those of jobs that a late process opened again. */
    public void closeExpired() {
        database.useTransaction(tx -> AccountStore.deleteExpired(tx, clock.instant()));
    }

    private static byte[] randomKey() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /** HMAC-SHA-256 of what the token is for: nobody without the key can make one, and none has to be stored. */
    private static TokenText text(byte[] key, String name) {
        String id = HexFormat.of().formatHex(mac(key, "id " + name)).substring(0, ID_DIGITS);
        return TokenText.of(id, Arrays.copyOf(mac(key, "secret " + name), KEY_BYTES));
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC-SHA-256", e);
        }
    }
}
