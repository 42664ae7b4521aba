/**
 * Why a request can't be met, and the rules for texts that every room shares: values without tables. Every room may use
 * it; it uses none. Front door: {@link dev.mayfly.problem.Refused}.
 */
@NullMarked
package dev.mayfly.problem;

import org.jspecify.annotations.NullMarked;
