package dev.mayfly.api;

import static dev.mayfly.api.ErrorKind.MISSING;
import static dev.mayfly.api.ErrorKind.UNAUTHENTICATED;
import static dev.mayfly.api.ErrorKind.WRONG_STATE;
import static dev.mayfly.api.Right.PUBLIC;
import static dev.mayfly.api.Right.VIEWER;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/tokens}: what clients prove with whose they are. */
public final class TokenApi {

    private static final String PATH = "/api/v1/tokens";

    /** A token, without its secret. */
    public record Token(
            String id,
            String account,
            String purpose,

            @Doc("The highest right of a request with it; null means that of the account") @Nullable
            String right,

            Instant created,
            @Doc("null if it does not end") @Nullable Instant expires,

            @Doc("To the minute; null if it was never used") @Nullable
            Instant used) {}

    /** Whose tokens. */
    public record Which(
            @Doc("The caller's if it is not given") @Nullable
            String account) {}

    /** A new token. */
    public record Create(
            @Doc("What it is for, in words") String purpose,

            @Doc("The caller's if it is not given; another's is for administrators") @Nullable
            String account,

            @Doc("The highest right of a request with it; that of the account if it is not given") @Nullable
            String right,

            @Doc("For how long, such as 12h or 30d, or never; 90d if it is not given") @Nullable
            String expires) {}

    /** A token that was made. */
    public record Created(
            Token token,
            @Doc("Its text, which is shown this once") String text) {

        @Override
        public String toString() {
            return "Created[" + token + "]";
        }
    }

    /** A token by its id. */
    public record ById(String id) {}

    /** What the command line has after somebody allowed it in a browser (RFC 7636). */
    public record Exchange(
            @Doc("What the browser brought back") String code,

            @Doc("The text whose SHA-256 the browser was sent with")
            String verifier) {}

    /** Who sends a request. */
    public record Caller(
            String name,
            List<AccountApi.Grant> grants,

            @Doc("The id of the token that came with it; null without one") @Nullable
            String token) {}

    public static final Route<Input.Nothing, Caller> WHOAMI = Route.get(
            "/api/v1/whoami",
            "Who the caller is, and what they are granted",
            VIEWER.anywhere(),
            Input.NOTHING,
            Output.of(Caller.class));

    public static final Route<Which, List<Token>> LIST = Route.get(
            PATH,
            "Tokens of an account, the newest first",
            VIEWER.scoped(),
            Input.query(Which.class),
            Output.listOf(Token.class),
            MISSING);

    public static final Route<Create, Created> CREATE = Route.post(
            PATH,
            "Makes a token that allows no more than the one with which it is asked for",
            VIEWER.scoped(),
            Input.json(Create.class),
            Output.of(Created.class),
            MISSING,
            WRONG_STATE);

    public static final Route<Exchange, Created> EXCHANGE = Route.post(
            PATH + "/exchange",
            "Makes the token that somebody has allowed in a browser",
            PUBLIC.anywhere(),
            Input.json(Exchange.class),
            Output.of(Created.class),
            UNAUTHENTICATED);

    public static final Route<ById, Token> REVOKE = Route.delete(
            PATH + "/{id}",
            "Revokes a token",
            VIEWER.scoped(),
            Input.query(ById.class),
            Output.of(Token.class),
            MISSING);

    public static final List<Route<?, ?>> ROUTES = List.of(WHOAMI, LIST, CREATE, EXCHANGE, REVOKE);

    private TokenApi() {}
}
