/**
 * References to secrets and what they lead to. Front door: {@link dev.mayfly.secret.Secrets}. Stores nothing, and knows no other room:
 * a cloud's store of secrets comes in as a {@link dev.mayfly.secret.Lockbox}.
 */
@NullMarked
package dev.mayfly.secret;

import org.jspecify.annotations.NullMarked;
