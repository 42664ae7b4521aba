/**
 * Creates that a client may retry with the same {@code Idempotency-Key}. Front door: {@link
 * dev.mayfly.idempotency.IdempotentRequests}. Knows nothing of what is created.
 */
@NullMarked
package dev.mayfly.idempotency;

import org.jspecify.annotations.NullMarked;
