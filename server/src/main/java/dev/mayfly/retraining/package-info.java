/**
 * Turns pipelines into runs: revisions, what opens a run and when, and the task runner that the engine calls. Front
 * door: {@link dev.mayfly.retraining.Retraining}. Knows the contract of a task kind, but no kind and no HTTP.
 */
@NullMarked
package dev.mayfly.retraining;

import org.jspecify.annotations.NullMarked;
