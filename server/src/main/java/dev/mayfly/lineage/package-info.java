/**
 * Joins for reading: what several rooms know of one run or one model, put together for those who show it. Changes and
 * stores nothing; no room below knows it. Front door: {@link dev.mayfly.lineage.Lineage}.
 */
@NullMarked
package dev.mayfly.lineage;

import org.jspecify.annotations.NullMarked;
