/** Doubles of clusters for tests. Front door: {@link dev.mayfly.cluster.testing.FakeClusters}. */
@NullMarked
package dev.mayfly.cluster.testing;

import org.jspecify.annotations.NullMarked;
