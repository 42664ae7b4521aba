/**
 * Promotion by the gate as a task. Front door: {@link dev.mayfly.task.promote.PromoteKind}.
 */
@NullMarked
package dev.mayfly.task.promote;

import org.jspecify.annotations.NullMarked;
