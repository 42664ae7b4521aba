package dev.mayfly.account;

import dev.mayfly.api.Right;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A token, without its secret.
 *
 * @param purpose in its maker's words
 * @param highest the highest right of a request that brings it; empty means that of the account
 */
public record Token(String id, String account, String purpose, Optional<Right> highest, Times times) {

    /**
     * When it was made, ends, and was used last, to the minute.
     *
     * @param expires null if it does not end
     * @param used null if it never was
     */
    public record Times(
            Instant created,
            @Nullable Instant expires,
            @Nullable Instant used) {}
}
