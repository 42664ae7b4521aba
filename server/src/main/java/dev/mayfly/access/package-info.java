/**
 * Who acts, and what may be seen: values without tables, passed from the routes to every front door. A call that
 * changes something takes an {@link dev.mayfly.access.Actor} first; a search takes a {@link dev.mayfly.access.Scope}.
 * Every room may know this one; it knows only the rights of the API.
 */
@NullMarked
package dev.mayfly.access;

import org.jspecify.annotations.NullMarked;
