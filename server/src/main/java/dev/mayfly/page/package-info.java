/**
 * The web pages. Front door: {@link dev.mayfly.page.Pages}. Templates are in {@code src/main/jte}; pages work without
 * scripts, and load nothing from elsewhere.
 */
@NullMarked
package dev.mayfly.page;

import org.jspecify.annotations.NullMarked;
