package dev.mayfly.account;

import dev.mayfly.access.Actor;
import dev.mayfly.api.ErrorKind;
import dev.mayfly.audit.Audit;
import dev.mayfly.digest.Sha256;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells who sends a request, by its {@code Authorization}: {@code Bearer TOKEN}, or {@code Basic} with a name and a
 * password, for which a token may stand (RFC 6750, RFC 7617). What was proved holds for two seconds, so that a client of
 * many requests costs one look at the database: a change by another server counts that much later. Thread-safe.
 */
public final class SignIn {

    static final String OWNER = "owner";

    private static final Duration FRESH = Duration.ofSeconds(2);
    private static final Duration EXACTNESS_OF_USE = Duration.ofMinutes(1);
    private static final int MOST_KNOWN = 10_000;
    private static final int LONGEST = 2_000;
    /** More than one person behind an address may mistype. Tokens are not counted: they can't be guessed. */
    private static final int FREE_OF_ADDRESS = 50;

    private static final int FREE_OF_ACCOUNT = 5;

    private final Database database;
    private final Clock clock;
    private final Passwords passwords = new Passwords();
    private final String unknownPassword = passwords.hash("");
    private final FailedSignIns ofAddress;
    private final FailedSignIns ofAccount;
    private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, true);
    private @Nullable Anonymous anonymous;

    /** A credential that was proved, by its digest. */
    private record Known(
            Actor actor, Instant until, @Nullable Instant expires, Optional<String> passwordHash) {

        boolean isFresh(Instant now) {
            return now.isBefore(until) && (expires == null || now.isBefore(expires));
        }

        Actor from(String address) {
            return new Actor(
                    actor.name(), actor.grants(), new Actor.Via(actor.via().token(), address));
        }
    }

    private record Anonymous(boolean isOwner, Instant until) {}

    private record Basic(String name, String password) {}

    public SignIn(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.ofAddress = new FailedSignIns(clock, FREE_OF_ADDRESS);
        this.ofAccount = new FailedSignIns(clock, FREE_OF_ACCOUNT);
    }

    /** Whether there are no accounts but the owner's, so that whoever reaches a private address may be the owner. */
    public synchronized boolean isOwnerAlone() {
        Instant now = clock.instant();
        if (anonymous == null || !now.isBefore(anonymous.until())) {
            boolean alone = !database.read(tx -> AccountStore.hasOthersThan(tx, OWNER));
            anonymous = new Anonymous(alone, now.plus(FRESH));
        }
        return anonymous.isOwner();
    }

    /**
     * Who sends a request.
     *
     * @param authorization the header
     * @param address of the sender
     * @throws Refused if it proves nobody
     */
    public Actor actor(String authorization, String address) {
        if (authorization.length() > LONGEST) {
            throw broughtNothing("Authorization of " + authorization.length() + " characters");
        }
        String key = Sha256.of(authorization).hex();
        Known some = known(key);
        Instant now = clock.instant();
        if (some == null || !some.isFresh(now)) {
            some = proved(authorization, address, now, Optional.ofNullable(some).flatMap(Known::passwordHash));
            remember(key, some);
        }
        return some.from(address);
    }

    /**
     * Who has a session.
     *
     * @param secret that the request brought
     * @return empty if there is no such session, or it has ended
     */
    public Optional<Actor> ofSession(String secret, String address) {
        if (secret.length() > LONGEST) {
            return Optional.empty();
        }
        String hash = Sessions.hash(secret);
        String key = "session " + hash;
        Instant now = clock.instant();
        Known some = known(key);
        if (some == null || !some.isFresh(now)) {
            Optional<Known> proved = provedSession(hash, now);
            if (proved.isEmpty()) {
                return Optional.empty();
            }
            some = proved.get();
            remember(key, some);
        }
        return Optional.of(some.from(address));
    }

    private Optional<Known> provedSession(String hash, Instant now) {
        Optional<SessionStore.Row> found = database.read(tx -> SessionStore.find(tx, hash));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        SessionStore.Row session = found.get();
        Instant end = session.created().plus(Sessions.LONGEST);
        Account account =
                database.read(tx -> AccountStore.find(tx, session.account())).orElse(null);
        boolean isOver = !now.isBefore(end) || !now.isBefore(session.lastSeen().plus(Sessions.IDLE));
        if (isOver || account == null || account.isDisabled()) {
            return Optional.empty();
        }
        if (session.lastSeen().plus(EXACTNESS_OF_USE).isBefore(now)) {
            database.useTransaction(tx -> SessionStore.markSeen(tx, hash, now));
        }
        Actor actor = new Actor(account.name(), account.grants(), new Actor.Via(Sessions.id(hash), ""));
        return Optional.of(new Known(actor, now.plus(FRESH), end, Optional.empty()));
    }

    /**
     * Who knows the name and password of an account.
     *
     * @throws Refused if they are not right, or too many were wrong
     */
    Actor withPassword(String name, String password, String address) {
        if (name.length() + password.length() > LONGEST || name.indexOf('\0') >= 0) {
            throw broughtNothing("a name and password that can't be");
        }
        return ofPassword(new Basic(name, password), address, clock.instant(), Optional.empty())
                .from(address);
    }

    private Known proved(String authorization, String address, Instant now, Optional<String> provedHash) {
        int space = authorization.indexOf(' ');
        String scheme = authorization.substring(0, Math.max(0, space)).toLowerCase(Locale.ROOT);
        String rest = authorization.substring(space + 1).strip();
        if (scheme.equals("bearer")) {
            TokenText token = TokenText.parse(rest).orElseThrow(() -> broughtNothing("Bearer with no token"));
            return ofToken(token, address, now);
        }
        if (!scheme.equals("basic")) {
            throw broughtNothing("Authorization of another scheme");
        }
        Basic basic = basic(rest).orElseThrow(() -> broughtNothing("Basic that can't be read"));
        Optional<TokenText> token = TokenText.parse(basic.password());
        return token.isPresent() ? ofToken(token.get(), address, now) : ofPassword(basic, address, now, provedHash);
    }

    private Known ofToken(TokenText text, String address, Instant now) {
        AccountStore.Proof proof = database.read(tx -> AccountStore.proofOfToken(tx, text.id()))
                .filter(some -> isSame(some.token().orElseThrow().hash(), text.hash()))
                .orElseThrow(() -> broughtNothing("a token that is not known, or was revoked"));
        Token token = proof.token().orElseThrow().token();
        Instant expires = token.times().expires();
        if (expires != null && !now.isBefore(expires)) {
            throw refused("the token " + text + " has expired at " + expires);
        }
        requireEnabled(proof.account());
        Instant used = token.times().used();
        if (used == null || used.plus(EXACTNESS_OF_USE).isBefore(now)) {
            database.useTransaction(tx -> AccountStore.markUsed(tx, token.id(), now));
        }
        Actor actor = new Actor(
                proof.account().name(),
                Account.capped(proof.account().grants(), token.highest()),
                new Actor.Via(token.id(), address));
        return new Known(actor, now.plus(FRESH), expires, Optional.empty());
    }

    /** @param provedHash the hash that this password was proved to have before */
    private Known ofPassword(Basic basic, String address, Instant now, Optional<String> provedHash) {
        String key = address + " " + basic.name();
        Duration pause = longer(ofAccount.pause(key), ofAddress.pause(address));
        if (!pause.isZero()) {
            throw refused("too many failed attempts; the next is looked at in " + (pause.toSeconds() + 1) + " s");
        }
        Optional<AccountStore.Proof> proof = database.read(tx -> AccountStore.proof(tx, basic.name()));
        // an account that does not exist takes as long as a wrong password
        String hash = proof.flatMap(AccountStore.Proof::password).orElse(unknownPassword);
        boolean isRight = provedHash.filter(hash::equals).isPresent() || passwords.matches(basic.password(), hash);
        if (!isRight || proof.isEmpty() || proof.get().password().isEmpty()) {
            ofAccount.failed(key);
            ofAddress.failed(address);
            Actor claimed = new Actor(basic.name(), List.of(), new Actor.Via("", address));
            database.useTransaction(tx ->
                    Audit.refused(tx, claimed, "sign in", "account " + basic.name(), "the password is not right"));
            throw broughtNothing("a name and password that are not right");
        }
        ofAccount.succeeded(key);
        requireEnabled(proof.get().account());
        Actor actor = new Actor(basic.name(), proof.get().account().grants(), new Actor.Via("", address));
        return new Known(actor, now.plus(FRESH), null, Optional.of(hash));
    }

    private static Optional<Basic> basic(String encoded) {
        try {
            String plain = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = plain.indexOf(':');
            return colon < 0 || plain.indexOf('\0') >= 0
                    ? Optional.empty()
                    : Optional.of(new Basic(plain.substring(0, colon), plain.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static void requireEnabled(Account account) {
        if (account.isDisabled()) {
            throw refused("account '" + account.name() + "' is disabled");
        }
    }

    private static boolean isSame(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.US_ASCII), b.getBytes(StandardCharsets.US_ASCII));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private static Refused broughtNothing(String what) {
        return refused("the request brought " + what);
    }

    private static Refused refused(String why) {
        return new Refused(
                ErrorKind.UNAUTHENTICATED, why + " (expected: a token, or the name and password of an account)");
    }

    /** Forgets what was proved, since an account or token has changed. */
    synchronized void forget() {
        known.clear();
        anonymous = null;
    }

    private synchronized @Nullable Known known(String key) {
        return known.get(key);
    }

    private synchronized void remember(String key, Known some) {
        known.put(key, some);
        if (known.size() > MOST_KNOWN) {
            known.remove(known.keySet().iterator().next());
        }
    }
}
