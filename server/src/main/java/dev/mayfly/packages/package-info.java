/**
 * Job packages: jars, Python files and archives by content digest, found by name. Front door: {@link dev.mayfly.packages.Packages}.
 * Knows where bytes are kept, not what runs them.
 */
@NullMarked
package dev.mayfly.packages;

import org.jspecify.annotations.NullMarked;
