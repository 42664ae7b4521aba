/**
 * A whole installation for tests and benchmarks: every room on a real PostgreSQL, with clusters and jobs made up. Shipped in the test jar.
 * Front door: {@link dev.mayfly.testing.Installation}.
 */
@NullMarked
package dev.mayfly.testing;

import org.jspecify.annotations.NullMarked;
