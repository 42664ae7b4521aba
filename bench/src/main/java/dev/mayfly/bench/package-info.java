/** Benchmarks: mains that print their figures and the machine. {@code make bench-start} and its like run them. */
@NullMarked
package dev.mayfly.bench;

import org.jspecify.annotations.NullMarked;
