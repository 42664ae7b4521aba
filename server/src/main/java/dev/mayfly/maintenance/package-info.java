/**
 * Tasks that a server repeats while it runs, and when each last succeeded. Front door: {@link
 * dev.mayfly.maintenance.PeriodicTasks}. Does not know what the tasks do.
 */
@NullMarked
package dev.mayfly.maintenance;

import org.jspecify.annotations.NullMarked;
