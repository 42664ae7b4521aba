/**
 * What a task of a pipeline needs to be carried out: the run that it belongs to, what its attempts are bound to, and
 * the contract of a kind of work, {@link dev.mayfly.task.TaskKind}. The kinds are packages below this one: none knows
 * another, and only the composition root knows them.
 */
@NullMarked
package dev.mayfly.task;

import org.jspecify.annotations.NullMarked;
