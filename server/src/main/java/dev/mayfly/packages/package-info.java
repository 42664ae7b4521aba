/**
 * Job packages: jars, Python files and archives by content digest, found by name. Front door: {@link dev.mayfly.packages.Packages}.
 * Knows where bytes are kept, and runs by id only.
 */
@NullMarked
package dev.mayfly.packages;

import org.jspecify.annotations.NullMarked;
