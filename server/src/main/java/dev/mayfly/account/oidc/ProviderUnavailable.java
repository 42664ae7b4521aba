package dev.mayfly.account.oidc;

import dev.mayfly.problem.Unreachable;

/** The provider at which people sign in does not answer, or not as the protocol says. */
final class ProviderUnavailable extends Unreachable {

    private static final long serialVersionUID = 1L;

    ProviderUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String who() {
        return "the sign-in provider";
    }
}
