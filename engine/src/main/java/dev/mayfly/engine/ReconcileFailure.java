package dev.mayfly.engine;

import java.time.Instant;

/**
 * Something that could not be reconciled at its last tries. It is tried again every few seconds.
 *
 * @param kind the kind of its {@link Reconciler}
 * @param since when the first of these tries failed
 */
public record ReconcileFailure(String kind, String id, String reason, Instant since, int tries) {}
