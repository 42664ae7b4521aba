package dev.mayfly.account;

import dev.mayfly.access.Actor;
import dev.mayfly.api.ErrorKind;
import dev.mayfly.audit.Audit;
import dev.mayfly.digest.Sha256;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Sessions of people who sign in with a browser, by password or at a provider, and the codes by which a browser signs in
 * the command line. A session ends after 12 hours without a request, and after seven days. Thread-safe, also across
 * servers.
 */
public final class Sessions {

    /** How long a session lasts without a request. */
    static final Duration IDLE = Duration.ofHours(12);

    /** How long a session lasts. */
    public static final Duration LONGEST = Duration.ofDays(7);

    /** How long what groups grant counts without another sign-in: for the tokens that somebody made. */
    private static final Duration GROUPS_COUNT = Duration.ofDays(30);

    private static final Duration CODE_LASTS = Duration.ofMinutes(2);
    private static final Duration TOKEN_LASTS = Duration.ofDays(90);
    private static final int SECRET_BYTES = 32;
    private static final int SHOWN_DIGITS = 12;
    private static final String SESSION_ID = "s-";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database database;
    private final SignIn signIn;
    private final Accounts accounts;
    private final Clock clock;

    public Sessions(Database database, SignIn signIn, Accounts accounts, Clock clock) {
        this.database = database;
        this.signIn = signIn;
        this.accounts = accounts;
        this.clock = clock;
    }

    /**
     * Starts a session with the name and password of an account.
     *
     * @return the secret that a request of the session brings
     * @throws Refused if they are not right, or too many were wrong
     */
    public String start(String name, String password, String address) {
        Actor actor = signIn.withPassword(name, password, address);
        return database.inTransaction(tx -> start(tx, actor.name(), address, "with a password"));
    }

    /**
     * Starts a session of somebody whom a provider knows; their first one makes their account. What their groups grant
     * takes the place of what these granted before.
     *
     * @return the secret that a request of the session brings
     * @throws Refused if the account of that name is another's, or disabled
     */
    public String start(Identity identity, String address) {
        String secret = database.inTransaction(tx -> {
            String name = AccountStore.bySubject(tx, identity.issuer(), identity.subject())
                    .orElseGet(() -> linked(tx, identity));
            if (Accounts.existing(tx, name).isDisabled()) {
                throw unauthenticated("account '" + name + "' is disabled");
            }
            AccountStore.replaceProvided(
                    tx, name, identity.grants(), clock.instant().plus(GROUPS_COUNT));
            return start(tx, name, address, "at " + identity.issuer());
        });
        signIn.forget();
        return secret;
    }

    private String linked(Handle tx, Identity identity) {
        String name = Accounts.checkedName(identity.name());
        boolean isNew = AccountStore.insert(tx, name, Account.Kind.PERSON, clock.instant(), identity.issuer());
        if (!isNew && !AccountStore.awaitsProvider(tx, name)) {
            throw unauthenticated(
                    "account '" + name + "' exists already, and may be somebody else's (expected: one that"
                            + " an administrator has linked: mayfly account link " + name + ")");
        }
        AccountStore.setSubject(tx, name, identity.issuer(), identity.subject());
        Actor self = new Actor(name, List.of(), Actor.Via.ITSELF);
        Audit.done(tx, self, isNew ? "account add" : "account link", "account " + name, "at " + identity.issuer());
        return name;
    }

    private String start(Handle tx, String account, String address, String how) {
        String secret = randomSecret();
        Instant now = clock.instant();
        SessionStore.Row session = new SessionStore.Row(hash(secret), account, address, now, now);
        SessionStore.insert(tx, session);
        Actor actor = new Actor(account, List.of(), new Actor.Via(id(session.hash()), address));
        Audit.done(tx, actor, "sign in", "account " + account, how);
        return secret;
    }

    /** Ends a session; does nothing if there is none. */
    public void end(String secret, String address) {
        String hash = hash(secret);
        database.useTransaction(tx -> SessionStore.delete(tx, hash).ifPresent(account -> {
            Actor actor = new Actor(account, List.of(), new Actor.Via(id(hash), address));
            Audit.done(tx, actor, "sign out", "account " + account, "");
        }));
        signIn.forget();
    }

    /** Deletes sessions and codes that have ended. */
    public void forgetEnded() {
        Instant now = clock.instant();
        database.useTransaction(tx -> SessionStore.deleteOlder(tx, now.minus(LONGEST), now.minus(IDLE), now));
    }

    /**
     * Makes a code, by which a program that knows the verifier of a challenge gets a token of the actor's account.
     *
     * @param challenge the SHA-256 of the verifier in base64url (RFC 7636, S256)
     * @param purpose of the token, in words
     */
    public String code(Actor actor, String challenge, String purpose) {
        if (!challenge.matches("[A-Za-z0-9_-]{43}") || purpose.isBlank() || purpose.length() > 200) {
            throw Refused.invalid(
                    "challenge or purpose (expected: the base64url of a SHA-256, and up to 200 characters)");
        }
        String code = randomSecret();
        SessionStore.Code stored = new SessionStore.Code(
                actor.name(),
                actor.via().token(),
                challenge,
                purpose,
                clock.instant().plus(CODE_LASTS));
        database.useTransaction(tx -> SessionStore.insertCode(tx, hash(code), stored));
        return code;
    }

    /**
     * Makes a token for a code. A code is good for one.
     *
     * @throws Refused if the code is unknown, used or too old, or the verifier is not that of its challenge
     */
    public Accounts.Made exchange(String code, String verifier, String address) {
        SessionStore.Code stored = database.inTransaction(tx -> SessionStore.takeCode(tx, hash(code)))
                .filter(some -> some.expires().isAfter(clock.instant()))
                .filter(some -> MessageDigest.isEqual(
                        some.challenge().getBytes(StandardCharsets.US_ASCII),
                        challenge(verifier).getBytes(StandardCharsets.US_ASCII)))
                .orElseThrow(() -> unauthenticated("the code is unknown, used or older than " + CODE_LASTS.toMinutes()
                        + " minutes (expected: a new one)"));
        Actor actor = new Actor(stored.account(), List.of(), new Actor.Via(stored.via(), address));
        return accounts.createToken(
                actor, stored.account(), new Accounts.Wanted(stored.purpose(), Optional.empty(), TOKEN_LASTS));
    }

    /** The id of a session, as the audit names what a request came with. */
    static String id(String hash) {
        return SESSION_ID + hash.substring(0, SHOWN_DIGITS);
    }

    /** Whether a request came with a token, and not with a session or nothing. */
    static boolean isToken(Actor.Via via) {
        return !via.token().isEmpty() && !via.token().startsWith(SESSION_ID);
    }

    static String hash(String secret) {
        return Sha256.of(secret).hex();
    }

    private static String randomSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    private static String challenge(String verifier) {
        byte[] digest = HexFormat.of().parseHex(Sha256.of(verifier).hex());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }

    private static Refused unauthenticated(String why) {
        return new Refused(ErrorKind.UNAUTHENTICATED, why);
    }
}
