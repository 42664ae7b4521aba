/**
 * Digests of bytes: names for content, and checks of what arrives. Front door: {@link dev.mayfly.digest.Sha256}. Values and streams
 * only; every room may know it, and it knows none.
 */
@NullMarked
package dev.mayfly.digest;

import org.jspecify.annotations.NullMarked;
