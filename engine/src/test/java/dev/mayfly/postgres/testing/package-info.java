/** A real PostgreSQL for tests, shared by other modules' tests. Front door: {@link dev.mayfly.postgres.testing.TestPostgres}. */
@NullMarked
package dev.mayfly.postgres.testing;

import org.jspecify.annotations.NullMarked;
