package dev.mayfly.account;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Grant;
import dev.mayfly.api.ErrorKind;
import dev.mayfly.api.Right;
import dev.mayfly.audit.Audit;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Accounts and their tokens, for those who administer them and for each of their own. From the first account on that is
 * not the owner's, nobody is anonymous. Thread-safe.
 */
public final class Accounts {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}");
    private static final int SHORTEST_PASSWORD = 12;
    private static final int LONGEST_PASSWORD = 200;
    private static final int LONGEST_PURPOSE = 200;
    private static final int LONGEST_PATTERN = 200;
    private static final int MOST_STARS = 10;
    private static final int MOST_TOKENS = 1_000;

    private final Database database;
    private final SignIn signIn;
    private final Clock clock;
    private final Passwords passwords = new Passwords();

    public Accounts(Database database, SignIn signIn, Clock clock) {
        this.database = database;
        this.signIn = signIn;
        this.clock = clock;
    }

    /** A token and its text, which is told this once. */
    public record Made(Token token, String text) {}

    /** What a token is for; {@code validFor} null means until it is revoked. */
    public record Wanted(
            String purpose,
            Optional<Right> highest,
            @Nullable Duration validFor) {}

    /**
     * Makes sure that there is an owner, and returns the text of a token of theirs.
     *
     * @param kept a text from an earlier call; the same is returned if it still holds
     */
    public String ownerToken(Optional<String> kept, String purpose) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            if (AccountStore.insert(tx, SignIn.OWNER, Account.Kind.PERSON, now, Actor.SYSTEM.name())) {
                AccountStore.grant(tx, SignIn.OWNER, Grant.EVERYTHING);
            }
            Optional<String> valid = kept.flatMap(TokenText::parse)
                    .filter(text -> AccountStore.proofOfToken(tx, text.id())
                            .flatMap(AccountStore.Proof::token)
                            .filter(stored -> stored.hash().equals(text.hash()))
                            .isPresent())
                    .map(TokenText::full);
            return valid.orElseGet(
                    () -> insert(tx, SignIn.OWNER, new Wanted(purpose, Optional.empty(), null), now, Optional.empty())
                            .text());
        });
    }

    /** The accounts of people and services, by name. */
    public List<Account> all() {
        return database.read(AccountStore::all);
    }

    /**
     * The account of a name.
     *
     * @throws Refused if there is none
     */
    public Account account(String name) {
        return database.read(tx -> existing(tx, name));
    }

    /**
     * Makes an account.
     *
     * @param password null if it shall sign in with tokens only
     * @throws Refused if there is one already, or a value is not as expected
     */
    public Account create(Actor actor, String name, Account.Kind kind, List<Grant> grants, @Nullable String password) {
        checkedName(name);
        if (kind == Account.Kind.JOB) {
            throw Refused.invalid("kind 'job' (expected: person or service; those of jobs are made by Mayfly)");
        }
        grants.forEach(Accounts::check);
        String hash = password == null ? null : hash(password);
        Account made = database.inTransaction(tx -> {
            if (!AccountStore.insert(tx, name, kind, clock.instant(), actor.name())) {
                throw Refused.alreadyExists("account '" + name + "' exists already");
            }
            grants.forEach(grant -> AccountStore.grant(tx, name, grant));
            AccountStore.setPassword(tx, name, hash);
            Audit.done(tx, actor, "account add", object(name), kind.word() + " " + grants);
            return existing(tx, name);
        });
        signIn.forget();
        return made;
    }

    static String checkedName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw Refused.invalid("account name '" + brief(name)
                    + "' (expected: at most 100 letters, digits and ._@+-, of which the first is a letter or digit)");
        }
        return name;
    }

    /** Lets whoever next signs in at the provider under the name of an account have it; its sessions end. */
    public Account link(Actor actor, String name) {
        change(
                actor,
                "account link",
                name,
                "waits for a sign-in",
                tx -> {
                    AccountStore.awaitProvider(tx, name);
                    SessionStore.deleteOf(tx, name);
                },
                false);
        return account(name);
    }

    /** Deletes an account with its tokens and sessions. */
    public void delete(Actor actor, String name) {
        change(actor, "account delete", name, "", tx -> AccountStore.delete(tx, name), true);
    }

    /** Lets nobody sign in to an account, or lets them again. */
    public Account setDisabled(Actor actor, String name, boolean isDisabled) {
        change(
                actor,
                isDisabled ? "account disable" : "account enable",
                name,
                "",
                tx -> {
                    AccountStore.setDisabled(tx, name, isDisabled);
                    SessionStore.deleteOf(tx, name);
                },
                true);
        return account(name);
    }

    /**
     * Sets a password.
     *
     * @param password null for none
     * @throws Refused if the actor is another and does not administer accounts, or came with a token: whoever finds one
     *     must not be able to keep the account
     */
    public Account setPassword(Actor actor, String name, @Nullable String password) {
        boolean isOwn = actor.name().equals(name) && actor.via().token().isEmpty();
        if (!isOwn && !actor.mayWithAll(Right.ADMIN)) {
            throw Refused.forbidden(actor.name() + " may not set the password of account '" + brief(name)
                    + "' (expected: one's own, with the old password; or the right admin)");
        }
        String hash = password == null ? null : hash(password);
        change(
                actor,
                "account password",
                name,
                hash == null ? "none any more" : "a new one",
                tx -> {
                    AccountStore.setPassword(tx, name, hash);
                    SessionStore.deleteOf(tx, name);
                },
                false);
        return account(name);
    }

    public Account grant(Actor actor, String name, Grant grant) {
        check(grant);
        change(actor, "account grant", name, grant.toString(), tx -> AccountStore.grant(tx, name, grant), false);
        return account(name);
    }

    /**
     * Takes a grant back.
     *
     * @throws Refused if the account has no such grant
     */
    public Account revoke(Actor actor, String name, Grant grant) {
        change(
                actor,
                "account revoke",
                name,
                grant.toString(),
                tx -> {
                    if (!AccountStore.revoke(tx, name, grant)) {
                        throw Refused.missing("grant '" + grant + "' of account '" + name + "' (expected: one of "
                                + existing(tx, name).grants() + ")");
                    }
                },
                true);
        return account(name);
    }

    /** A change of one account. */
    private interface Change {
        void make(Handle tx);
    }

    private void change(
            Actor actor, String action, String name, String detail, Change change, boolean isRefusedForOwner) {
        if (isRefusedForOwner && name.equals(SignIn.OWNER)) {
            throw Refused.wrongState(
                    "account 'owner' is that of the installation: it can't be deleted, disabled, or lose"
                            + " its right");
        }
        database.useTransaction(tx -> {
            existing(tx, name);
            change.make(tx);
            Audit.done(tx, actor, action, object(name), detail);
        });
        signIn.forget();
    }

    /** The tokens of an account, the newest first. */
    public List<Token> tokens(String account) {
        return database.read(tx -> AccountStore.tokens(tx, account));
    }

    /**
     * Makes a token. It allows nothing that the token does not allow with which it is asked for, and ends no later.
     *
     * @throws Refused if a value is not as expected, or there is no such account
     */
    public Made createToken(Actor actor, String account, Wanted wanted) {
        if (wanted.purpose().isBlank() || wanted.purpose().length() > LONGEST_PURPOSE) {
            throw Refused.invalid("purpose '" + brief(wanted.purpose()) + "' (expected: 1 to " + LONGEST_PURPOSE
                    + " characters that say what the token is for)");
        }
        Instant now = clock.instant();
        Made made = database.inTransaction(tx -> {
            if (existing(tx, account).kind() == Account.Kind.JOB) {
                throw Refused.forbidden("a job may not make tokens");
            }
            if (AccountStore.tokens(tx, account).size() >= MOST_TOKENS) {
                throw Refused.wrongState("account '" + account + "' has " + MOST_TOKENS
                        + " tokens (expected: fewer; revoke those that nobody uses)");
            }
            Optional<Token> own = actor.name().equals(account) && Sessions.isToken(actor.via())
                    ? Optional.of(AccountStore.token(tx, actor.via().token()).orElseThrow(Accounts::revoked))
                    : Optional.empty();
            Made inserted = insert(tx, account, wanted, now, own);
            Audit.done(
                    tx, actor, "token create", object(account), inserted.token().id() + ": " + wanted.purpose());
            return inserted;
        });
        signIn.forget();
        return made;
    }

    private static Refused revoked() {
        return new Refused(ErrorKind.UNAUTHENTICATED, "the token was revoked (expected: another one)");
    }

    private static Made insert(Handle tx, String account, Wanted wanted, Instant now, Optional<Token> madeWith) {
        TokenText text = TokenText.random();
        Instant asked = wanted.validFor() == null ? null : now.plus(wanted.validFor());
        Token token = new Token(
                text.id(),
                account,
                wanted.purpose(),
                madeWith.flatMap(Token::highest)
                        .filter(most -> wanted.highest().isEmpty()
                                || !most.includes(wanted.highest().get()))
                        .or(wanted::highest),
                new Token.Times(
                        now,
                        earlier(
                                asked,
                                madeWith.map(own -> own.times().expires()).orElse(null)),
                        null));
        AccountStore.putToken(tx, token, text.hash());
        return new Made(token, text.full());
    }

    private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        return a == null || (b != null && b.isBefore(a)) ? b : a;
    }

    /**
     * Revokes a token at once.
     *
     * @throws Refused if there is no such token, or it is another's and the actor does not administer accounts
     */
    public Token revokeToken(Actor actor, String id) {
        Token revoked = database.inTransaction(tx -> {
            Token token = AccountStore.deleteToken(tx, id)
                    .filter(some -> some.account().equals(actor.name()) || actor.mayWithAll(Right.ADMIN))
                    .orElseThrow(() -> Refused.missing(
                            "token '" + brief(id) + "' (expected: the id of one of " + actor.name() + ")"));
            Audit.done(tx, actor, "token revoke", object(token.account()), id + ": " + token.purpose());
            return token;
        });
        signIn.forget();
        return revoked;
    }

    private static String object(String account) {
        return "account " + account;
    }

    private String hash(String password) {
        if (password.length() < SHORTEST_PASSWORD || password.length() > LONGEST_PASSWORD) {
            throw Refused.invalid("password of " + password.length() + " characters (expected: " + SHORTEST_PASSWORD
                    + " to " + LONGEST_PASSWORD + ")");
        }
        return passwords.hash(password);
    }

    private static void check(Grant grant) {
        String pattern = grant.pattern();
        boolean isLong = pattern.isEmpty() || pattern.length() > LONGEST_PATTERN;
        if (isLong || pattern.chars().filter(c -> c == '*').count() > MOST_STARS) {
            throw Refused.invalid("pattern '" + brief(pattern) + "' (expected: a name of 1 to " + LONGEST_PATTERN
                    + " characters, in which up to " + MOST_STARS + " * stand for any text)");
        }
        if (grant.right() == Right.PUBLIC) {
            throw Refused.invalid("right 'public' (expected: viewer, editor, operator, author or admin)");
        }
    }

    static Account existing(Handle tx, String name) {
        return AccountStore.find(tx, name)
                .orElseThrow(() -> Refused.missing("account '" + brief(name) + "' (expected: one that exists)"));
    }

    private static String brief(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "..." : text;
    }
}
