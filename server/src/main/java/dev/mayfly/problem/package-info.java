/**
 * Why a request can't be met, and the rules for texts that every room shares: values without tables. Every room may know it; it knows
 * none. Front door: {@link dev.mayfly.problem.Refused}.
 */
@NullMarked
package dev.mayfly.problem;

import org.jspecify.annotations.NullMarked;
