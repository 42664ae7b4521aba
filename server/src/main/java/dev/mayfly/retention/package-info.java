/**
 * What was deleted goes for good: rows and artifacts. Knows {@code tracking}, {@code registry} and {@code artifact}; is asked by
 * {@code web} (purge by API) and by {@code app} (the retention setting).
 */
@NullMarked
package dev.mayfly.retention;

import org.jspecify.annotations.NullMarked;
