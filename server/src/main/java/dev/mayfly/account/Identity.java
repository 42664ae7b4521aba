package dev.mayfly.account;

import dev.mayfly.access.Grant;
import java.util.List;

/**
 * Who a provider says that somebody is.
 *
 * @param subject the provider's name for them, which never changes and is never another's
 * @param name what they are called; the name of their account
 * @param grants what their groups give
 */
public record Identity(String issuer, String subject, String name, List<Grant> grants) {

    public Identity {
        grants = List.copyOf(grants);
    }
}
