package dev.mayfly.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Grant;
import dev.mayfly.api.ErrorKind;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.postgres.Database;
import dev.mayfly.postgres.testing.TestPostgres;
import dev.mayfly.problem.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Accounts and tokens on PostgreSQL, with a clock that the tests move. */
class AccountsTest {

    private static final Actor.Job JOB = new Actor.Job("fraud", "run/train/1");

    private static final String HERE = "192.0.2.1";
    private static final String PASSWORD = "correct horse battery";
    private static final Grant FRAUD_EDITOR = new Grant(Right.EDITOR, Optional.empty(), "fraud-*");

    private final Moved clock = new Moved();
    private Database database;
    private SignIn signIn;
    private Accounts accounts;

    /** Stands still until it is moved. */
    private static final class Moved extends Clock {

        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void open() {
        database = TestPostgres.database("server");
        signIn = new SignIn(database, clock);
        accounts = new Accounts(database, signIn, clock);
        accounts.ownerToken(Optional.empty(), "test");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void ann() {
        accounts.create(Actor.OWNER, "ann", Account.Kind.PERSON, List.of(FRAUD_EDITOR), PASSWORD);
    }

    private String token(Actor actor, String account, @Nullable Right highest, @Nullable Duration life) {
        return accounts.createToken(actor, account, new Accounts.Wanted("test", Optional.ofNullable(highest), life))
                .text();
    }

    private Actor bearer(String token) {
        return signIn.actor("Bearer " + token, HERE);
    }

    private static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private void assertNobody(String authorization, String why) {
        assertThatThrownBy(() -> signIn.actor(authorization, HERE))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED))
                .hasMessageContaining(why);
    }

    @Test
    void aTokenIsProofAloneOrInThePlaceOfAPassword() {
        ann();
        String token = token(Actor.OWNER, "ann", null, null);
        assertThat(bearer(token).name()).isEqualTo("ann");
        assertThat(bearer(token).grants()).containsExactly(FRAUD_EDITOR);
        assertThat(bearer(token).via().address()).isEqualTo(HERE);
        assertThat(bearer(token).via().token())
                .isEqualTo(accounts.tokens("ann").get(0).id());
        assertThat(signIn.actor(basic("__token__", token), HERE).name()).isEqualTo("ann");
        assertThat(signIn.actor(basic("ann", PASSWORD), HERE).name()).isEqualTo("ann");
        String other = token.substring(0, token.length() - 1) + (token.endsWith("0") ? "1" : "0");
        assertNobody("Bearer " + other, "a token that is not known");
        assertNobody(basic("ann", "wrong password"), "not right");
        assertNobody(basic("bob", PASSWORD), "not right");
        assertNobody("Digest x", "another scheme");
    }

    @Test
    void aTokenEndsWhenItIsRevokedAndItsAccountWhenItIsDisabledOrDeleted() {
        ann();
        String first = token(Actor.OWNER, "ann", null, null);
        String second = token(Actor.OWNER, "ann", null, Duration.ofDays(1));
        bearer(first);
        bearer(second);
        accounts.revokeToken(Actor.OWNER, TokenText.parse(first).orElseThrow().id());
        assertNobody("Bearer " + first, "revoked");
        accounts.setDisabled(Actor.OWNER, "ann", true);
        assertNobody("Bearer " + second, "disabled");
        assertNobody(basic("ann", PASSWORD), "disabled");
        accounts.setDisabled(Actor.OWNER, "ann", false);
        assertThat(bearer(second).name()).isEqualTo("ann");
        clock.pass(Duration.ofDays(1));
        assertNobody("Bearer " + second, "expired");
        accounts.delete(Actor.OWNER, "ann");
        assertNobody(basic("ann", PASSWORD), "not right");
    }

    /** What another server changed counts at most two seconds later. */
    @Test
    void whatAnotherServerChangesCountsSoon() {
        ann();
        String token = token(Actor.OWNER, "ann", null, null);
        bearer(token);
        new Accounts(database, new SignIn(database, clock), clock).setDisabled(Actor.OWNER, "ann", true);
        clock.pass(Duration.ofSeconds(2));
        assertNobody("Bearer " + token, "disabled");
    }

    @Test
    void aTokenMakesNoTokenThatAllowsMoreOrLastsLongerThanItself() {
        accounts.create(Actor.OWNER, "root", Account.Kind.PERSON, List.of(Grant.EVERYTHING), null);
        Actor viewer = bearer(token(Actor.OWNER, "root", Right.VIEWER, Duration.ofDays(3)));
        assertThat(viewer.grants()).containsExactly(new Grant(Right.VIEWER, Optional.empty(), "*"));
        for (Right wanted : Right.values()) {
            if (wanted != Right.PUBLIC) {
                Actor made = bearer(token(viewer, "root", wanted, null));
                assertThat(made.may(Right.EDITOR)).as(wanted.word()).isFalse();
            }
        }
        assertThat(bearer(token(viewer, "root", null, null)).may(Right.EDITOR)).isFalse();
        assertThat(accounts.tokens("root"))
                .allSatisfy(token -> assertThat(token.times().expires())
                        .isNotNull()
                        .isBeforeOrEqualTo(clock.instant().plus(Duration.ofDays(3))));
        assertThatThrownBy(() -> accounts.setPassword(viewer, "root", PASSWORD))
                .hasMessageContaining("may not set the password");
    }

    @Test
    void whoGuessesHasToWaitPerAccountAndPerAddress() {
        ann();
        for (int n = 0; n < 6; n++) {
            assertNobody(basic("ann", "guess number " + n), "not right");
        }
        assertNobody(basic("ann", PASSWORD), "too many failed attempts");
        assertThat(signIn.actor(basic("ann", PASSWORD), "192.0.2.9").name())
                .as("another address need not wait")
                .isEqualTo("ann");
        clock.pass(Duration.ofSeconds(1));
        assertThat(signIn.actor(basic("ann", PASSWORD), HERE).name()).isEqualTo("ann");
        FailedSignIns failures = new FailedSignIns(clock, 3);
        Duration longest = Duration.ZERO;
        for (int n = 0; n < 40; n++) {
            failures.failed("x");
            Duration pause = failures.pause("x");
            assertThat(pause).isBetween(longest, Duration.ofMinutes(1));
            longest = pause;
        }
        assertThat(longest).isEqualTo(Duration.ofMinutes(1));
        clock.pass(Duration.ofMinutes(11));
        failures.failed("x");
        assertThat(failures.pause("x")).isZero();
    }

    @Test
    void theOwnerIsAloneUntilThereIsAnotherAccountWhateverJobsThereAre() {
        JobAccounts jobs = new JobAccounts(database, clock);
        String token = jobs.open(JOB, List.of(FRAUD_EDITOR), Duration.ofHours(1));
        assertThat(signIn.isOwnerAlone()).isTrue();
        ann();
        assertThat(signIn.isOwnerAlone()).isFalse();
        assertThat(bearer(token).name()).isEqualTo("job:fraud/run/train/1");
        assertThatThrownBy(() -> accounts.delete(Actor.OWNER, "owner")).hasMessageContaining("can't be deleted");
        assertThatThrownBy(() -> accounts.setDisabled(Actor.OWNER, "owner", true))
                .hasMessageContaining("disabled");
        assertThatThrownBy(() -> accounts.revoke(Actor.OWNER, "owner", Grant.EVERYTHING))
                .hasMessageContaining("lose its right");
    }

    @Test
    void aJobHasOneTokenFromItsStartToItsEnd() {
        JobAccounts jobs = new JobAccounts(database, clock);
        String token = jobs.open(JOB, List.of(FRAUD_EDITOR), Duration.ofHours(1));
        assertThat(jobs.open(JOB, List.of(FRAUD_EDITOR), Duration.ofHours(1))).isEqualTo(token);
        assertThat(jobs.open(new Actor.Job("fraud", "run/train/2"), List.of(FRAUD_EDITOR), Duration.ofHours(1)))
                .isNotEqualTo(token);
        assertThat(bearer(token).may(Right.EDITOR, ResourceKind.EXPERIMENT, "fraud-1"))
                .isTrue();
        assertThatThrownBy(() -> token(bearer(token), "job:fraud/run/train/1", null, null))
                .hasMessage("a job may not make tokens");
        jobs.close(JOB);
        jobs.close(JOB);
        clock.pass(Duration.ofSeconds(2));
        assertNobody("Bearer " + token, "not known");
        clock.pass(Duration.ofHours(2));
        jobs.closeExpired();
        Optional<Account> left = database.read(tx -> AccountStore.find(tx, "job:run/train/2"));
        assertThat(left).isEmpty();
    }

    @Test
    void theOwnersTokenIsKeptAsLongAsItHolds() {
        String first = accounts.ownerToken(Optional.empty(), "folder 1");
        assertThat(accounts.ownerToken(Optional.of(first), "folder 1")).isEqualTo(first);
        assertThat(accounts.ownerToken(Optional.of("mf_" + "0".repeat(16) + "_" + "0".repeat(64)), "folder 2"))
                .isNotEqualTo(first);
        assertThat(bearer(first).mayWithAll(Right.ADMIN)).isTrue();
    }

    @Test
    void whenATokenWasUsedIsKnownToTheMinute() {
        ann();
        String token = token(Actor.OWNER, "ann", null, null);
        assertThat(accounts.tokens("ann").get(0).times().used()).isNull();
        Instant first = clock.instant();
        bearer(token);
        clock.pass(Duration.ofSeconds(30));
        bearer(token);
        assertThat(accounts.tokens("ann").get(0).times().used()).isEqualTo(first);
        clock.pass(Duration.ofMinutes(1));
        bearer(token);
        assertThat(accounts.tokens("ann").get(0).times().used()).isEqualTo(clock.instant());
    }

    @Test
    void nothingThatIsSentAsAuthorizationIsMoreThanRefused() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        String[] starts = {"", "Bearer ", "bearer", "Basic ", "BASIC  ", "Bearer mf_", "Basic Og==", "Negotiate "};
        for (int n = 0; n < 2_000; n++) {
            StringBuilder text = new StringBuilder(starts[random.nextInt(starts.length)]);
            int length = random.nextInt(100) == 0 ? 3_000 : random.nextInt(90);
            for (int c = 0; c < length; c++) {
                text.append((char) (random.nextInt(10) == 0 ? random.nextInt(0xd800) : 32 + random.nextInt(95)));
            }
            String sent = text.toString();
            // each from an address of its own, so that none has to wait
            String address = "192.0.2." + n;
            assertThatThrownBy(() -> signIn.actor(sent, address))
                    .as(sent)
                    .isInstanceOfSatisfying(
                            Refused.class, refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED));
        }
    }

    @Test
    void namesPasswordsAndPatternsHaveBounds() {
        for (String name : List.of("", "a b", "a\u202eb", "-x", "x".repeat(101), "job:x", "a/b", "a\nb")) {
            assertThatThrownBy(
                            () -> accounts.create(Actor.OWNER, name, Account.Kind.PERSON, List.of(FRAUD_EDITOR), null))
                    .as(name)
                    .isInstanceOf(Refused.class);
        }
        ann();
        assertThatThrownBy(() -> accounts.setPassword(Actor.OWNER, "ann", "short"))
                .hasMessageContaining("password of 5 characters (expected: 12 to 200)");
        for (String pattern : List.of("", "*".repeat(11), "x".repeat(201))) {
            assertThatThrownBy(() ->
                            accounts.grant(Actor.OWNER, "ann", new Grant(Right.VIEWER, Optional.empty(), pattern)))
                    .hasMessageContaining("pattern");
        }
        assertThatThrownBy(() -> accounts.create(Actor.OWNER, "ann", Account.Kind.PERSON, List.of(), null))
                .hasMessageContaining("exists already");
    }
}
