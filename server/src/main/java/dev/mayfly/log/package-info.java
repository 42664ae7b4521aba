/**
 * The logs of attempts, live or stored. Front door: {@link dev.mayfly.log.AttemptLogs}. Knows the clusters, for live
 * logs, and the artifact store, for the others; not what a run is for.
 */
@NullMarked
package dev.mayfly.log;

import org.jspecify.annotations.NullMarked;
