/**
 * What jobs run, by content digest. {@link dev.mayfly.packages.PackageIndex} keeps the files that people push, by kind, name
 * and version; {@link dev.mayfly.packages.Packages} gives each run the same bytes at every look. Knows where bytes are kept, and
 * runs and pipelines by their names only.
 */
@NullMarked
package dev.mayfly.packages;

import org.jspecify.annotations.NullMarked;
