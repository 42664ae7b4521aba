/**
 * A PostgreSQL of the installation's own: unpacked, initialised, started on a free port, and stopped with the server. Front door:
 * {@link dev.mayfly.postgres.embedded.EmbeddedPostgres}.
 */
@NullMarked
package dev.mayfly.postgres.embedded;

import org.jspecify.annotations.NullMarked;
