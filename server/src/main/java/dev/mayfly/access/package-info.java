/**
 * Who acts, and what may be seen: values without tables, handed from the edge to every front door. Whoever changes something takes an
 * {@link dev.mayfly.access.Actor} first; whoever searches takes a {@link dev.mayfly.access.Scope}. Every room may know it; it knows the
 * rights of the API.
 */
@NullMarked
package dev.mayfly.access;

import org.jspecify.annotations.NullMarked;
