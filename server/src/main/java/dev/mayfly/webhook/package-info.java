/**
 * Calls to other servers when the registry changes: an outbox in the database, filled in the transaction of the change, and emptied
 * afterwards. Knows of {@code tracking} only its refusals; the composition root ties it to
 * the registry.
 */
@NullMarked
package dev.mayfly.webhook;

import org.jspecify.annotations.NullMarked;
