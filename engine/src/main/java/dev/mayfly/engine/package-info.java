/**
 * Durable runs on PostgreSQL. A run is a plan of tasks with {@code needs}; a task is tried in numbered attempts; tasks may
 * share one allocation that lives as long as the run needs it. What to do next is said by the pure function {@link
 * dev.mayfly.engine.Next#next}, asked again and again by a level-triggered loop, so that a restart is nothing special. The
 * doing is behind {@link dev.mayfly.engine.TaskRunner}. Front door: {@link dev.mayfly.engine.Engine}. Knows no HTTP, no
 * cluster and no machine learning.
 */
@NullMarked
package dev.mayfly.engine;

import org.jspecify.annotations.NullMarked;
