/**
 * Work that is repeated for as long as a server runs, and when each of it last succeeded. Front door: {@link
 * dev.mayfly.maintenance.PeriodicTasks}. Knows nothing of what the work is.
 */
@NullMarked
package dev.mayfly.maintenance;

import org.jspecify.annotations.NullMarked;
