package dev.mayfly.capacity;

import java.time.Instant;

/**
 * A demand on a pool: held from the intent to the proof of deletion, or waiting for its turn.
 *
 * @param holder whose it is, as people know it
 */
public record Claim(String id, String holder, Resources demand, QueuePosition position, boolean held) {

    /** Higher priorities come first, and of equal ones the older. */
    public record QueuePosition(int priority, Instant since) {}
}
