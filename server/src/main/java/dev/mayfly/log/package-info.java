/**
 * The logs of attempts, live or kept. Front door: {@link dev.mayfly.log.AttemptLogs}. Knows clusters, where live logs are, and the
 * store where kept ones are; not what a run is for.
 */
@NullMarked
package dev.mayfly.log;

import org.jspecify.annotations.NullMarked;
