package dev.mayfly.capacity;

import java.time.Instant;

/**
 * A demand on a pool: held from the intent to the proof of deletion, or waiting for its turn.
 *
 * @param holder its owner, as people know it, such as {@code run 1a2b3c4d}
 */
public record Claim(String id, String holder, Resources demand, QueuePosition position, boolean held) {

    /** Higher priorities come first, and of equal ones the oldest. */
    public record QueuePosition(int priority, Instant since) {}
}
