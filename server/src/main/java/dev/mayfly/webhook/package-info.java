/**
 * Calls other servers when the registry changes, by an outbox in the database: the transaction of the change fills it,
 * and a periodic task empties it. Does not know the registry; the composition root ties the two together.
 */
@NullMarked
package dev.mayfly.webhook;

import org.jspecify.annotations.NullMarked;
