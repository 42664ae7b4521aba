/**
 * Durable runs on PostgreSQL. A run is a plan of tasks with {@code needs}; a task is tried in numbered attempts; tasks
 * may share one allocation that lives as long as the run needs it. The pure function {@link
 * dev.mayfly.engine.Next#next} decides what to do next; a level-triggered loop calls it again and again, so a restart
 * is no special case. A {@link dev.mayfly.engine.TaskRunner} carries it out. Front door: {@link
 * dev.mayfly.engine.Engine}. Knows no HTTP, no cluster and no machine learning.
 */
@NullMarked
package dev.mayfly.engine;

import org.jspecify.annotations.NullMarked;
