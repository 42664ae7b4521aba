package dev.mayfly.web;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Grant;
import dev.mayfly.account.Account;
import dev.mayfly.account.Accounts;
import dev.mayfly.account.Sessions;
import dev.mayfly.account.Token;
import dev.mayfly.api.AccountApi;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.api.TokenApi;
import dev.mayfly.problem.Refused;
import dev.mayfly.retention.Age;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/accounts}, {@code /api/v1/tokens} and {@code /api/v1/whoami}. */
final class AccountRoutes {

    private static final String USUAL_LIFE = "90d";
    private static final String ENDLESS = "never";

    private final Accounts accounts;
    private final Sessions sessions;

    AccountRoutes(Accounts accounts, Sessions sessions) {
        this.accounts = accounts;
        this.sessions = sessions;
    }

    void bind(JsonRoutes routes) {
        routes.bind(
                AccountApi.LIST,
                (actor, request) ->
                        accounts.all().stream().map(AccountRoutes::answer).toList());
        routes.bind(AccountApi.CREATE, (actor, request) -> answer(create(actor, request)));
        routes.bind(AccountApi.SHOW, (actor, request) -> answer(accounts.account(request.name())));
        routes.bind(AccountApi.DELETE, (actor, request) -> {
            Account last = accounts.account(request.name());
            accounts.delete(actor, request.name());
            return answer(last);
        });
        routes.bind(AccountApi.DISABLE, (actor, request) -> answer(accounts.setDisabled(actor, request.name(), true)));
        routes.bind(AccountApi.ENABLE, (actor, request) -> answer(accounts.setDisabled(actor, request.name(), false)));
        routes.bind(
                AccountApi.GRANT, (actor, request) -> answer(accounts.grant(actor, request.name(), grant(request))));
        routes.bind(
                AccountApi.REVOKE, (actor, request) -> answer(accounts.revoke(actor, request.name(), grant(request))));
        routes.bind(AccountApi.LINK, (actor, request) -> answer(accounts.link(actor, request.name())));
        routes.bind(
                AccountApi.PASSWORD,
                (actor, request) -> answer(accounts.setPassword(actor, request.name(), request.password())));
        routes.bind(
                TokenApi.WHOAMI,
                (actor, request) -> new TokenApi.Caller(
                        actor.name(),
                        actor.grants().stream().map(AccountRoutes::answer).toList(),
                        actor.via().token().isEmpty() ? null : actor.via().token()));
        routes.bind(TokenApi.LIST, (actor, request) -> tokens(actor, request));
        routes.bind(TokenApi.CREATE, this::createToken);
        routes.bind(TokenApi.EXCHANGE, (actor, request) -> {
            Accounts.Made made = sessions.exchange(
                    request.code(), request.verifier(), actor.via().address());
            return new TokenApi.Created(answer(made.token()), made.text());
        });
        routes.bind(TokenApi.REVOKE, (actor, request) -> answer(accounts.revokeToken(actor, request.id())));
    }

    private Account create(Actor actor, AccountApi.Create request) {
        Account.Kind kind = word(
                Account.Kind.class, "kind", Optional.ofNullable(request.kind()).orElse("person"));
        List<Grant> grants = Optional.ofNullable(request.grants()).orElse(List.of()).stream()
                .map(grant -> grant(grant.right(), grant.on(), grant.pattern()))
                .toList();
        return accounts.create(actor, request.name(), kind, grants, request.password());
    }

    private List<TokenApi.Token> tokens(Actor actor, TokenApi.Which request) {
        return accounts.tokens(ownOrAny(actor, request.account())).stream()
                .map(AccountRoutes::answer)
                .toList();
    }

    private TokenApi.Created createToken(Actor actor, TokenApi.Create request) {
        Optional<Right> right = Optional.ofNullable(request.right()).map(word -> word(Right.class, "right", word));
        Accounts.Made made = accounts.createToken(
                actor,
                ownOrAny(actor, request.account()),
                new Accounts.Wanted(request.purpose(), right, life(request.expires())));
        return new TokenApi.Created(answer(made.token()), made.text());
    }

    private static String ownOrAny(Actor actor, @Nullable String account) {
        if (account == null || account.equals(actor.name())) {
            return actor.name();
        }
        if (!actor.mayWithAll(Right.ADMIN)) {
            throw Refused.forbidden(
                    actor.name() + " may not administer the tokens of others (expected: the right admin)");
        }
        return account;
    }

    private static @Nullable Duration life(@Nullable String text) {
        String asked = Optional.ofNullable(text).orElse(USUAL_LIFE);
        if (asked.equals(ENDLESS)) {
            return null;
        }
        try {
            return Age.parse(asked);
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("expires: " + e.getMessage() + ", or never");
        }
    }

    private static Grant grant(AccountApi.OfAccount request) {
        return grant(request.right(), request.on(), request.pattern());
    }

    private static Grant grant(String right, @Nullable String on, @Nullable String pattern) {
        return new Grant(
                word(Right.class, "right", right),
                Optional.ofNullable(on).map(kind -> word(ResourceKind.class, "on", kind)),
                Optional.ofNullable(pattern).orElse("*"));
    }

    private static <E extends Enum<E>> E word(Class<E> type, String field, String word) {
        E[] all = type.getEnumConstants();
        return Arrays.stream(all)
                .filter(one -> WebRoutes.lower(one).equals(word))
                .findFirst()
                .orElseThrow(() -> Refused.invalid(field + " '"
                        + word.substring(0, Math.min(100, word.length())) + "' (expected: one of "
                        + Arrays.toString(all).toLowerCase(Locale.ROOT) + ")"));
    }

    private static AccountApi.Account answer(Account account) {
        return new AccountApi.Account(
                account.name(),
                account.kind().word(),
                account.grants().stream().map(AccountRoutes::answer).toList(),
                account.hasPassword(),
                account.isDisabled(),
                account.created().at(),
                account.created().by());
    }

    private static AccountApi.Grant answer(Grant grant) {
        return new AccountApi.Grant(
                grant.right().word(), grant.kind().map(ResourceKind::word).orElse(null), grant.pattern());
    }

    private static TokenApi.Token answer(Token token) {
        return new TokenApi.Token(
                token.id(),
                token.account(),
                token.purpose(),
                token.highest().map(Right::word).orElse(null),
                token.times().created(),
                token.times().expires(),
                token.times().used());
    }
}
