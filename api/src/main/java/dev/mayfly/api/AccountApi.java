package dev.mayfly.api;

import static dev.mayfly.api.ErrorKind.ALREADY_EXISTS;
import static dev.mayfly.api.ErrorKind.MISSING;
import static dev.mayfly.api.ErrorKind.WRONG_STATE;
import static dev.mayfly.api.Right.ADMIN;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/accounts}: who may sign in, and what they are granted. */
public final class AccountApi {

    private static final String PATH = "/api/v1/accounts";

    /** A right for what has a name like a pattern. */
    public record Grant(
            @Doc("viewer, editor, operator, author or admin; each includes those before it")
            String right,

            @Doc("experiment, model, pipeline or package; all of them if it is not given") @Nullable
            String on,

            @Doc("A name, in which * stands for any text; * if it is not given") @Nullable
            String pattern) {}

    /** An account. */
    public record Account(
            String name,
            @Doc("person or service") String kind,
            List<Grant> grants,

            @Doc("Whether it can sign in with a password") boolean hasPassword,

            boolean disabled,
            Instant created,
            String createdBy) {}

    /** A new account. */
    public record Create(
            String name,

            @Doc("person or service; person if it is not given") @Nullable
            String kind,

            @Nullable List<Grant> grants,

            @Doc("12 to 200 characters; without one it signs in with tokens") @Nullable
            String password) {

        @Override
        public String toString() {
            return "Create[" + name + "]";
        }
    }

    /** An account by its name. */
    public record ByName(String name) {}

    /** A grant of an account. */
    public record OfAccount(
            String name,
            String right,

            @Doc("experiment, model, pipeline or package; all of them if it is not given") @Nullable
            String on,

            @Doc("A name, in which * stands for any text; * if it is not given") @Nullable
            String pattern) {}

    /** A new password. */
    public record Password(
            String name,

            @Doc("12 to 200 characters; none takes the password away") @Nullable
            String password) {

        @Override
        public String toString() {
            return "Password[" + name + "]";
        }
    }

    public static final Route<Input.Nothing, List<Account>> LIST = Route.get(
            PATH,
            "The accounts of people and services, by name",
            ADMIN.everywhere(),
            Input.NOTHING,
            Output.listOf(Account.class));

    public static final Route<Create, Account> CREATE = Route.post(
            PATH,
            "Makes an account; from the first one on, nobody is anonymous",
            ADMIN.everywhere(),
            Input.json(Create.class),
            Output.of(Account.class),
            ALREADY_EXISTS);

    public static final Route<ByName, Account> SHOW = Route.get(
            PATH + "/{name}",
            "An account",
            ADMIN.everywhere(),
            Input.query(ByName.class),
            Output.of(Account.class),
            MISSING);

    public static final Route<ByName, Account> DELETE = Route.delete(
            PATH + "/{name}",
            "Deletes an account with its tokens",
            ADMIN.everywhere(),
            Input.query(ByName.class),
            Output.of(Account.class),
            MISSING,
            WRONG_STATE);

    public static final Route<ByName, Account> DISABLE = Route.post(
            PATH + "/{name}/disable",
            "Lets nobody sign in to an account, whatever token they have",
            ADMIN.everywhere(),
            Input.query(ByName.class),
            Output.of(Account.class),
            MISSING,
            WRONG_STATE);

    public static final Route<ByName, Account> ENABLE = Route.post(
            PATH + "/{name}/enable",
            "Lets people sign in to an account again",
            ADMIN.everywhere(),
            Input.query(ByName.class),
            Output.of(Account.class),
            MISSING,
            WRONG_STATE);

    public static final Route<OfAccount, Account> GRANT = Route.post(
            PATH + "/{name}/grant",
            "Grants a right",
            ADMIN.everywhere(),
            Input.json(OfAccount.class),
            Output.of(Account.class),
            MISSING);

    public static final Route<OfAccount, Account> REVOKE = Route.post(
            PATH + "/{name}/revoke",
            "Takes a grant back",
            ADMIN.everywhere(),
            Input.json(OfAccount.class),
            Output.of(Account.class),
            MISSING,
            WRONG_STATE);

    public static final Route<Password, Account> PASSWORD = Route.post(
            PATH + "/{name}/password",
            "Sets a password; one's own only with the old one",
            Right.VIEWER.scoped(),
            Input.json(Password.class),
            Output.of(Account.class),
            MISSING);

    public static final Route<ByName, Account> LINK = Route.post(
            PATH + "/{name}/link",
            "Lets whoever next signs in at the provider under the name of an account have it",
            ADMIN.everywhere(),
            Input.query(ByName.class),
            Output.of(Account.class),
            MISSING);

    public static final List<Route<?, ?>> ROUTES =
            List.of(LIST, CREATE, SHOW, DELETE, DISABLE, ENABLE, GRANT, REVOKE, PASSWORD, LINK);

    private AccountApi() {}
}
