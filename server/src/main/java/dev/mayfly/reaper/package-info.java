/**
 * The reaper: deletes orphaned clusters, and ends the tracking runs that deleted clusters left open. Front door: {@link
 * dev.mayfly.reaper.ReapOrphans}. Works without any other part of the control plane.
 */
@NullMarked
package dev.mayfly.reaper;

import org.jspecify.annotations.NullMarked;
