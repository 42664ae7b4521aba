/**
 * Pictures of plain values: where each line and box stands. Templates draw them as SVG. Knows no other room, stores nothing.
 */
@NullMarked
package dev.mayfly.page.picture;

import org.jspecify.annotations.NullMarked;
