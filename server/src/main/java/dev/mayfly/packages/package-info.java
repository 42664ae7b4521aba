/**
 * Job packages: immutable jars by content hash, found by name. Front door: {@link dev.mayfly.packages.Packages}.
 */
@NullMarked
package dev.mayfly.packages;

import org.jspecify.annotations.NullMarked;
