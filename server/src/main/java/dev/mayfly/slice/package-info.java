/**
 * The slices of a pipeline's input: which files there are, and which run has them. A slice is claimed by one run at a time, and never
 * lost. Front door: {@link dev.mayfly.slice.Slices}. Knows runs by id only.
 */
@NullMarked
package dev.mayfly.slice;

import org.jspecify.annotations.NullMarked;
