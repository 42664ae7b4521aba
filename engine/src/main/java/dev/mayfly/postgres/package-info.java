/**
 * PostgreSQL as Mayfly uses it: one pool, one transaction style, one way to migrate. Front door: {@link
 * dev.mayfly.postgres.Database}. Knows no table.
 */
@NullMarked
package dev.mayfly.postgres;

import org.jspecify.annotations.NullMarked;
