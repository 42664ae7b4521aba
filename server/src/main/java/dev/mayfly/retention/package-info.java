/**
 * Purges what was deleted: rows and artifacts. Knows {@code tracking}, {@code registry} and {@code artifact}. {@code
 * web} calls it (purge by API), and {@code app} (the retention setting).
 */
@NullMarked
package dev.mayfly.retention;

import org.jspecify.annotations.NullMarked;
